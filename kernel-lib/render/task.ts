/** What a worker is given and what it gives back: plain data that can cross threads and machines. */
import type { CellDomains, DomainRequest } from "./domains.ts";
import type { Extremes, PlotSize } from "./measure.ts";
import type { FrameParams, Names } from "./patch.ts";
import type { Resources } from "./resources.ts";

/** Which canvas library draws: `canvas` (Cairo) or `@napi-rs/canvas` (Skia). */
export type RasterName = "cairo" | "skia";

/** The video's pixels and where the view lies in them. */
export interface Picture {
  /** Width of the video in pixels, even. */
  width: number;
  /** Height of the video in pixels, even. */
  height: number;
  /** Video pixels per CSS pixel of the view. */
  scale: number;
  /** Where the view's left edge (padding included) lies, in whole video pixels. */
  left: number;
  /** Where the view's top edge (padding included) lies, in whole video pixels. */
  top: number;
  /** Size of the view, padding included, in CSS pixels. */
  viewWidth: number;
  viewHeight: number;
  /** CSS colour behind everything. */
  background: string;
  /** True where alpha is kept: the colour is not opaque. @default {false} */
  isTransparent?: boolean;
}

/**
 * How frames become bytes: an ffmpeg command that gives H.264, or PNG images one after the other;
 * or one PNG image of a single frame.
 */
export type Encoding =
  | { kind: "h264" | "pictures"; ffmpeg: string; arguments: string[] }
  | { kind: "png" };

/** The user's `update`: its source, or the URL of a module with a default export. */
export type UpdateCode = { source: string } | { module: string };

/** Everything that the frames of one video share. Sent once to each worker. */
export interface Job extends Resources {
  /** Identifies the job among all others. */
  id: string;
  /** The compiled Vega spec; once the job is settled, with its domains and layout written in. */
  spec: Record<string, unknown>;
  /** What a frame may give. */
  names: Names;
  update?: UpdateCode;
  /** Passed to `update` as `frame.context`. */
  context?: unknown;
  /** Seed of every frame's random numbers. */
  seed: number;
  fps: number;
  /** Number of frames of the video; undefined when it is not known beforehand. */
  frames?: number;
  /** The longest that a frame may take, in seconds; no limit when absent. */
  frameTimeout?: number;
  raster: RasterName;
  /** Paths of font files by the name that specs call them. */
  fonts: Record<string, string>;
  /** True lets symbols lie a little beside their place, which is faster. @default {false} */
  draft?: boolean;
  /** False draws every frame with a new view. @default {true} */
  patchInPlace: boolean;
  /** False patches in place even where that is not known to be right. @default {true} */
  rungB: boolean;
  /** True draws a sample of frames again with fresh views, and fails where a pixel differs. */
  check: boolean;
  /** Absent until the layout is settled by a scan. */
  picture?: Picture;
  /** What was measured, where the layout was settled from some frames that all must keep to. */
  limits?: Extremes;
  encoding: Encoding;
}

/** Asks for what some frames come to, without drawing them. */
export interface ScanTask {
  job: string;
  /** The frames' indices in the video, from 0. */
  frames: number[];
  /** One for each frame. */
  params: FrameParams[];
  /** The scales whose domains are asked for; without it everything that could move is measured. */
  domains?: DomainRequest[];
  /** Measures a view with room to spare as if it were fitted to its picture, from this plot on. */
  fittedFrom?: PlotSize;
}

/** A file or URL that was read while frames were made. */
export interface ResourceRead {
  /** As the spec has it; relative to the job's base. */
  uri: string;
  /** True if it was read to be drawn, not as data. */
  image: boolean;
  /** SHA-256 of its content in hexadecimal digits; null where it could not be read. */
  hash: string | null;
}

/** What a result depends on besides the job and the task. */
export interface Reads {
  /** True if `update` asked for the number of frames. */
  frames: boolean;
  resources: ResourceRead[];
}

/** What some frames have come to. */
export interface ScanResult {
  /** By request; empty where none was made. */
  domains: CellDomains[];
  /** What was measured; empty where domains were asked for. */
  extremes: Extremes;
  /** What `update` returned for each frame, packed; undefined for one for which it was not called. */
  patches: (Uint8Array<ArrayBuffer> | undefined)[];
  /** Milliseconds spent in `update`. */
  updateTime: number;
  reads?: Reads;
}

/** The methods of `console` that are passed on. */
export type LogLevel = "debug" | "info" | "log" | "warn" | "error";

/** Asks for a contiguous range of frames: `first` up to, not including, `first + frames`. */
export interface SegmentTask {
  job: string;
  /** Position of the segment in the video, from 0. */
  index: number;
  first: number;
  frames: number;
  /** One for each frame. */
  params: FrameParams[];
}

/** The steps of a frame, in the order of the pipeline, as others see them while they run. */
export const STAGES = ["idle", "open", "update", "dataflow", "draw", "encode"] as const;

/** One of `STAGES`. */
export type Stage = (typeof STAGES)[number];

/** Milliseconds spent in each stage over all frames of a segment. */
export interface StageTimes {
  update: number;
  dataflow: number;
  draw: number;
  read: number;
  convert: number;
  encode: number;
}

/** What was done for a number of frames, so that work that need not be done can be seen. */
export interface Work {
  /** Frames that were drawn, if only in part; the others were the same as the one before. */
  draws: number;
  /** Frames that began with a copy of the pixels they share with the frame before. */
  layers: number;
  /** Calls that the canvas library carried out. */
  calls: number;
  /** Those of them that set a style. */
  sets: number;
  /** Frames of a draft whose symbols may lie a little, a 32nd of a pixel, beside their place. */
  approximations: number;
  /** Frames that were read from the canvas and converted for the encoder. */
  conversions: number;
}

/** No work. */
export function newWork(): Work {
  return { draws: 0, layers: 0, calls: 0, sets: 0, approximations: 0, conversions: 0 };
}

/** What was counted and timed while a segment was rendered. */
export interface SegmentStats {
  stages: StageTimes;
  work: Work;
  /** Frames patched in place, and frames drawn by a new view. */
  patching: { inPlace: number; newView: number };
  /** Frames that were drawn again by a fresh view, and equal. */
  checked: number;
  /** Milliseconds of each frame, in order. */
  frameTimes: number[];
}

/** One rendered segment. */
export interface SegmentResult {
  index: number;
  /** Raw H.264 in Annex B form, or PNG images. */
  bytes: Uint8Array<ArrayBuffer>;
  frames: number;
  stats: SegmentStats;
  /** Absent where it is not known; then the result is good for this job alone. */
  reads?: Reads;
  /** The machine that rendered it, where that is not this one. */
  where?: string;
  /** Whether a store had the segment, or keeps it now; absent where neither. */
  store?: "reused" | "kept";
}
