/** What a worker is given and what it gives back: plain data that can cross threads and machines. */
import type { FrameParams, Names } from "./patch.ts";

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
  /** CSS colour behind everything, opaque. */
  background: string;
}

/** How frames become bytes: an ffmpeg command, or one lossless PNG image. */
export type Encoding =
  | { kind: "h264"; ffmpeg: string; arguments: string[] }
  | { kind: "png" };

/** The user's `update`: its source, or the URL of a module with a default export. */
export type UpdateCode = { source: string } | { module: string };

/** Everything that the frames of one video share. Sent once to each worker. */
export interface Job {
  /** Identifies the job among all others. */
  id: string;
  /** The compiled Vega spec. */
  spec: Record<string, unknown>;
  /** What a frame may give. */
  names: Names;
  /** Base of relative URLs in the spec, a URL or a folder. */
  baseURL: string;
  /** Whether the spec may read local files. */
  localFiles: boolean;
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
  /** False draws every frame with a new view. @default {true} */
  patchInPlace: boolean;
  /** False patches in place even where that is not known to be right. @default {true} */
  rungB: boolean;
  /** True draws a sample of frames again with fresh views, and fails where a pixel differs. */
  check: boolean;
  /** Absent until the layout is settled by a scan. */
  picture?: Picture;
  encoding: Encoding;
}

/** Asks for the layout that one frame has. */
export interface ScanTask {
  job: string;
  /** The frame's index in the video, from 0. */
  frame: number;
  params: FrameParams;
}

/** What was measured of a view, in CSS pixels of the view. */
export interface Layout {
  /** Width and height of the whole picture, padding and guides included. */
  size: { width: number; height: number };
  /** Width and height of the view's inner plot (the signals `width` and `height`). */
  plot: { width: number; height: number };
  /** Padding that, with `autosize: "none"`, reproduces the picture. */
  padding: { left: number; top: number; right: number; bottom: number };
}

/** The layout of one frame. */
export interface ScanResult extends Layout {
  /** The patch that `update` returned for the frame; absent without `update`. */
  patch?: Record<string, unknown>;
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

/** What was counted and timed while a segment was rendered. */
export interface SegmentStats {
  stages: StageTimes;
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
  /** Raw H.264 in Annex B form, or a PNG image. */
  bytes: Uint8Array<ArrayBuffer>;
  frames: number;
  stats: SegmentStats;
}
