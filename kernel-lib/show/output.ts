/** What a job shows of itself while it runs and when it has ended. */
import { randomUUID } from "node:crypto";
import { relative } from "node:path";
import type { Chosen, Video } from "../job/job.ts";
import type { ProgressMeter } from "../job/progress.ts";
import { kernelBroadcast } from "./kernel.ts";
import { type JobModel, type JobState, MODEL_VERSION, packSegments } from "./mime.ts";
import { type Embed, NotebookDisplay } from "./notebook.ts";
import { TerminalDisplay } from "./terminal.ts";

/** A job's one output: in the notebook, or on the terminal. */
export class JobOutput {
  readonly #id = randomUUID();
  readonly #meter: ProgressMeter;
  readonly #display: NotebookDisplay | TerminalDisplay | undefined;
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
    if (broadcast) this.#display = new NotebookDisplay(broadcast, this.#id);
    else if (TerminalDisplay.isPossible) this.#display = new TerminalDisplay();
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
    this.#state = "done";
    const { path, fps, duration, width, height, bytes, codec, frames, stats } = video;
    const model = {
      ...this.#model(),
      path: relative(Deno.cwd(), path),
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
    await this.#display?.finish(model, { file: path, embed });
  }

  /** Shows why there is no video. */
  async failed(state: "failed" | "cancelled", error: unknown): Promise<void> {
    this.#state = state;
    const words = error instanceof Error ? error.message : String(error);
    await this.#display?.finish({ ...this.#model(), error: words });
  }

  #model(): JobModel {
    const { phase, frames, total, framesPerSecond, secondsLeft, seconds } = this.#meter.progress;
    return {
      version: MODEL_VERSION,
      id: this.#id,
      state: this.#state,
      phase: this.#state === "running" ? phase : this.#state,
      started: this.#started,
      frames,
      total: total ?? null,
      framesPerSecond: rounded(framesPerSecond),
      secondsLeft: secondsLeft === undefined ? null : rounded(secondsLeft),
      seconds: rounded(seconds),
      segments: packSegments(this.#meter.segments.map(({ state }) => state)),
      workers: 0,
      encoder: null,
      raster: null,
      ...this.#chosen,
    };
  }
}

/** To thousandths: more would only be noise in the notebook's file. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
