/** The progress of a process that renders, on the terminal. */
import { relative } from "node:path";
import type { Video } from "../job/job.ts";
import type { Progress } from "../job/progress.ts";
import { type JobModel, MODEL_VERSION } from "../show/mime.ts";
import { TerminalDisplay } from "../show/terminal.ts";

/** Shows a job whose progress is only heard of. */
export class ProgressBar {
  readonly #display = TerminalDisplay.isPossible ? new TerminalDisplay() : undefined;
  #model: JobModel = {
    version: MODEL_VERSION,
    id: "",
    state: "running",
    phase: "compile",
    started: 0,
    frames: 0,
    total: null,
    framesPerSecond: 0,
    secondsLeft: null,
    seconds: 0,
    workers: 0,
    encoder: null,
    raster: null,
    segments: "",
  };

  /** Shows how far it is. */
  show({ phase, total = null!, secondsLeft = null!, scanned, ...progress }: Progress): void {
    if (phase === "done") return;
    const frames = phase === "scan" ? scanned : progress.frames;
    this.#model = { ...this.#model, ...progress, phase, frames, total, secondsLeft };
    this.#display?.show(() => this.#model);
  }

  /** Leaves one line about the video, or none. */
  end(video?: Video): void {
    const { path = "", stats, ...rest } = video ?? {} as Partial<Video>;
    const state = video ? "done" : "failed";
    const seconds = stats?.seconds.total ?? 0;
    const { workers = 0 } = stats ?? {};
    const here = relative(Deno.cwd(), path);
    this.#display?.finish({ ...this.#model, ...rest, state, path: here, seconds, workers });
  }
}
