/** The options of `animate`: checked once, here. */
import { existsSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Check, checkOptions, must, number, oneOf } from "../render/check.ts";
import { uncloneable } from "../render/cloneable.ts";
import { isFolderEntry } from "../render/access.ts";
import { isPlainObject } from "../render/plain_object.ts";
import { isOnWeb } from "../render/resources.ts";
import type { RasterName, UpdateCode } from "../render/task.ts";
import type { Update } from "../render/update.ts";
import type { DomainOption } from "../spec/domains.ts";
import { MAX_SIDE } from "../spec/layout.ts";
import type { ResourceOptions } from "../spec/load.ts";
import { updateSource } from "../spec/update.ts";
import { DEFAULT_CRF, type H264Encoder, type Preset } from "./encoder.ts";
import { defaultExecutor, EXECUTOR_RULE, isExecutorName } from "./executor_name.ts";
import type { Progress } from "./progress.ts";

/**
 * Options of {@linkcode animate}. All are optional.
 *
 * @typeParam Each What `update` gets of each frame's params.
 * @typeParam Context What `context` is.
 */
// Params and context are the user's own types.
// deno-lint-ignore no-explicit-any
export interface AnimateOptions<Each = any, Context = any> {
  /**
   * Path of the video; its ending says what it is: `.mp4` (H.264), `.webm` (VP9), `.gif`, or `/`
   * for a folder of PNG images, one for each frame.
   *
   * @default the spec's title or name, a short hash of the spec, `.mp4`, in the working folder
   */
  output?: string | URL;
  /** Frames per second. @default {30} */
  fps?: number;
  /** Width of the video in pixels. @default the view's natural width, padded to even */
  width?: number;
  /** Height of the video in pixels. @default the view's natural height, padded to even */
  height?: number;
  /** Video pixels per pixel of the view; not together with `width` or `height`. @default {1} */
  scale?: number;
  /**
   * CSS colour behind the view. One that is not opaque, such as `"transparent"`, needs another
   * format than `.mp4`; in a `.gif` a pixel is transparent or not.
   *
   * @default the spec's own, on white
   */
  background?: string;
  /** A Vega or Vega-Lite config, such as a theme; what the spec's own says goes first. */
  config?: Record<string, unknown>;
  /**
   * Whether the scales have one domain for the whole video: `"shared"`, `"frame"` (in each frame
   * that of its data), or an object with one of these for each scale by name.
   *
   * @default {"shared"}, but `"frame"` for discrete positions sorted by a value or filtered by rank
   */
  domains?: DomainOption;
  /** Paths of font files, TrueType or OpenType, by the name that the spec calls them. */
  fonts?: Record<string, string>;
  /** Seconds for which the last frame is held. @default {0} */
  hold?: number;
  /**
   * Makes each frame's patch in the worker: a self-contained function, or the path or URL of a
   * module whose default export it is. Where it computes for half a minute at a stretch, it may be
   * called again for the same frame.
   */
  update?: Update<Each, Context> | string | URL;
  /** Sent once to each worker, where `update` finds it as `frame.context`. */
  context?: Context;
  /** Seed of all random numbers, an integer. @default {0} */
  seed?: number;
  /** The longest that a frame may take, in seconds. @default no limit */
  frameTimeout?: number;
  /** Cancels the job; it rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Number of worker threads, 1 to 1024. @default the number of cores */
  workers?: number;
  /** Frames in a segment, the unit of parallel work. @default 15, and more for long videos */
  segmentFrames?: number;
  /**
   * Which H.264 encoder to use for a `.mp4`.
   *
   * @default {"auto"}: NVENC where it really works, else x264
   */
  encoder?: "auto" | H264Encoder;
  /**
   * How much time goes into a frame. A draft may draw symbols a little beside their place; all
   * other presets draw exactly.
   *
   * @default {"standard"}
   */
  preset?: Preset;
  /**
   * Constant rate factor, 0 (lossless) to 51 (worst), of a `.mp4` or `.webm`.
   *
   * @default {21}, a draft 23, fine 20
   */
  crf?: number;
  /** Which canvas library draws. @default {"auto"}: Cairo where it is there, else Skia */
  raster?: "auto" | RasterName;
  /**
   * Draws each segment's last frame, and every tenth, a second time with a fresh view, and fails
   * where a pixel differs.
   *
   * @default {false}
   */
  check?: boolean;
  /**
   * Where finished segments are kept, so that another run renders only what has changed: a folder,
   * true for the platform's cache folder, or false.
   *
   * @default {true}
   */
  cache?: boolean | string;
  /**
   * What the spec loads by URL, data and images. `base`: the folder or URL that relative URLs are
   * against. `allow`: hosts (`"example.org"`, `"localhost:8000"`) and folders (with a slash or a
   * dot in front: `"./data"`) from which alone it may load; a spec that was given as a URL may
   * load from these besides what is public on the web.
   *
   * @default {base: the spec's own place, or the working folder}
   */
  resources?: { base?: string | URL; allow?: string[] };
  /**
   * Where segments are rendered: `"local"`, `"dask:ADDRESS"`, `"loky:N"`, `"ipyparallel:PROFILE"`,
   * `"parsl:CONFIG.py"`, or `"MODULE:FUNCTION"`, a function of Python that returns an executor or
   * a cluster of Dask. All but the first have as many workers as they have, whatever `workers` is.
   *
   * @default the variable `VEGA_REEL_EXECUTOR`, else `"local"`
   */
  executor?: string;
  /** Whether the video is put into the notebook. @default {"auto"}: up to 500 kB */
  embed?: "auto" | boolean;
  /** Whether progress, Vega-Lite's warnings and the video are shown. @default {true} */
  show?: boolean;
  /** Called with the job's progress, a few times a second. */
  onProgress?: (progress: Progress) => void;
}

