/** What a job shows of itself while it runs and when it has ended. */
import { randomUUID } from "node:crypto";
import { join, relative, sep } from "node:path";
import type { Chosen, Video } from "../job/job.ts";
import type { PreviewSink } from "../job/preview.ts";
import type { ProgressMeter, SegmentProgress } from "../job/progress.ts";
import { kernelBroadcast } from "./kernel.ts";
import {
  type JobModel,
  type JobState,
  MODEL_VERSION,
  packSegments,
  type VideoFormat,
} from "./mime.ts";
import { type Embed, NotebookDisplay } from "./notebook.ts";
import { PreviewChannel } from "./preview.ts";
import { TerminalDisplay } from "./terminal.ts";

/** A running job is shown at least this often, in ms, so that a viewer knows that it runs. */
const HEARTBEAT = 2000;

/** The file of frame 0 in a folder of pictures. */
const FIRST_PICTURE = "frame-000000.png";

/** A job's one output: in the notebook, or on the terminal. */
export class JobOutput {
  readonly #id = randomUUID();
  readonly #meter: ProgressMeter;
  readonly #display: NotebookDisplay | TerminalDisplay | undefined;
  readonly #preview: PreviewChannel | undefined;
  readonly #heartbeat: ReturnType<typeof setInterval> | undefined;
  readonly #chosen: Partial<Chosen> = {};
  readonly #started = Date.now();
  #state: JobState = "running";

  /**
   * @param meter Tells how far the job is.
   * @param show False for a job that shows nothing.
   */
  constructor(meter: ProgressMeter, show: boolean) {
    this.#meter = meter;
    if (!show) return;
    const broadcast = kernelBroadcast();
    if (broadcast) {
      this.#display = new NotebookDisplay(broadcast, this.#id);
      this.#preview = new PreviewChannel(broadcast, this.#id);
    } else if (TerminalDisplay.isPossible) this.#display = new TerminalDisplay();
    if (this.#display) this.#heartbeat = setInterval(() => this.update(), HEARTBEAT);
  }

  /** Takes the finished beginning of the video; undefined where nobody could play it. */
  get onPreview(): PreviewSink | undefined {
    const preview = this.#preview;
    return preview && ((bytes, frames) => preview.send(bytes, frames));
  }

  /** Makes known what was chosen for the job. */
  chosen(chosen: Partial<Chosen>): void {
    Object.assign(this.#chosen, chosen);
  }

  /** Shows how far the job is. */
  update(): void {
    if (this.#state === "running") this.#display?.show(() => this.#model());
  }

  /** Shows the finished video. */
  async done(video: Video, embed: Embed): Promise<void> {
    this.#end("done");
    const { path, format, fps, duration, width, height, bytes, codec, frames, stats } = video;
    const file = shownFile(path, format);
    const model = {
      ...this.#model(),
      path: pathFromHere(file),
      format,
      fps,
      duration,
      width,
      height,
      bytes,
      codec,
      frames,
      total: frames,
      framesPerSecond: rounded(stats.framesPerSecond),
      secondsLeft: 0,
      seconds: rounded(stats.seconds.total),
    };
    await this.#display?.finish(model, { file, embed });
  }

  /** Shows why there is no video. */
  async failed(state: "failed" | "cancelled", error: unknown): Promise<void> {
    this.#end(state);
    const words = error instanceof Error ? error.message : String(error);
    const kept = this.#meter.kept.segments;
    await this.#display?.finish({ ...this.#model(), kept, error: words });
  }

  #end(state: JobState): void {
    this.#state = state;
    clearInterval(this.#heartbeat);
    this.#preview?.close();
  }

  #model(): JobModel {
    const progress = this.#meter.progress;
    const { phase, total, framesPerSecond, secondsLeft, seconds } = progress;
    const isScanning = this.#state === "running" && phase === "scan";
    const isWriting = this.#state === "running" && phase === "join" && progress.written > 0;
    const { output, format, ...chosen } = this.#chosen;
    return {
      version: MODEL_VERSION,
      id: this.#id,
      state: this.#state,
      phase: this.#state === "running" ? phase : this.#state,
      started: this.#started,
      frames: isScanning ? progress.scanned : isWriting ? progress.written : progress.frames,
      total: total ?? null,
      framesPerSecond: rounded(framesPerSecond),
      secondsLeft: secondsLeft === undefined ? null : rounded(secondsLeft),
      seconds: rounded(seconds),
      ...segmentsOf(this.#meter.segments),
      workers: 0,
      encoder: null,
      raster: null,
      ...chosen,
      ...(output === undefined || format === undefined
        ? {}
        : { path: pathFromHere(shownFile(output, format)), format }),
    };
  }
}

/** The file of a video that viewers show: of pictures the first. */
function shownFile(path: string, format: VideoFormat): string {
  return format === "png" ? join(path, FIRST_PICTURE) : path;
}

/** How many machines are named. */
const MAX_MACHINES = 8;

/** How far the segments are, and on which machines, those with the most segments first. */
function segmentsOf(segments: SegmentProgress[]): Pick<JobModel, "segments" | "where"> {
  const packed = { segments: packSegments(segments.map(({ state }) => state)) };
  const counts = new Map<string, number>();
  for (const { where } of segments) {
    if (where !== undefined) counts.set(where, (counts.get(where) ?? 0) + 1);
  }
  if (counts.size === 0) return packed;
  const machines = [...counts].sort(([, a], [, b]) => b - a).map(([name, n]) => `${name}: ${n}`);
  const more = machines.length - MAX_MACHINES;
  const named = machines.slice(0, MAX_MACHINES).join(", ");
  return { ...packed, where: more > 0 ? `${named}, and ${more} more` : named };
}

/** A path as notebooks have it on every system: from the notebook's folder, with `/`. */
function pathFromHere(path: string): string {
  return relative(Deno.cwd(), path).replaceAll(sep, "/");
}

/** To thousandths: more would only be noise in the notebook's file. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
