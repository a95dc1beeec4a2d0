/** Takes the frames of one job through the pipeline: params, view, drawing, pixels, encoder. */
import { uncloneable } from "./cloneable.ts";
import { toYuv420 } from "./convert.ts";
import { Drawing } from "./draw.ts";
import { Encoder } from "./encode.ts";
import { measure } from "./measure.ts";
import { checkFrame, isChecked } from "./fresh.ts";
import { type FrameParams, type Patch, readPatch } from "./patch.ts";
import { free, type Raster, type Surface } from "./raster.ts";
import { resourceLoader } from "./resources.ts";
import { seedThread } from "./seed.ts";
import type {
  Job,
  Picture,
  ScanResult,
  ScanTask,
  SegmentResult,
  SegmentStats,
  SegmentTask,
  Stage,
  StageTimes,
} from "./task.ts";
import { callUpdate, loadUpdate, type Update } from "./update.ts";
import type { Vega } from "./vega.ts";
import { FrameView } from "./view.ts";

/** Told what a renderer is doing, so that others can tell a slow one from a dead one. */
export interface Activity {
  stage(stage: Stage): void;
  frame(index: number): void;
  framesDone(count: number): void;
  /** An encoder is being started. Throws where that is too late. */
  encoderStarts(): void;
  /** Process id of the encoder that was started, or 0 when there is none any more. */
  encoder(pid: number): void;
}

/** Renders segments of one job, one after the other, with a view that stays warm. */
export class SegmentRenderer {
  readonly #vega: Vega;
  readonly #raster: Raster;
  readonly #job: Job;
  readonly #view: FrameView;
  readonly #update: Update | undefined;
  readonly #activity: Activity;
  #canvas: { surface: Surface; drawing: Drawing } | undefined;

  private constructor(
    vega: Vega,
    raster: Raster,
    job: Job,
    update: Update | undefined,
    activity: Activity,
  ) {
    this.#vega = vega;
    this.#raster = raster;
    this.#job = job;
    this.#update = update;
    this.#activity = activity;
    const { spec, names, baseURL, localFiles, patchInPlace, rungB } = job;
    this.#view = new FrameView(vega, { spec, names, baseURL, localFiles, patchInPlace, rungB });
  }

  /**
   * Reads a job.
   *
   * @throws {Error} If Vega cannot parse the spec, or `update` cannot be loaded.
   */
  static async open(
    vega: Vega,
    raster: Raster,
    job: Job,
    activity: Activity,
  ): Promise<SegmentRenderer> {
    const update = job.update && await loadUpdate(job.update);
    seedThread(vega, job.seed, 0, 0);
    return new SegmentRenderer(vega, raster, job, update, activity);
  }

  /** Frees the view. */
  close(): void {
    this.#view.close();
  }