/** Options with their defaults, in the form that the job works with. */
export interface ResolvedOptions
  extends Omit<AnimateOptions, "output" | "update" | "workers" | "raster" | "resources"> {
  output: string | undefined;
  update: UpdateCode | undefined;
  raster: "auto" | RasterName;
  workers: number;
  fps: number;
  seed: number;
  fonts: Record<string, string>;
  encoder: "auto" | H264Encoder;
  preset: Preset;
  crf: number;
  check: boolean;
  cache: boolean | string;
  resources: ResourceOptions;
  executor: string;
  embed: "auto" | boolean;
  show: boolean;
}

/** What each option must be. */
const CHECKS: Record<keyof AnimateOptions, Check> = {
  output: must("a path", isPathOrURL),
  fps: number("a positive number of at most 1000", (v) => v > 0 && v <= 1000),
  width: number(`an integer from 2 to ${MAX_SIDE}`, (v) => isPixels(v)),
  height: number(`an integer from 2 to ${MAX_SIDE}`, (v) => isPixels(v)),
  scale: number("a positive number of at most 100", (v) => v > 0 && v <= 100),
  background: must("a CSS colour", (v) => typeof v === "string" && v !== ""),
  config: must("an object", isPlainObject),
  domains: must(
    `"shared" or "frame", or an object with one of these for each scale`,
    (v) => isDomainRule(v) || (isPlainObject(v) && Object.values(v).every(isDomainRule)),
  ),
  fonts: must(
    "an object with the path of a file for each font",
    (v) =>
      isPlainObject(v) && Object.values(v).every((path) => typeof path === "string" && path !== ""),
  ),
  hold: number("a number of seconds from 0 to 3600", (v) => v >= 0 && v <= 3600),
  update: must(
    "a function, or the path or URL of a module",
    (v) => typeof v === "function" || isPathOrURL(v),
  ),
  context: () => undefined,
  seed: number("a safe integer", Number.isSafeInteger),
  frameTimeout: number("a positive number of seconds", (v) => v > 0),
  signal: must("an AbortSignal", (v) => v instanceof AbortSignal),
  workers: number("an integer from 1 to 1024", (v) => Number.isInteger(v) && v >= 1 && v <= 1024),
  segmentFrames: number(
    "an integer from 1 to 10000",
    (v) => Number.isInteger(v) && v >= 1 && v <= 10_000,
  ),
  encoder: oneOf("auto", "nvenc", "x264"),
  preset: oneOf("draft", "standard", "fine"),
  crf: number("a number from 0 to 51", (v) => v >= 0 && v <= 51),
  raster: oneOf("auto", "cairo", "skia"),
  check: oneOf(true, false),
  cache: must("true, false or a folder", (v) => typeof v === "boolean" || isFolder(v)),
  resources: must(
    "an object with 'base', a folder or URL, and 'allow', a list of hosts and folders",
    isResources,
  ),
  executor: must(EXECUTOR_RULE, isExecutorName),
  embed: oneOf("auto", true, false),
  show: oneOf(true, false),
  onProgress: must("a function", (v) => typeof v === "function"),
};

/**
 * Checks the options and fills in the defaults.
 *
 * @param options What the user gave.
 * @param action What is being done, for messages.
 * @param known The options that it has. @default all of `animate`
 * @throws {TypeError} If an option is unknown, or has a value of the wrong type.
 * @throws {RangeError} If a number is out of range.
 */
