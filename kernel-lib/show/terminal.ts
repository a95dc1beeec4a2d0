/** A progress bar for scripts. */
import process from "node:process";
import cliProgress from "cli-progress";
import type { JobModel } from "./mime.ts";
import { describeJob, placeOf } from "./text.ts";

/** Shows a job on standard error, where that is a terminal. */
export class TerminalDisplay {
  readonly #bar = new cliProgress.SingleBar({
    stream: process.stderr,
    format: "{bar} {words}",
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    linewrap: false,
    gracefulExit: false,
  }, cliProgress.Presets.shades_classic);
  #started = false;

  /** True if there is a terminal to show a job on. */
  static get isPossible(): boolean {
    return Deno.stderr.isTerminal();
  }

  /** Shows how far the job is. */
  show(current: () => JobModel): void {
    const model = current();
    const payload = { words: describeJob(model) };
    if (!this.#started) this.#bar.start(model.total ?? 1, 0, payload);
    this.#started = true;
    this.#bar.setTotal(model.total ?? Math.max(1, model.frames));
    this.#bar.update(model.frames, payload);
  }

  /** Leaves one line about the video. */
  finish(model: JobModel): void {
    if (this.#started) this.#bar.stop();
    if (model.state === "done") console.error(`${placeOf(model)}: ${describeJob(model)}`);
  }
}
