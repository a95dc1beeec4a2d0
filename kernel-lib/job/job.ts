/** The life of a job: from a spec and its params to a video file. */
import { randomUUID } from "node:crypto";
import type { Names } from "../render/patch.ts";
import { hasRaster } from "../render/raster.ts";
import type { Job, RasterName, SegmentResult } from "../render/task.ts";
import type { Executor, LogLevel } from "../run/executor.ts";
import { compileSpec, type VegaSpec } from "../spec/compile.ts";
import { inlineData } from "../spec/data.ts";
import { lockLayout, planPicture } from "../spec/layout.ts";
import { loadSpec } from "../spec/load.ts";
import { namesOf } from "../spec/names.ts";
import { abortable } from "./abortable.ts";
import { chooseEncoder, type ChosenEncoder } from "./encoder.ts";
import { type FrameSource, frameSource, nextTask, withFirst } from "./frames.ts";
import { checkSegment, writeVideo } from "./join.ts";
import { checkOutput, defaultOutput } from "./output.ts";
import type { ResolvedOptions } from "./options.ts";
import { planSegments } from "./plan.ts";
import type { ProgressMeter } from "./progress.ts";
import { SegmentSpool } from "./spool.ts";
import { type Stats, StatsMeter } from "./stats.ts";

/** A finished video. */
export interface Video {
  /** Absolute path of the file. */
  path: string;
  format: "mp4";
  /** The codec as RFC 6381 names it. */
  codec: string;
  encoder: "nvenc" | "x264";
  frames: number;
  fps: number;
  /** Seconds. */
  duration: number;
  width: number;
  height: number;
  /** Size of the file. */
  bytes: number;
  stats: Stats;
}

/** What was chosen for a job; the encoder and the size are known after the first frame. */
export interface Chosen {
  workers: number;
  raster: RasterName;
  encoder?: "nvenc" | "x264";
  /** Width of the video. */
  width?: number;
  /** Height of the video. */
  height?: number;
}

/** What the life of a job needs from outside. */
export interface JobContext {
  options: ResolvedOptions;
  /** Makes the executor; whoever runs the job closes it. */
  createExecutor(workers: number, raster: RasterName): Executor;
  meter: ProgressMeter;
  /** Told what was chosen, as soon as it is known. */
  onChosen(chosen: Chosen): void;
  /** Told what the user's code writes to the console. */
  onLog(frame: number, level: LogLevel, text: string): void;
  signal: AbortSignal;
}

/**
 * Runs a job from the beginning to the end.
 *
 * @param source The spec, or its path or URL.
 * @param params The frames' params.
 * @param context What the job works with.
 * @throws {Error} If anything fails; no file has changed then.
 */
export async function runJob(
  source: unknown,
  params: unknown,
  context: JobContext,
): Promise<Video> {
  const { options, meter, signal } = context;
  const stats = new StatsMeter();
  meter.phase("compile");
  const raster = await chooseRaster(options.raster);
  // A file that cannot be written is known before anything is rendered.
  const given = options.output === undefined ? undefined : checkOutput(options.output);
  // Workers load while the spec compiles.
  const executor = context.createExecutor(workersFor(params, options), raster);
  try {
    const prepared = await abortable(prepare(source, params, options, raster), signal);
    const { draft, frames } = prepared;
    const output = given ?? checkOutput(defaultOutput(prepared.written));
    context.onChosen({ workers: executor.workers, raster });
    meter.total = frames.frames;
    if (frames.frames !== undefined) {
      meter.plan(planSegments(frames.frames, options.segmentFrames));
    }
    const events = {
      onFrames: (index: number, done: number) => meter.drawn(index, done),
      onLog: context.onLog,
    };
    try {
      stats.begin("start");
      await abortable(executor.open(draft, events), signal);
      meter.phase("scan");
      stats.begin("scan");
      const settled = await settle(executor, prepared, options, signal);
      const { width, height } = settled.job.picture!;
      context.onChosen({
        workers: executor.workers,
        raster,
        encoder: settled.encoder.name,
        width,
        height,
      });
      await abortable(executor.open(settled.job, events), signal);
      meter.phase("render");
      stats.begin("render");
      using spool = new SegmentSpool();
      const rendered = await renderAll(executor, settled, options, spool, stats, context);
      meter.total = rendered.frames;
      meter.phase("join");
      stats.begin("join");
      const { fps } = options;
      const segments = rendered.segments.map((segmentFrames, index) => ({
        frames: segmentFrames,
        read: () => spool.get(index),
      }));
      const format = { width, height, fps, frames: rendered.frames };
      const file = await writeVideo(output, segments, format, signal);
      return {
        path: output,
        format: "mp4",
        codec: file.codec,
        encoder: settled.encoder.name,
        frames: rendered.frames,
        fps,
        duration: rendered.frames / fps,
        width,
        height,
        bytes: file.bytes,
        stats: stats.finish({
          workers: executor.workers,
          raster,
          encoder: settled.encoder.name,
          nvenc: settled.encoder.whyNotNvenc,
          segments: segments.length,
        }),
      };
    } finally {
      frames.close();
    }
  } finally {
    await executor.close();
  }
}

/** A job whose layout is not settled yet. */
export interface Prepared {
  draft: Job;
  frames: FrameSource;
  /** The spec as the user wrote it. */
  written: Record<string, unknown>;
  spec: VegaSpec;
  /** True when the view lays itself out to the size that was asked for. */
  fitted: boolean;
}