export function readOptions(
  options: unknown,
  action = "animate",
  known: string[] = Object.keys(CHECKS),
): ResolvedOptions {
  const checked = checkOptions<AnimateOptions>(options, CHECKS, action, known);
  for (const side of ["width", "height"] as const) {
    if (checked.scale === undefined || checked[side] === undefined) continue;
    throw new TypeError(
      `Cannot ${action} as 'scale' and '${side}' do not go together: ` +
        `current values are ${checked.scale} and ${checked[side]}`,
    );
  }
  checkContext(checked.context, action);
  const preset = checked.preset ?? "standard";
  return {
    ...checked,
    fps: checked.fps ?? 30,
    seed: checked.seed ?? 0,
    workers: checked.workers ?? availableParallelism(),
    encoder: checked.encoder ?? "auto",
    preset,
    crf: checked.crf ?? DEFAULT_CRF[preset],
    raster: checked.raster ?? "auto",
    check: checked.check ?? false,
    cache: checked.cache ?? true,
    resources: resourcesOf(checked.resources ?? {}, action),
    executor: checked.executor ?? (known.includes("executor") ? defaultExecutor() : "local"),
    embed: checked.embed ?? "auto",
    show: checked.show ?? true,
    fonts: fontFiles(checked.fonts ?? {}, action),
    output: checked.output instanceof URL ? filePath(checked.output) : checked.output,
    update: checked.update === undefined ? undefined : updateCode(checked.update),
  };
}

function isPathOrURL(value: unknown): boolean {
  return typeof value === "string" && value !== "" || value instanceof URL;
}

function isDomainRule(value: unknown): boolean {
  return value === "shared" || value === "frame";
}

function isFolder(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

function isResources(value: unknown): boolean {
  if (!isPlainObject(value)) return false;
  const { base, allow, ...others } = value;
  return Object.keys(others).length === 0 && (base === undefined || isPathOrURL(base)) &&
    (allow === undefined || Array.isArray(allow) && allow.every((entry) => isPathOrURL(entry)));
}

function isPixels(value: number): boolean {
  return Number.isInteger(value) && value >= 2 && value <= MAX_SIDE;
}

function filePath(url: URL): string {
  if (url.protocol !== "file:") {
    throw new TypeError(`Cannot animate as 'output' must be a path: current value is '${url}'`);
  }
  return fileURLToPath(url);
}

function updateCode(update: NonNullable<AnimateOptions["update"]>): UpdateCode {
  if (typeof update === "function") return { source: updateSource(update) };
  const text = String(update);
  if (/^[a-z][a-z+.-]+:/i.test(text)) return { module: text };
  const path = resolve(text);
  if (!existsSync(path)) {
    throw new TypeError(`Cannot animate as the module of 'update' does not exist: '${path}'`);
  }
  return { module: pathToFileURL(path).href };
}

function resourcesOf(
  { base, allow }: NonNullable<AnimateOptions["resources"]>,
  action: string,
): ResourceOptions {
  return {
    base: base === undefined ? undefined : placeOf(String(base), action),
    allow: allow?.map(entryOf),
  };
}

/** A host, that of a URL too, or the absolute path of a folder. */
function entryOf(entry: string): string {
  if (isOnWeb(entry)) return new URL(entry).host;
  return isFolderEntry(entry) ? resolve(entry) : entry;
}

/** The absolute path of a folder, or a URL that ends in a slash. */
function placeOf(base: string, action: string): string {
  if (isOnWeb(base)) return base.endsWith("/") ? base : `${base}/`;
  const path = base.startsWith("file:") ? fileURLToPath(base) : resolve(base);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return path;
  throw new TypeError(
    `Cannot ${action} as 'resources.base' must be a folder or an http(s) URL: current value is ` +
      `'${base}'`,
  );
}

function fontFiles(fonts: Record<string, string>, action: string): Record<string, string> {
  const paths = Object.entries(fonts).map(([name, path]) => [name, resolve(path)]);
  for (const [name, path] of paths) {
    if (existsSync(path)) continue;
    throw new TypeError(
      `Cannot ${action} as the file of the font '${name}' does not exist: '${path}'`,
    );
  }
  return Object.fromEntries(paths);
}

/** What cannot cross threads is found out here, not on the way. */
function checkContext(context: unknown, action: string): void {
  const broken = uncloneable(context, "context");
  if (broken !== undefined) throw new TypeError(`Cannot ${action} as ${broken}`);
}
