/** The life of a job: from a spec and its params to a video file. */
import { LAYOUT_EXCEEDED } from "../render/limits.ts";
import type { Job, Picture, RasterName } from "../render/task.ts";
import type { Executor, LogLevel } from "../run/executor.ts";
import { abortable } from "./abortable.ts";
import { chooseEncoder, type ChosenEncoder, type EncoderName } from "./encoder.ts";
import { withFallback } from "./fallback.ts";
import { checkFormat, type FormatName, formatOf } from "./format.ts";
import { type FrameSource, heldFrames } from "./frames.ts";
import { checkSegment } from "./join.ts";
import { losslessEncoder, tryFormat } from "./lossless.ts";
import type { ResolvedOptions } from "./options.ts";
import { checkOutput, defaultOutput } from "./output.ts";
import { planSegments } from "./plan.ts";
import { checkPictures } from "./pictures.ts";
import { chooseRaster, prepare, type Prepared } from "./prepare.ts";
import { Preview, type PreviewSink } from "./preview.ts";
import type { ProgressMeter } from "./progress.ts";
import { settle } from "./scan.ts";
import { renderSegments } from "./segments.ts";
import { SegmentSpool } from "./spool.ts";
import { type Stats, StatsMeter } from "./stats.ts";
import { writeAs } from "./write.ts";

/** A finished video. */
export interface Video {
  /** Absolute path of the file, or of the folder of pictures. */
  path: string;
  /** What it is; `"png"` is a folder of pictures. */
  format: FormatName;
  /** The codec as RFC 6381 names it; that of a GIF and of pictures is `"gif"` and `"png"`. */
  codec: string;
  encoder: EncoderName;
  /** Number of frames, those that hold the last one included. */
  frames: number;
  fps: number;
  /** Seconds: `frames` divided by `fps`. */
  duration: number;
  width: number;
  height: number;
  /** Size of the file, or of all pictures. */
  bytes: number;
  stats: Stats;
}

/** What was chosen for a job; the encoder and the size are known after the first frame. */
export interface Chosen {
  /** Absolute path of the file or folder that will be written. */
  output: string;
  format: FormatName;
  fps: number;
  workers: number;
  raster: RasterName;
  encoder?: EncoderName;
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
  /** Told what Vega-Lite warns of. */
  onWarning?(text: string): void;
  /** Takes the finished beginning of the video, while the rest is being rendered. */
  onPreview?: PreviewSink;
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
  stats.begin("start");
  const raster = await chooseRaster(options.raster);
  // What cannot be written is known before anything is rendered.
  const given = options.output === undefined ? undefined : checkOutput(options.output);
  const format = formatOfOutput(options);
  checkFormat(format, options);
  if (format !== "mp4") await tryFormat(format, signal);
  // Workers load while the spec compiles.
  const executor = context.createExecutor(workersFor(params, options), raster);
  try {
    const prepared = await abortable(prepare(source, params, options, raster, signal), signal);
    prepared.warnings.forEach((text) => context.onWarning?.(text));
    try {
      const output = given ?? checkOutput(defaultOutput(prepared.written));
      return await renderVideo(prepared, output, executor, stats, context);
    } finally {
      prepared.frames.close();
    }
  } finally {
    await executor.close();
  }
}