/** Compiles the spec and checks everything that can be checked before a frame is drawn. */
export async function prepare(
  source: unknown,
  params: unknown,
  options: ResolvedOptions,
  raster: RasterName,
): Promise<Prepared> {
  const loaded = await loadSpec(source);
  const { width, height, background } = options;
  const compiled = await compileSpec(loaded.spec, { width, height });
  const names: Names = namesOf(compiled, loaded.spec);
  const frames = frameSource(params, names, options.update !== undefined);
  const inlined = await inlineData(compiled.spec, loaded.baseURL, loaded.localFiles);
  names.missing = inlined.missing;
  const spec = background === undefined ? inlined.spec : { ...inlined.spec, background };
  const draft: Job = {
    id: randomUUID(),
    spec,
    names,
    baseURL: loaded.baseURL,
    localFiles: loaded.localFiles,
    update: options.update,
    context: options.context,
    seed: options.seed,
    fps: options.fps,
    frames: frames.frames,
    frameTimeout: options.frameTimeout,
    raster,
    patchInPlace: true,
    rungB: true,
    encoding: { kind: "png" },
  };
  return { draft, frames, written: loaded.spec, spec, fitted: compiled.fitted };
}

interface Settled {
  job: Job;
  frames: FrameSource;
  encoder: ChosenEncoder;
}

/** Settles layout and encoder by drawing the first frame. */
export async function settle(
  executor: Executor,
  { draft, frames, spec, fitted }: Prepared,
  options: ResolvedOptions,
  signal: AbortSignal,
  frame = 0,
): Promise<Settled> {
  const first = await abortable(frames.next(), signal);
  if (first === undefined) throw new RangeError("Cannot animate as there must be a frame");
  const scan = await executor.scan({ job: draft.id, frame, params: first }, signal);
  const { width, height, scale, fps, crf } = options;
  // A view that laid itself out to the size is not scaled again.
  const size = { width, height, scale: fitted ? 1 : scale };
  const picture = planPicture(scan.size, size, options.background ?? "white");
  const format = { width: picture.width, height: picture.height, fps, crf };
  const encoder = await chooseEncoder(options.encoder, format, signal);
  // What `update` made of the frame is used again: it is called once for each frame.
  const params = scan.patch === undefined ? first : { values: scan.patch, update: false };
  return {
    job: { ...draft, spec: lockLayout(spec, scan), picture, encoding: encoder.encoding },
    frames: withFirst(params, frames),
    encoder,
  };
}

/** Renders all segments, a bounded number at a time; returns the frames of each. */
async function renderAll(
  executor: Executor,
  { job, frames }: Settled,
  options: ResolvedOptions,
  spool: SegmentSpool,
  stats: StatsMeter,
  { meter, signal }: JobContext,
): Promise<{ segments: number[]; frames: number }> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const underWay = new Set<Promise<void>>();
  const segments: number[] = [];
  let parameters: string | undefined;
  let first = 0;

  const keep = ({ index, bytes, frames, stats: counted }: SegmentResult, first: number) => {
    const own = checkSegment(bytes, index, frames);
    parameters ??= own;
    if (own !== parameters) {
      throw new Error(
        `Cannot use segment ${index} as it was encoded with other parameters than the others`,
      );
    }
    spool.set(index, bytes);
    stats.add(counted, first);
    meter.end(index, "done");
  };

  try {
    for (let index = 0;; index++) {
      const pulled = nextTask(frames, job.id, index, first, options.segmentFrames);
      // A failure elsewhere ends the waiting for params that may never come.
      const task = await Promise.race([abortable(pulled, either), failureOf(underWay)]);
      if (task === undefined) break;
      segments.push(task.frames);
      first += task.frames;
      meter.begin(task);
      const rendering = executor.render(task, either)
        .then((result) => keep(result, task.first))
        .catch((error) => {
          meter.end(index, "failed");
          throw error;
        });
      rendering.catch(() => {});
      underWay.add(rendering);
      rendering.then(() => underWay.delete(rendering), () => {});
      // Two for each worker: one to render, one to follow at once.
      while (underWay.size >= 2 * executor.workers) await Promise.race(underWay);
    }
    await Promise.all(underWay);
  } catch (error) {
    stop.abort(error);
    await Promise.allSettled(underWay);
    throw error;
  }
  return { segments, frames: first };
}

/** Rejects when one of the promises does; never resolves. */
function failureOf(promises: Set<Promise<void>>): Promise<never> {
  return new Promise((_, reject) => {
    for (const promise of promises) promise.catch(reject);
  });
}

/** Cairo where it is there, else Skia. */
export async function chooseRaster(wanted: "auto" | RasterName): Promise<RasterName> {
  if (wanted !== "auto") return wanted;
  return await hasRaster("cairo") ? "cairo" : "skia";
}

/** No more workers than there are segments. */
function workersFor(params: unknown, { workers, segmentFrames }: ResolvedOptions): number {
  const frames = Array.isArray(params) ? params.length : params;
  if (typeof frames !== "number" || !Number.isInteger(frames) || frames < 1) return workers;
  return Math.min(workers, planSegments(Math.min(frames, 1e6), segmentFrames).length);
}
