/** Takes the frames of one job through the pipeline: params, view, drawing, pixels, encoder. */
import { withColumns } from "./arrow.ts";
import { Converter } from "./convert.ts";
import { type CellDomains, collectDomains } from "./domains.ts";
import { DraftDrawing } from "./draft.ts";
import { Drawing } from "./draw.ts";
import { Encoder } from "./encode.ts";
import { checkFrame, isChecked } from "./fresh.ts";
import { MissingImageError } from "./images.ts";
import { checkLimits } from "./limits.ts";
import { type Extremes, measureAll } from "./measure.ts";
import { pack, unpack } from "./pack.ts";
import { type FrameParams, type Patch, readPatch } from "./patch.ts";
import type { Raster, Surface } from "./raster.ts";
import { ReadRecorder } from "./reads.ts";
import { resourceLoader } from "./resources.ts";
import { seedThread } from "./seed.ts";
import { StraightPixels } from "./straight.ts";
import {
  type Job,
  newWork,
  type Picture,
  type ScanResult,
  type ScanTask,
  type SegmentResult,
  type SegmentStats,
  type SegmentTask,
  type Stage,
  type StageTimes,
  type Work,
} from "./task.ts";
import { Patience, withTimeLimit } from "./time_limit.ts";
import { callUpdate, loadUpdate, type Update } from "./update.ts";
import type { Vega } from "./vega.ts";
import { FrameView, type Rung } from "./view.ts";

/** Told what a renderer is doing, so that others can tell a slow one from a dead one. */
export interface Activity {
  stage(stage: Stage): void;
  frame(index: number): void;
  framesDone(count: number): void;
  /** An encoder is being started. Throws where that is too late. */
  encoderStarts(): void;
  /** Process id of the encoder that was started, or 0 when there is none any more. */
  encoder(pid: number): void;
  /** True once nobody waits for the thread; absent where its process is ended then. */
  isEnding?(): boolean;
}

/** What frames are drawn on, and what makes their pixels ready to be encoded. */
interface Canvas {
  surface: Surface;
  drawing: Drawing | DraftDrawing;
  converter: Converter | StraightPixels;
}

/** Renders segments of one job, one after the other, with a view that stays warm. */
export class SegmentRenderer {
  readonly #vega: Vega;
  readonly #raster: Raster;
  readonly #job: Job;
  readonly #view: FrameView;
  readonly #update: Update | undefined;
  readonly #activity: Activity;
  /** Calls code of the user's, and ends it where it goes on for too long. */
  readonly #limited: <Result>(call: () => Result) => Result;
  /** The job as fresh views get it; absent where no frame is checked. */
  readonly #checked: Job | undefined;
  readonly #recorder = new ReadRecorder();
  #canvas: Canvas | undefined;
  /** The frame that the canvas shows as the encoder takes it, once it was converted. */
  #planes: Uint8Array<ArrayBuffer> | undefined;

  private constructor(
    vega: Vega,
    raster: Raster,
    job: Job,
    update: Update | undefined,
    activity: Activity,
  ) {
    this.#vega = this.#recorder.watch(vega);
    this.#raster = raster;
    this.#job = job;
    this.#update = update;
    this.#activity = activity;
    const { frameTimeout } = job;
    if (frameTimeout === undefined && activity.isEnding) {
      const patience = new Patience(() => !activity.isEnding!());
      this.#limited = (call) => patience.call(call);
    } else {
      this.#limited = (call) => withTimeLimit(call, frameTimeout);
    }
    // A view writes into the values of some signals.
    this.#checked = job.check ? { ...job, spec: structuredClone(job.spec) } : undefined;
    this.#view = new FrameView(this.#vega, job);
  }

  /**
   * Reads a job.
   *
   * @throws {Error} If Vega cannot parse the spec, or `update` or a font cannot be loaded.
   */
  static async open(
    vega: Vega,
    raster: Raster,
    job: Job,
    activity: Activity,
  ): Promise<SegmentRenderer> {
    const update = job.update && await loadUpdate(job.update);
    for (const [name, path] of Object.entries(job.fonts)) registerFont(raster, name, path);
    seedThread(vega, job.seed, 0, 0);
    return new SegmentRenderer(vega, raster, job, update, activity);
  }

  /** Frees the view. */
  close(): void {
    this.#view.close();
  }

