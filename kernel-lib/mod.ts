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
export type { AnimateOptions } from "./job/options.ts";
export type { Video } from "./job/job.ts";
export type { Params } from "./job/frames.ts";
export type { Stats } from "./job/stats.ts";
export type { Phase, Progress, SegmentProgress, SegmentState } from "./job/progress.ts";
export type { Frame, Update } from "./render/update.ts";
export type { Columns, Row } from "./render/patch.ts";
