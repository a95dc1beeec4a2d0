/** `exportNotebook()`: from a notebook to one video of its animations. */
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { animate } from "./animate.ts";
import { concat, type ConcatPart, type Film } from "./concat.ts";
import { type Clip, openClip } from "./film/clip.ts";
import type { Shape } from "./film/conform.ts";
import { FILM_CHECKS, isPath } from "./film/options.ts";
import { shapeOf } from "./film/shape.ts";
import { type Card, cardSeconds, cardSpec } from "./notebook/card.ts";
import { executeNotebook } from "./notebook/execute.ts";
import { type Located, locateVideo } from "./notebook/locate.ts";
import { besideOwn, outputOf } from "./notebook/output.ts";
import { readNotebook, type Shown } from "./notebook/read.ts";
import { type Check, checkOptions, must, number, oneOf } from "./render/check.ts";

/** How far an export is. */
export interface ExportProgress {
  /** What it does: runs cells, draws cards, joins videos. */
  phase: "execute" | "cards" | "join";
  /** Cards or videos that are done, of `total`; both 0 while cells run. */
  done: number;
  total: number;
}

/** Options of {@linkcode exportNotebook}. All are optional. */
export interface ExportOptions {
  /**
   * Path of the video; its ending must be `.mp4`.
   *
   * @default that of the notebook, with `.mp4`; where that is one of its own videos, `-film.mp4`
   */
  output?: string | URL;
  /** The notebook's folder, where its videos are. @default the folder of its file */
  folder?: string | URL;
  /** Runs all cells first; segments that were kept are not rendered again. @default {false} */
  execute?: boolean;
  /** Shows what is written above an animation, in addition to its heading. @default {false} */
  captions?: boolean;
  /** Seconds for which a heading is shown, and words at least; 0 shows none. @default {2} */
  cardSeconds?: number;
  /** Frames per second. @default the most of any animation */
  fps?: number;
  /** Width in pixels; what is wider becomes smaller. @default that of the widest animation */
  width?: number;
  /** Height in pixels; what is higher becomes smaller. @default that of the highest animation */
  height?: number;
  /** CSS colour of cards and margins; opaque. @default {"white"} */
  background?: string;
  /** Where finished segments of cards are kept, as for `animate`. @default {true} */
  cache?: boolean | string;
  /** Whether the video is shown in a notebook. @default {true} */
  show?: boolean;
  /** Gives up; it rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Called with the progress, at every step. */
  onProgress?: (progress: ExportProgress) => void;
}

/** What each option must be. */
const CHECKS: Record<keyof ExportOptions, Check> = {
  ...FILM_CHECKS,
  folder: must("a path", isPath),
  execute: oneOf(true, false),
  captions: oneOf(true, false),
  cardSeconds: number("a number of seconds from 0 to 60", (v) => v >= 0 && v <= 60),
  cache: must(
    "true, false or a folder",
    (v) => typeof v === "boolean" || (typeof v === "string" && v !== ""),
  ),
};

/**
 * Makes one MP4 of the animations that a notebook shows, in their order. Each comes after a card
 * with the heading above it, where a chapter begins.
 *
 * The videos are those that the notebook's outputs speak of, beside the notebook or inside it:
 * nothing is rendered again. Only videos in the notebook's folder are read.
 *
 * @param notebook Path of the notebook, or its parsed content together with `options.folder`.
 * @param options All optional.
 * @returns The video. It rejects where an animation is missing, naming its cell, and where there is
 * none at all; no file has changed then.
 *
 * @example
 * ```ts
 * import { exportNotebook } from "vega-reel";
 *
 * const film = await exportNotebook("talk.ipynb", { output: "talk.mp4", captions: true });
 * console.log(film.chapters);
 * ```
 */
export async function exportNotebook(
  notebook: string | URL | Record<string, unknown>,
  options: ExportOptions = {},
): Promise<Film> {
  const checked = checkOptions<ExportOptions>(options, CHECKS, "export");
  const file = typeof notebook === "string" || notebook instanceof URL
    ? pathOf(notebook)
    : undefined;
  const folder = checked.folder === undefined ? file && dirname(file) : pathOf(checked.folder);
  if (folder === undefined) {
    throw new TypeError("Cannot export as 'folder' must be given where the notebook has no path");
  }
  const wanted = outputOf(checked.output, file);
  const { signal = new AbortController().signal } = checked;
  const temporary = await Deno.makeTempDir({ prefix: "vega-reel-" });
  try {
    const from = { notebook, file, folder, temporary, signal };
    const shown = await read(from, checked);
    const { clips, located } = await locate(shown, from);
    const output = besideOwn(wanted, located, file, checked.output !== undefined);
    const background = checked.background ?? "white";
    const { width, height, fps } = checked;
    const shape = await shapeOf(clips, { width, height, fps }, signal);
    const parts = await withCards(shown, clips, shape, {
      ...checked,
      background,
      temporary,
      signal,
    });
    return await concat(parts, {
      ...{ output, width: shape.width, height: shape.height, fps: shape.fps, background, signal },
      ...{ preset: shape.preset, show: checked.show },
      onProgress: (progress) => checked.onProgress?.({ phase: "join", ...progress }),
    });
  } finally {
    await Deno.remove(temporary, { recursive: true });
  }
}