/** Renders what is prepared and writes it to a file. */
async function renderVideo(
  prepared: Prepared,
  output: string,
  executor: Executor,
  stats: StatsMeter,
  { options, meter, signal, onChosen, onLog, onPreview }: JobContext,
): Promise<Video> {
  const { draft, frames } = prepared;
  const format = formatOfOutput(options);
  const { raster } = draft;
  const { fps, preset, crf, segmentFrames } = options;
  const chosen = { output, format, fps, raster };
  onChosen({ ...chosen, workers: executor.workers });
  const plan = (total: number | undefined) => {
    meter.total = total;
    if (total !== undefined) meter.plan(planSegments(total, segmentFrames));
  };
  plan(frames.frames && frames.frames + heldFrames(options));
  const events = {
    onFrames: (index: number, done: number, where?: string) => meter.drawn(index, done, where),
    onScanned: (first: number, done: number) => meter.scanned(first, done),
    onLog,
  };
  // Waits until there is a worker; nothing is sent to it yet.
  await abortable(executor.open(draft, events), signal);

  meter.phase("scan");
  stats.begin("scan");
  using settled = await settle(executor, prepared, options, events, signal);
  stats.addUpdate(settled.updateTime);
  const draw = async (job: Job & { picture: Picture }, onPreview?: PreviewSink) => {
    const frames = settled.frames();
    plan(frames.frames);
    stats.begin("render");
    const { width, height } = job.picture;
    const spool = new SegmentSpool();
    using preview = onPreview && format === "mp4"
      ? new Preview({ width, height, fps }, spool, onPreview)
      : undefined;
    const keep = { check: segmentCheck(options), spool, stats, meter, preview };
    const render = async ({ name, encoding }: ChosenEncoder, frames: FrameSource) => {
      onChosen({ ...chosen, workers: executor.workers, encoder: name, width, height });
      const opened = executor.open({ ...job, draft: preset === "draft", encoding }, events);
      await abortable(opened, signal);
      meter.phase("render");
      return await renderSegments(executor, job.id, frames, segmentFrames, keep, signal);
    };
    const onFallback = () => {
      stats.again();
      meter.plan(meter.segments);
      // What a viewer has of the video cannot go on with another encoder.
      preview?.[Symbol.dispose]();
    };
    const encoded = { width, height, fps, preset, crf };
    try {
      const encoder = format === "mp4"
        ? await chooseEncoder(options.encoder, encoded, signal)
        : losslessEncoder(format, job.picture, raster);
      const { rendered, ...by } = await withFallback(encoder, encoded, frames, render, onFallback);
      return { ...rendered, ...by, spool, picture: job.picture };
    } catch (error) {
      spool[Symbol.dispose]();
      throw error;
    }
  };
  const again = async (error: Error) => {
    if (error.name !== LAYOUT_EXCEEDED || !settled.lookAtAll) throw error;
    meter.phase("scan");
    stats.again();
    return await draw(await settled.lookAtAll());
  };
  const rendered = await draw(settled.job, onPreview).catch(again);
  using spool = rendered.spool;
  const { encoder, picture } = rendered;
  const { width, height, isTransparent = false } = picture;
  meter.total = rendered.frames;

  meter.phase("join");
  stats.begin("join");
  const segments = rendered.segments.map((frames, index) => ({
    frames,
    read: () => spool.get(index),
  }));
  const shape = { width, height, fps, frames: rendered.frames, preset, crf, isTransparent };
  const { codec, bytes } = await writeAs(
    output,
    format,
    segments,
    shape,
    signal,
    (frames) => meter.written(frames),
  );
  return {
    path: output,
    format,
    codec,
    encoder: encoder.name,
    frames: rendered.frames,
    fps,
    duration: rendered.frames / fps,
    width,
    height,
    bytes,
    stats: stats.finish({
      workers: executor.workers,
      raster,
      cache: executor.notKept,
      encoder: encoder.name,
      nvenc: encoder.whyNotNvenc,
      frames: rendered.frames,
      segments: segments.length,
    }),
  };
}

/** The format that the options ask for. */
function formatOfOutput({ output }: Pick<ResolvedOptions, "output">): FormatName {
  return output === undefined ? "mp4" : formatOf(output)!;
}

/** What checks the segments of the format that the options ask for. */
export function segmentCheck(options: Pick<ResolvedOptions, "output">): typeof checkSegment {
  return formatOfOutput(options) === "mp4" ? checkSegment : checkPictures;
}

/** No more workers than there are segments. */
function workersFor(params: unknown, { workers, segmentFrames }: ResolvedOptions): number {
  const frames = Array.isArray(params) ? params.length : params;
  if (typeof frames !== "number" || !Number.isInteger(frames) || frames < 1) return workers;
  return Math.min(workers, planSegments(Math.min(frames, 1e6), segmentFrames).length);
}