  /** Runs frames without drawing them, and tells what they have come to. */
  async scan({ frames, params, domains: requests, fittedFrom }: ScanTask): Promise<ScanResult> {
    const times = newTimes();
    const domains: CellDomains[] = (requests ?? []).map(() => ({}));
    const extremes: Extremes = {};
    const patches: ScanResult["patches"] = [];
    const { spec } = this.#job;
    for (const [i, frame] of frames.entries()) {
      this.#activity.frame(frame);
      const { patch, given } = await this.#patchOf(params[i], frame, times);
      patches.push(
        params[i].update ? pack(given, `use what 'update' gave for frame ${frame}`) : undefined,
      );
      await this.#show(patch, frame, times);
      if (requests) collectDomains(this.#view.view, spec, requests, domains);
      else measureAll(this.#view.view, spec, frame, extremes, fittedFrom);
      this.#activity.framesDone(i + 1);
    }
    return {
      domains,
      extremes,
      updateTime: times.update,
      reads: this.#recorder.reads,
      patches,
    };
  }

  /** Renders and encodes one segment. */
  async render(task: SegmentTask): Promise<SegmentResult> {
    const { picture, encoding } = this.#job;
    if (!picture) throw new Error("Cannot render a segment as the job's layout is not settled");
    const stats: SegmentStats = {
      stages: newTimes(),
      work: newWork(),
      patching: { inPlace: 0, newView: 0 },
      checked: 0,
      frameTimes: [],
    };
    const before = this.#work();
    const bytes = encoding.kind === "png"
      ? await this.#renderImage(task, picture, stats)
      : await this.#renderVideo(task, picture, encoding.ffmpeg, encoding.arguments, stats);
    const after = this.#work();
    for (const name of Object.keys(after) as (keyof Work)[]) {
      stats.work[name] = after[name] - before[name];
    }
    const { index, frames } = task;
    return { index, bytes, frames, stats, reads: this.#recorder.reads };
  }

  /** What was done since the canvas was made, if it was. */
  #work(): Work {
    if (!this.#canvas) return newWork();
    const { drawing, converter } = this.#canvas;
    return { ...newWork(), ...drawing.work, conversions: converter.conversions };
  }

  async #renderImage(
    task: SegmentTask,
    picture: Picture,
    stats: SegmentStats,
  ): Promise<Uint8Array<ArrayBuffer>> {
    await this.#drawFrame(task.params[0], task.first, picture, stats);
    this.#activity.framesDone(1);
    return this.#surface(picture).surface.png();
  }

  async #renderVideo(
    task: SegmentTask,
    picture: Picture,
    ffmpeg: string,
    args: string[],
    stats: SegmentStats,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const { stages } = stats;
    const encoder = this.#startEncoder(ffmpeg, args);
    try {
      let written: Promise<void> = Promise.resolve();
      for (let i = 0; i < task.frames; i++) {
        const start = performance.now();
        // A frame that is held is drawn once in a segment.
        const { shows } = task.params[i];
        if (i === 0 || shows === undefined) {
          const frame = shows ?? task.first + i;
          const patch = await this.#drawFrame(task.params[i], frame, picture, stats);
          const isLast = i === task.frames - 1 || task.params[i + 1].shows !== undefined;
          if (this.#checked && isChecked(frame, isLast)) {
            await this.#check(this.#checked, patch, frame, picture);
            stats.checked++;
          }
        }
        const planes = this.#convert(picture, stages);
        const encode = performance.now();
        this.#activity.stage("encode");
        await written;
        // While ffmpeg reads these planes, the next frame is converted into others.
        written = encoder.write(planes);
        // A failure is thrown where it is awaited, one frame later.
        written.catch(() => {});
        const end = performance.now();
        stages.encode += end - encode;
        stats.frameTimes.push(end - start);
        this.#activity.framesDone(i + 1);
      }
      const start = performance.now();
      await written;
      const bytes = await encoder.finish();
      stages.encode += performance.now() - start;
      return bytes;
    } catch (error) {
      await encoder.abort();
      throw error;
    } finally {
      this.#activity.encoder(0);
    }
  }

  /** The frame that the canvas shows as the encoder takes it: made once where it does not change. */
  #convert(picture: Picture, stages: StageTimes): Uint8Array<ArrayBuffer> {
    if (this.#planes) return this.#planes;
    const { drawing, converter } = this.#surface(picture);
    const read = performance.now();
    drawing.read(converter.pixels);
    const convert = performance.now();
    this.#planes = converter.convert();
    stages.read += convert - read;
    stages.convert += performance.now() - convert;
    return this.#planes;
  }

  #startEncoder(ffmpeg: string, args: string[]): Encoder {
    let pid = 0;
    try {
      this.#activity.encoderStarts();
      const encoder = new Encoder(ffmpeg, args);
      pid = encoder.pid;
      return encoder;
    } finally {
      this.#activity.encoder(pid);
    }
  }