/** Where a notebook comes from, and where files go meanwhile. */
interface From {
  notebook: unknown;
  file: string | undefined;
  folder: string;
  temporary: string;
  signal: AbortSignal;
}

/** The notebook's animations, of which there is at least one. */
async function read(
  { notebook, file, temporary, signal }: From,
  { execute = false, onProgress }: ExportOptions,
): Promise<Shown[]> {
  const name = file === undefined ? "the notebook" : `'${file}'`;
  try {
    let content = notebook;
    if (file !== undefined) {
      let path = file;
      if (execute) {
        onProgress?.({ phase: "execute", done: 0, total: 0 });
        path = join(temporary, "executed.ipynb");
        await executeNotebook(file, path, signal);
      }
      content = JSON.parse(await Deno.readTextFile(path));
    } else if (execute) {
      throw new TypeError("only a notebook with a path can be run");
    }
    const shown = readNotebook(content);
    if (shown.length > 0) return shown;
  } catch (cause) {
    signal.throwIfAborted();
    throw new Error(`Cannot export ${name}: ${(cause as Error).message}`, { cause });
  }
  const why = execute ? "" : ": run its cells first, or use the option 'execute' (--execute)";
  throw new Error(`Cannot export ${name} as it must show an animation${why}`);
}

/** The videos of a notebook's animations. */
async function locate(
  shown: Shown[],
  { file, folder, temporary, signal }: From,
): Promise<{ clips: Clip[]; located: Located[] }> {
  const clips: Clip[] = [];
  const located: Located[] = [];
  for (const [i, one] of shown.entries()) {
    signal.throwIfAborted();
    try {
      const found = await locateVideo(one, folder, temporary, i);
      clips.push(await openClip(found.path, found.fps));
      located.push(found);
    } catch (cause) {
      const name = file === undefined ? "the notebook" : `'${file}'`;
      const { message } = cause as Error;
      const words = message.includes(one.cell) ? message : `the video of ${one.cell}: ${message}`;
      throw new Error(`Cannot export ${name}: ${words}`, { cause });
    }
  }
  return { clips, located };
}

/** What cards are drawn with. */
type CardOptions = ExportOptions & { background: string; temporary: string; signal: AbortSignal };

/** The parts of the film: animations, each after its cards. */
async function withCards(
  shown: Shown[],
  clips: Clip[],
  shape: Shape,
  options: CardOptions,
): Promise<ConcatPart[]> {
  const { captions = false, cardSeconds: least = 2, onProgress } = options;
  const cards = shown.map(({ heading, text }): Card[] => [
    ...(heading === undefined || least === 0
      ? []
      : [{ kind: "title" as const, blocks: [heading] }]),
    ...(captions && text.length > 0 ? [{ kind: "text" as const, blocks: text }] : []),
  ]);
  const total = cards.flat().length;
  const drawn = new Map<string, ConcatPart["video"]>();
  const parts: ConcatPart[] = [];
  let done = 0;
  for (const [i, { path, fps = shape.fps }] of clips.entries()) {
    const group: ConcatPart[] = [];
    for (const card of cards[i]) {
      onProgress?.({ phase: "cards", done, total });
      done++;
      const key = JSON.stringify(card);
      const video = drawn.get(key) ?? await draw(card, `card-${done}.mp4`, shape, least, options);
      drawn.set(key, video);
      group.push({ video });
    }
    group.push({ video: { path, fps } });
    const { heading, section } = shown[i];
    if (section !== shown[i - 1]?.section) group[0].chapter = heading;
    parts.push(...group);
  }
  return parts;
}

/** A card as a video. */
async function draw(
  card: Card,
  name: string,
  shape: Shape,
  least: number,
  { temporary, background, signal, cache }: CardOptions,
): Promise<ConcatPart["video"]> {
  const { fps, preset } = shape;
  const seconds = cardSeconds(card, least);
  return await animate(cardSpec(card, shape, background), [{}], {
    ...{ output: join(temporary, name), fps, preset, signal, cache, show: false },
    hold: Math.max(0, seconds - 1 / fps),
  });
}

function pathOf(path: string | URL): string {
  return resolve(path instanceof URL ? fileURLToPath(path) : path);
}
