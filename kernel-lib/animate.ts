/** `animate()`: from a spec and its params to a video. */
import { basename } from "node:path";
import { bridgeTo } from "./bridge_to.ts";
import type { Params } from "./job/frames.ts";
import { encoderVersion } from "./job/encoder.ts";
import { runJob, segmentCheck, type Video } from "./job/job.ts";
import { checkSegment } from "./job/join.ts";
import { type AnimateOptions, readOptions, type ResolvedOptions } from "./job/options.ts";
import { type Kept, type Progress, ProgressMeter, type SegmentProgress } from "./job/progress.ts";
import { describe } from "./render/describe.ts";
import type { RasterName } from "./render/task.ts";
import type { Executor } from "./run/executor.ts";
import { localExecutor } from "./local_executor.ts";
import { hideResult, onInterrupt } from "./show/kernel.ts";
import { showLog, showWarning } from "./show/log.ts";
import { JobOutput } from "./show/output.ts";
import type { SpecSource } from "./spec/load.ts";
import { cacheFolder } from "./store/folder.ts";
import { SegmentStore } from "./store/segment_store.ts";
import { StoredExecutor } from "./store/stored_executor.ts";

/** A job that is being rendered: a promise of its video, and a hold on it meanwhile. */
export interface Animation extends Promise<Video> {
  /** Ends the job; it rejects with an `AbortError`. */
  cancel(): void;
  /** The job's progress, as often as it is reported; ends with the job. */
  progress(): AsyncIterableIterator<Progress>;
  /** The segments that are known so far, in order, and how far each is. */
  segments(): SegmentProgress[];
}

/**
 * Renders an animated chart to a video, in parallel.
 *
 * Each frame is what a fresh view of the spec would draw, with the frame's values written in.
 * In a notebook, progress and then the video are shown in the cell.
 *
 * @param spec A Vega or Vega-Lite spec, or the path or URL of one.
 * @param params One object for each frame: an array or any other iterable, or a number of frames
 * together with `options.update`. A key that names a dataset gives its rows (an array of objects,
 * or columns), one that names a signal or param gives its value. What a frame does not give has
 * the spec's own value. Left out for a Vega-Lite spec with a `time` encoding: its animation says.
 * @param options All optional.
 * @returns A promise of the video that can also be cancelled and watched. It rejects with an
 * error that names the frame, or with an `AbortError` if it was cancelled; then no file changed.
 *
 * @example
 * ```ts
 * import { animate } from "vega-reel";
 *
 * const spec = {
 *   data: { name: "wave" },
 *   mark: "line",
 *   encoding: {
 *     x: { field: "x", type: "quantitative" },
 *     y: { field: "y", type: "quantitative", scale: { domain: [-1, 1] } },
 *   },
 * };
 * const frames = Array.from({ length: 60 }, (_, f) => ({
 *   wave: Array.from({ length: 200 }, (_, i) => ({ x: i, y: Math.cos(i / 20 + f / 10) })),
 * }));
 * const video = await animate(spec, frames, { output: "wave.mp4", width: 1280, height: 720 });
 * ```
 */
// Params and context are the user's own types.
// deno-lint-ignore no-explicit-any
export function animate<Each = any, Context = any>(
  spec: SpecSource,
  params?: Params<Each>,
  options: AnimateOptions<Each, Context> = {},
): Animation {
  const cancel = new AbortController();
  const watchers = new Set<Watcher>();
  const meter = new ProgressMeter((progress) => watchers.forEach((watcher) => watcher(progress)));
  const video = run(spec, params, options, meter, watchers, cancel);
  // A job that nobody awaits tells of its failure in its output alone.
  video.catch(() => {});
  return hideResult(Object.assign(video, {
    cancel: () => cancel.abort(),
    progress: () => progressOf(video, watchers),
    segments: () => meter.segments,
  }));
}

type Watcher = (progress: Progress) => void;