  async #drawFrame(
    params: FrameParams,
    frame: number,
    picture: Picture,
    stats: SegmentStats,
  ): Promise<Patch> {
    this.#activity.frame(frame);
    const { patch } = await this.#patchOf(params, frame, stats.stages);
    const rung = await this.#show(patch, frame, stats.stages);
    stats.patching[rung]++;
    const { spec, limits } = this.#job;
    if (limits) checkLimits(this.#view.view, spec, frame, limits);
    this.#activity.stage("draw");
    const start = performance.now();
    const { drawing } = this.#surface(picture);
    try {
      const { view } = this.#view;
      const changed = await withTimeLimit(() => drawing.draw(view), this.#job.frameTimeout);
      if (changed) this.#planes = undefined;
    } catch (cause) {
      throw frameError(frame, "the canvas", cause);
    }
    stats.stages.draw += performance.now() - start;
    return patch;
  }

  /** Holds the frame on the canvas against what a fresh view draws on a new one. */
  async #check(job: Job, patch: Patch, frame: number, picture: Picture): Promise<void> {
    this.#seed(frame);
    const drawn = this.#surface(picture).drawing;
    await checkFrame(this.#vega, job, patch, frame, drawn, this.#createCanvas(picture));
  }

  async #patchOf(
    params: FrameParams,
    frame: number,
    times: StageTimes,
  ): Promise<{ patch: Patch; given: Record<string, unknown> }> {
    const { names } = this.#job;
    this.#activity.stage("update");
    const start = performance.now();
    this.#seed(frame);
    const values = params.packed ? unpack(params.values as Uint8Array<ArrayBuffer>) : params.values;
    const given = params.update && this.#update
      ? withColumns(
        await callUpdate(
          this.#update,
          values,
          frame,
          this.#job,
          this.#limited,
          () => this.#recorder.readFrames(),
        ),
      ) as Record<string, unknown>
      : values as Record<string, unknown>;
    const patch = readPatch(given, names, frame);
    times.update += performance.now() - start;
    return { patch, given };
  }

  async #show(patch: Patch, frame: number, times: StageTimes): Promise<Rung> {
    this.#activity.stage("dataflow");
    const start = performance.now();
    refuse(frame, this.#view.refusal(patch));
    // Whatever `update` drew, the view draws the frame's numbers from the first one on.
    this.#seed(frame);
    let rung: Rung;
    try {
      rung = await this.#view.show(patch);
    } catch (cause) {
      throw frameError(frame, "Vega", cause);
    } finally {
      times.dataflow += performance.now() - start;
    }
    refuse(frame, this.#view.refusalOfShown);
    return rung;
  }

  #seed(frame: number): void {
    const { seed, fps } = this.#job;
    seedThread(this.#vega, seed, frame, frame / fps);
  }

  #surface(picture: Picture): Canvas {
    this.#canvas ??= this.#createCanvas(picture);
    return this.#canvas;
  }

  #createCanvas(picture: Picture): Canvas {
    const { width, height, isTransparent = false } = picture;
    const surface = this.#raster.createSurface(width, height, isTransparent);
    const { draft, encoding } = this.#job;
    const loader = resourceLoader(this.#vega, this.#job);
    return {
      surface,
      // Symbols are stamped on opaque pixels.
      drawing: draft && !isTransparent
        ? new DraftDrawing(this.#vega, this.#raster, surface, picture, loader)
        : new Drawing(this.#vega, surface, picture, loader),
      converter: encoding.kind === "h264"
        ? new Converter(width, height, surface.order)
        : new StraightPixels(width, height, isTransparent),
    };
  }
}

function registerFont(raster: Raster, name: string, path: string): void {
  try {
    raster.registerFont(name, path);
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new Error(`Cannot use '${path}' as the font '${name}': ${reason}`, { cause });
  }
}

/** @throws {Error} If there is a reason to refuse the frame. */
function refuse(frame: number, reason: string | undefined): void {
  if (reason) throw new Error(`Cannot render frame ${frame} as ${reason}`);
}

function frameError(frame: number, what: string, cause: unknown): Error {
  const message = cause instanceof Error ? cause.message : String(cause);
  const reason = cause instanceof MissingImageError ? message : `${what} failed: ${message}`;
  return new Error(`Cannot render frame ${frame} as ${reason}`, { cause });
}

function newTimes(): StageTimes {
  return { update: 0, dataflow: 0, draw: 0, read: 0, convert: 0, encode: 0 };
}
