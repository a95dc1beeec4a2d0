/** A job that failed or was cancelled. */
import { refreshIcon } from "@jupyterlab/ui-components";
import { unpackSegments } from "../../../kernel-lib/show/mime.ts";
import { element, setText, wordButton } from "./dom.ts";
import { Strip } from "./strip.ts";
import { tallyOf } from "./ticks.ts";
import type { Host, Shown, View } from "./view.ts";

/** Why there is no video, and how to go on. */
export class Ended implements View {
  readonly stage: HTMLElement = element("div", "ended");
  readonly controls: HTMLElement = element("div", "buttons");
  readonly facts: HTMLElement = element("div", "text");
  readonly #host: Host;
  readonly #title = element("div", "title");
  readonly #error = element("pre", "error");
  readonly #strip: Strip;
  readonly #kept = element("div", "kept");
  readonly #again: HTMLButtonElement;
  #isTrusted = false;

  constructor(host: Host) {
    this.#host = host;
    const { trans, words } = host;
    this.#strip = new Strip(words);
    // It can be longer than its box, and must be scrollable with the keyboard.
    this.#error.tabIndex = 0;
    this.#error.setAttribute("role", "group");
    this.#error.setAttribute("aria-label", trans.__("What happened"));
    this.stage.append(this.#title, this.#error, this.#strip.node, this.#kept);
    this.#again = wordButton(refreshIcon, trans.__("Run again"), () => void this.#onAgain());
    this.#again.title = trans.__("Run this cell again");
    this.controls.append(this.#again);
  }

  update({ job, trusted }: Shown): void {
    const { words } = this.#host;
    this.#isTrusted = trusted;
    this.stage.classList.toggle("vega-reel-mod-failed", job.state === "failed");
    setText(this.#title, words.ending(job));
    // The error of a cancelled job says so itself.
    this.#title.hidden = job.state === "cancelled" && job.error !== undefined;
    setText(this.#error, job.error ?? "");
    this.#error.hidden = !job.error;
    this.#strip.update(job.segments, job.where);
    const tally = tallyOf(unpackSegments(job.segments) ?? []);
    const total = Object.values(tally).reduce((sum, count) => sum + count, 0);
    const kept = words.kept(job, total);
    setText(this.#kept, kept);
    this.#kept.hidden = kept === "";
    this.stage.classList.toggle("vega-reel-mod-kept", kept !== "");
    setText(this.facts, words.stopped(job));
    this.attach();
  }

  attach(): void {
    this.#again.hidden = !this.#isTrusted || this.#host.place() === undefined;
  }

  dispose(): void {}

  async #onAgain(): Promise<void> {
    const place = this.#host.place();
    if (!place || !this.#isTrusted) return;
    this.#again.disabled = true;
    await this.#host.renders?.runAgain(place).catch(() => {});
    this.#again.disabled = false;
  }
}