  /** Measures the view on one frame. */
  async scan({ frame, params }: ScanTask): Promise<ScanResult> {
    const times = newTimes();
    this.#activity.frame(frame);
    const { patch, given } = await this.#patchOf(params, frame, times);
    const broken = params.update && uncloneable(given, "");
    if (broken) {
      throw new TypeError(`Cannot use what 'update' gave for frame ${frame} as ${broken}`);
    }
    await this.#show(patch, frame, times);
    return {
      ...measure(this.#view.view),
      ...(params.update ? { patch: given } : {}),
    };
  }

  /** Renders and encodes one segment. */
  async render(task: SegmentTask): Promise<SegmentResult> {
    const { picture, encoding } = this.#job;
    if (!picture) throw new Error("Cannot render a segment as the job's layout is not settled");
    const stats: SegmentStats = {
      stages: newTimes(),
      patching: { inPlace: 0, newView: 0 },
      checked: 0,
      frameTimes: [],
    };
    const bytes = encoding.kind === "png"
      ? await this.#renderImage(task, picture, stats)
      : await this.#renderVideo(task, picture, encoding.ffmpeg, encoding.arguments, stats);
    return { index: task.index, bytes, frames: task.frames, stats };
  }

  async #renderImage(
    task: SegmentTask,
    picture: Picture,
    stats: SegmentStats,
  ): Promise<Uint8Array<ArrayBuffer>> {
    await this.#drawFrame(task, 0, picture, stats);
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
    const { width, height } = picture;
    const { surface } = this.#surface(picture);
    const { stages } = stats;
    const encoder = this.#startEncoder(ffmpeg, args);
    try {
      // While ffmpeg reads one frame, the next one is drawn and converted into the other.
      const planes = [0, 1].map(() => new Uint8Array(width * height * 3 / 2));
      let written: Promise<void> = Promise.resolve();
      for (let i = 0; i < task.frames; i++) {
        const start = performance.now();
        await this.#drawFrame(task, i, picture, stats);
        const read = performance.now();
        const pixels = surface.read();
        const convert = performance.now();
        toYuv420(pixels, planes[i % 2], width, height, surface.order);
        free(pixels);
        const encode = performance.now();
        this.#activity.stage("encode");
        await written;
        written = encoder.write(planes[i % 2]);
        // A failure is thrown where it is awaited, one frame later.
        written.catch(() => {});
        const end = performance.now();
        stages.read += convert - read;
        stages.convert += encode - convert;
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

  /** Draws frame `index` of a segment. */
  async #drawFrame(
    { first, frames, params }: SegmentTask,
    index: number,
    picture: Picture,
    stats: SegmentStats,
  ): Promise<void> {
    const frame = first + index;
    this.#activity.frame(frame);
    const { patch } = await this.#patchOf(params[index], frame, stats.stages);
    const rung = await this.#show(patch, frame, stats.stages);
    stats.patching[rung]++;
    this.#activity.stage("draw");
    const start = performance.now();
    try {
      await this.#surface(picture).drawing.draw(this.#view.view);
    } catch (cause) {
      throw frameError(frame, "the canvas", cause);
    }
    stats.stages.draw += performance.now() - start;
    if (!this.#job.check || !isChecked(frame, index === frames - 1)) return;
    this.#seed(frame);
    await checkFrame(this.#vega, this.#job, patch, frame, this.#surface(picture));
    stats.checked++;
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
    const given = params.update && this.#update
      ? await callUpdate(this.#update, params.values, frame, this.#job)
      : params.values as Record<string, unknown>;
    const patch = readPatch(given, names, frame);
    times.update += performance.now() - start;
    return { patch, given };
  }

  async #show(patch: Patch, frame: number, times: StageTimes): Promise<"inPlace" | "newView"> {
    this.#activity.stage("dataflow");
    const start = performance.now();
    const refusal = this.#view.refusal(patch);
    if (refusal) throw new Error(`Cannot render frame ${frame} as ${refusal}`);
    // Whatever `update` drew, the view draws the frame's numbers from the first one on.
    this.#seed(frame);
    try {
      return await this.#view.show(patch);
    } catch (cause) {
      throw frameError(frame, "Vega", cause);
    } finally {
      times.dataflow += performance.now() - start;
    }
  }

  #seed(frame: number): void {
    const { seed, fps } = this.#job;
    seedThread(this.#vega, seed, frame, frame / fps);
  }

  #surface(picture: Picture): { surface: Surface; drawing: Drawing } {
    if (!this.#canvas) {
      const surface = this.#raster.createSurface(picture.width, picture.height);
      const { baseURL, localFiles } = this.#job;
      const loader = resourceLoader(this.#vega, baseURL, localFiles);
      this.#canvas = { surface, drawing: new Drawing(this.#vega, surface, picture, loader) };
    }
    return this.#canvas;
  }
}

function frameError(frame: number, what: string, cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new Error(`Cannot render frame ${frame} as ${what} failed: ${reason}`, { cause });
}

function newTimes(): StageTimes {
  return { update: 0, dataflow: 0, draw: 0, read: 0, convert: 0, encode: 0 };
}
