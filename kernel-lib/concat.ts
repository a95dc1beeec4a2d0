/** `concat()`: from finished videos to one. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type Chapter } from "./film/chapters.ts";
import { type Clip, openClip } from "./film/clip.ts";
import { type Film, joinClips } from "./film/join.ts";
import { FILM_CHECKS, filmOutput } from "./film/options.ts";
import { shapeOf } from "./film/shape.ts";
import type { Preset } from "./job/encoder.ts";
import type { Video } from "./job/job.ts";
import { type Check, checkOptions, number, oneOf } from "./render/check.ts";
import { describe } from "./render/describe.ts";
import { showFilm } from "./show/film.ts";

/** A finished video: what `animate` or `concat` gave, or the path of a file or folder of pictures. */
export type ConcatSource = Pick<Video, "path" | "fps"> | string | URL;

/** A part of a video. */
export interface ConcatPart {
  video: ConcatSource;
  /** Title of the chapter that begins with this part. @default none begins */
  chapter?: string;
}

/** How far a video is that is being put together. */
export interface ConcatProgress {
  /** Parts that are read, or encoded anew. */
  done: number;
  total: number;
}

/** Options of {@linkcode concat}. */
export interface ConcatOptions {
  /** Path of the video; its ending must be `.mp4`. */
  output: string | URL;
  /** Frames per second. @default the most of any part */
  fps?: number;
  /** Width in pixels; parts that are wider become smaller. @default that of the widest part */
  width?: number;
  /** Height in pixels; parts that are higher become smaller. @default that of the highest part */
  height?: number;
  /** CSS colour of the margins, and behind what shows through; opaque. @default {"white"} */
  background?: string;
  /**
   * As for `animate`, for parts that have to be encoded anew.
   *
   * @default the one with which the fewest have to be
   */
  preset?: Preset;
  /** As for `animate`, for parts that have to be encoded anew. @default as for `animate` */
  crf?: number;
  /** Whether the video is shown in a notebook. @default {true} */
  show?: boolean;
  /** Gives up; it rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Called after each part. */
  onProgress?: (progress: ConcatProgress) => void;
}

/** What each option must be. */
const CHECKS: Record<keyof ConcatOptions, Check> = {
  ...FILM_CHECKS,
  preset: oneOf("draft", "standard", "fine"),
  crf: number("a number from 0 to 51", (v) => v >= 0 && v <= 51),
};

/**
 * Joins finished videos, one after the other, to an MP4.
 *
 * Parts that were encoded alike, as those of one set of options are, are taken over as they are;
 * others are encoded anew. Smaller pictures get a margin on all sides, and a lower frame rate is
 * raised by showing frames again. Sound is not taken over.
 *
 * @param parts What `animate` gave, paths, or either with the title of a chapter.
 * @param options Where the video goes, and how.
 * @returns The video. It rejects where a part cannot be read; no file has changed then.
 * @throws {TypeError} If an option or a part is not what it must be.
 *
 * @example
 * ```ts
 * import { animate, concat } from "vega-reel";
 *
 * const a = await animate("chart.vl.json", [{ year: 2000 }, { year: 2001 }], { output: "a.mp4" });
 * const b = await animate("chart.vl.json", [{ year: 2002 }, { year: 2003 }], { output: "b.mp4" });
 * await concat([a, { video: b, chapter: "Later" }], { output: "both.mp4" });
 * ```
 */
export async function concat(
  parts: (ConcatSource | ConcatPart)[],
  options: ConcatOptions,
): Promise<Film> {
  const checked = checkOptions<ConcatOptions>(options, CHECKS, "concat");
  const output = filmOutput(checked.output, "concat");
  if (!Array.isArray(parts) || parts.length === 0) {
    throw new TypeError(
      `Cannot concat as the parts must be an array of videos: current value is ${describe(parts)}`,
    );
  }
  const wanted = parts.map(readPart);
  const { signal = new AbortController().signal } = checked;
  const clips: Clip[] = [];
  for (const [i, { path, fps }] of wanted.entries()) {
    signal.throwIfAborted();
    try {
      clips.push(await openClip(path, fps, checked.fps));
    } catch (cause) {
      throw new Error(`Cannot concat as part ${i} must be a video: ${(cause as Error).message}`, {
        cause,
      });
    }
  }
  const { width, height, fps, preset, crf } = checked;
  const background = checked.background ?? "white";
  const shape = await shapeOf(clips, { width, height, fps, preset, crf }, signal);
  const titles = wanted.map(({ chapter }) => chapter);
  const events = { signal, onProgress: checked.onProgress };
  const film = await joinClips(output, clips, shape, background, titles, events);
  return checked.show === false ? film : await showFilm(film);
}

export type { Chapter, Film };

/** A part as it is given: where it is, and what else is known of it. */
function readPart(
  part: unknown,
  index: number,
): { path: string; fps?: number; chapter?: string } {
  const isObject = typeof part === "object" && part !== null && !(part instanceof URL);
  const { video, chapter } = isObject && "video" in part
    ? part as ConcatPart
    : { video: part as ConcatSource, chapter: undefined };
  if (chapter !== undefined && typeof chapter !== "string") {
    throw new TypeError(
      `Cannot concat as the chapter of part ${index} must be a string: ` +
        `current value is ${describe(chapter)}`,
    );
  }
  if (video instanceof URL && video.protocol === "file:") {
    return { path: fileURLToPath(video), chapter };
  }
  if (typeof video === "string" && video !== "") return { path: resolve(video), chapter };
  const { path, fps } = (video ?? {}) as Partial<Video>;
  if (typeof path === "string" && existsSync(path)) {
    return { path: resolve(path), fps, chapter };
  }
  throw new TypeError(
    `Cannot concat as part ${index} must be a video or the path of one: ` +
      `current value is ${describe(path ?? part)}`,
  );
}