async function run(
  spec: unknown,
  params: unknown,
  given: AnimateOptions,
  meter: ProgressMeter,
  watchers: Set<Watcher>,
  cancel: AbortController,
): Promise<Video> {
  // The output of a job that nobody awaits is where its error shows, even that of an option.
  const output = new JobOutput(meter, given?.show !== false);
  const forget = onInterrupt(() => cancel.abort());
  const signals = [cancel.signal];
  try {
    const options = readOptions(given);
    if (options.signal) signals.push(options.signal);
    const { width, height } = options;
    if (width !== undefined && height !== undefined) output.chosen({ width, height });
    const folder = options.cache === false ? undefined : await cacheFolder(options.cache);
    const broken = new AbortController();
    watchers.add(() => output.update());
    watchers.add((progress) => attempt(() => options.onProgress?.(progress), broken));
    const video = await runJob(spec, params, {
      options,
      meter,
      signal: AbortSignal.any([...signals, broken.signal]),
      createExecutor: (workers, raster) => executorFor(spec, options, folder, workers, raster),
      onChosen: (chosen) => output.chosen(chosen),
      onLog: showLog,
      onWarning: (text) => options.show && showWarning(text),
      onPreview: output.onPreview,
    });
    await output.done(video, options.embed);
    meter.phase("done");
    return options.show ? hideResult(video) : video;
  } catch (cause) {
    const error = cancel.signal.aborted ? cancelled(meter.progress, meter.kept) : cause;
    const state = signals.some(({ aborted }) => aborted) ? "cancelled" : "failed";
    await output.failed(state, error);
    meter.phase(state);
    throw error;
  } finally {
    meter.close();
    forget();
  }
}

/** The pool of this machine, or the bridge to others; behind a store where segments are kept. */
function executorFor(
  spec: unknown,
  options: ResolvedOptions,
  folder: string | undefined,
  workers: number,
  raster: RasterName,
): Executor {
  const create = () =>
    options.executor === "local"
      ? localExecutor(workers, raster)
      : bridgeTo(options.executor, options.output && basename(options.output), raster);
  if (options.cache === false) return create();
  if (folder === undefined) return Object.assign(create(), { notKept: "there is no home folder" });
  const check = segmentCheck(options);
  return new StoredExecutor(new SegmentStore(folder), raster, {
    workers,
    create,
    check: ({ bytes, index, frames }) => check(bytes, index, frames),
    encoder: check === checkSegment ? "x264" : "png",
    encoderVersion,
    like: [spec, picturedBy(options)],
  });
}

/** The options without those that another run of the same cell may well have otherwise. */
function picturedBy(options: ResolvedOptions): unknown {
  const others = [
    ...["output", "signal", "workers", "show", "embed", "onProgress", "cache", "context"],
    "executor",
  ];
  return Object.entries(options).filter(([name]) => !others.includes(name));
}

/** Calls the user's code; what it throws, now or later, ends the job. */
async function attempt(call: () => unknown, job: AbortController): Promise<void> {
  try {
    await call();
  } catch (cause) {
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : describe(cause);
    job.abort(new Error(`Cannot go on as 'onProgress' threw ${reason}`, { cause }));
  }
}

/** The error of a job that its user cancelled. */
function cancelled({ frames, total }: Progress, kept: Kept): DOMException {
  const of = total === undefined ? `${frames} frames` : `${frames} of ${total} frames`;
  const words = kept.frames === 0 ? "none of them is kept" : `${kept.frames} of them are kept`;
  return new DOMException(`The animation was cancelled: ${of} were done, ${words}`, "AbortError");
}

async function* progressOf(
  video: Promise<Video>,
  watchers: Set<Watcher>,
): AsyncIterableIterator<Progress> {
  let waiting = Promise.withResolvers<void>();
  let latest: Progress | undefined;
  let ended = false;
  const watcher: Watcher = (progress) => {
    latest = progress;
    waiting.resolve();
  };
  const end = () => {
    ended = true;
    waiting.resolve();
  };
  watchers.add(watcher);
  video.then(end, end);
  try {
    while (true) {
      await waiting.promise;
      waiting = Promise.withResolvers();
      const progress: Progress | undefined = latest;
      latest = undefined;
      if (progress) yield progress;
      if (ended) return;
    }
  } finally {
    watchers.delete(watcher);
  }
}
