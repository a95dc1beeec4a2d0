/**
 * Vega Reel renders animated Vega and Vega-Lite charts to MP4 videos, in parallel.
 *
 * @example
 * ```ts
 * import { animate } from "vega-reel";
 *
 * const video = await animate("chart.vl.json", [{ year: 2000 }, { year: 2001 }]);
 * console.log(video.path);
 * ```
 *
 * @module
 */
export { animate, type Animation } from "./animate.ts";
export { still, type StillOptions } from "./still.ts";
export { keepPool, releasePool } from "./keep_pool.ts";
export {
  type Benchmark,
  benchmark,
  type BenchmarkOptions,
  type BenchmarkRun,
} from "./benchmark.ts";
export {
  type Chapter,
  concat,
  type ConcatOptions,
  type ConcatPart,
  type ConcatProgress,
  type ConcatSource,
  type Film,
} from "./concat.ts";
export { exportNotebook, type ExportOptions, type ExportProgress } from "./export_notebook.ts";
export { sweep, type SweepOptions, type SweepRange } from "./make/sweep.ts";
export { tween, type TweenOptions } from "./make/tween.ts";
export { merge } from "./make/merge.ts";
export { playback, type PlaybackOptions } from "./make/playback.ts";
export type { Ghost, Key } from "./make/dataset.ts";
export type { Ease, EaseName } from "./make/ease.ts";
export type { Interpolate, InterpolateName } from "./make/interpolate.ts";
export type { Keyframe } from "./make/keyframes.ts";
export type { Length } from "./make/length.ts";
export type { AnimateOptions } from "./job/options.ts";
export type { Video } from "./job/job.ts";
export type { Params } from "./job/frames.ts";
export type { Stats } from "./job/stats.ts";
export type { Phase, Progress, SegmentProgress, SegmentState } from "./job/progress.ts";
export type { PoolOptions } from "./run/warm_pool.ts";
export type { Speedup } from "./show/speedup.ts";
export type { SpecSource } from "./spec/load.ts";
export type { Frame, Update } from "./render/update.ts";
export type { Columns, Row } from "./render/patch.ts";
