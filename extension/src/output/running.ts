/** A job that is running. */
import { closeIcon, pauseIcon, runIcon, stopIcon } from "@jupyterlab/ui-components";
import { Signal } from "@lumino/signaling";
import type { JobModel } from "../../../kernel-lib/show/mime.ts";
import { element, iconButton, setAttribute, setText, setWords, wordButton } from "./dom.ts";
import { PreviewPlayer, type Watched } from "./preview.ts";
import { Strip } from "./strip.ts";
import type { Host, Shown, View } from "./view.ts";

/** The bar, the segments, and what can be done meanwhile. */
export class Running implements View {
  readonly stage: HTMLElement = element("div", "running");
  readonly controls: HTMLElement = element("div", "buttons");
  readonly facts: HTMLElement = element("div", "text");
  readonly #host: Host;
  readonly #phase = element("span", "phase");
  readonly #share = element("span", "share");
  readonly #fill = element("div", "fill");
  readonly #bar = element("div", "bar", this.#fill);
  readonly #frames = element("span", "figure");
  readonly #speed = element("span", "figure");
  readonly #left = element("span", "figure");
  readonly #strip: Strip;
  readonly #watch = element("div", "watch");
  readonly #cancel: HTMLButtonElement;
  readonly #play: HTMLButtonElement;
  readonly #close: HTMLButtonElement;
  #player: PreviewPlayer | undefined;
  #shown: Shown | undefined;
  /** How much of the bar is full. */
  #filled = 0;
  #isCancelling = false;
  #quarters = 0;

  constructor(host: Host) {
    this.#host = host;
    const { trans, words, renders } = host;
    this.#bar.setAttribute("role", "progressbar");
    this.#bar.setAttribute("aria-label", trans.__("Rendering"));
    this.#bar.setAttribute("aria-valuemin", "0");
    this.#strip = new Strip(words);
    const figures = element("div", "figures", this.#frames, this.#speed, this.#left);
    const head = element("div", "head", this.#phase, this.#share);
    const progress = element("div", "progress", head, this.#bar, figures, this.#strip.node);
    this.stage.append(this.#watch, progress);
    this.#watch.hidden = true;

    this.#cancel = wordButton(stopIcon, trans.__("Cancel"), () => void this.#onCancel());
    this.#cancel.title = trans.__("Stop rendering; finished segments are kept");
    this.#play = wordButton(runIcon, "", () => this.#onPlay());
    this.#close = iconButton(closeIcon, trans.__("Back to the progress"), () => this.#stopWatch());
    this.controls.append(this.#cancel, this.#play, this.#close);
    renders?.changed.connect(this.#updateControls, this);
    this.#updateControls();
  }

  update(shown: Shown): void {
    this.#shown = shown;
    const { job } = shown;
    const { words } = this.#host;
    setText(this.#frames, words.frames(job));
    setText(this.#speed, words.speed(job));
    setText(this.#left, words.left(job));
    setText(this.facts, words.means(job));
    this.#updateBar(job);
    this.#strip.update(job.segments, job.where);
    this.#updateControls();
    this.#announce(job);
  }

  attach(): void {
    this.#updateControls();
    this.#player?.attach();
  }

  detach(): void {
    this.#player?.detach();
  }

  /** Ends the watching of the beginning; tells where it was. */
  handOver(): Watched | undefined {
    const watched = this.#player?.end();
    this.#player = undefined;
    return watched;
  }

  dispose(): void {
    Signal.clearData(this);
    this.#player?.dispose();
  }

  #updateBar(job: JobModel): void {
    const { frames, total } = job;
    const isKnown = total !== null && total > 0;
    setAttribute(this.#bar, "aria-valuemax", isKnown ? String(total) : undefined);
    setAttribute(this.#bar, "aria-valuenow", isKnown ? String(Math.min(frames, total)) : undefined);
    setAttribute(this.#bar, "aria-valuetext", this.#host.words.progress(job));
    const share = isKnown ? Math.min(1, frames / total) : 0;
    setText(this.#share, isKnown ? `${Math.floor(share * 100)} %` : "");
    // A phase that begins at nothing does not run backwards to it.
    this.#fill.style.transition = share < this.#filled ? "none" : "";
    this.#filled = share;
    this.#fill.style.width = isKnown ? `${share * 100}%` : "";
  }

  /** Nothing is known of a job that is not heard, as after a reload: it can have ended. */
  #updatePhase(): void {
    const { trans, words, renders, place } = this.#host;
    const { job } = this.#shown ?? {};
    if (!job) return;
    const isHeard = !renders || !place() ||
      renders.running.some(({ model }) => model.id === job.id);
    setText(this.#phase, isHeard ? words.phase(job) : trans.__("Waiting for news of the render"));
    this.stage.classList.toggle("vega-reel-mod-silent", !isHeard);
  }

  #updateControls(): void {
    const { trans, renders, place } = this.#host;
    const isTrusted = this.#shown?.trusted === true;
    this.#updatePhase();
    this.#cancel.hidden = !isTrusted || place() === undefined;
    this.#cancel.disabled = this.#isCancelling;
    const cancel = this.#isCancelling ? trans.__("Cancelling…") : trans.__("Cancel");
    setWords(this.#cancel, stopIcon, cancel);
    const preview = this.#shown && renders?.preview(this.#shown.job.id);
    const canPlay = isTrusted && preview !== undefined && preview.frames > 0;
    this.#play.hidden = !canPlay && this.#player === undefined;
    this.#close.hidden = this.#player === undefined;
    const isPlaying = this.#player?.isPlaying === true;
    const label = isPlaying
      ? trans.__("Pause")
      : this.#player
      ? trans.__("Play")
      : trans.__("Play the finished beginning");
    setWords(this.#play, isPlaying ? pauseIcon : runIcon, label);
  }

  async #onCancel(): Promise<void> {
    const { renders } = this.#host;
    if (!renders || !this.#shown?.trusted) return;
    this.#isCancelling = true;
    this.#updateControls();
    // Until the job says that it has ended, the button stays as it is.
    this.#isCancelling = await renders.cancel(this.#shown.job.id).catch(() => false);
    this.#updateControls();
  }

  #onPlay(): void {
    if (this.#player) return this.#player.toggle();
    const { renders, trans } = this.#host;
    const preview = this.#shown && renders?.preview(this.#shown.job.id);
    if (!preview || !this.#shown?.trusted) return;
    this.#watch.hidden = false;
    this.stage.classList.add("vega-reel-mod-watching");
    const label = trans.__("The finished beginning of the animation");
    this.#player = new PreviewPlayer(preview, this.#watch, label, () => this.#updateControls());
    this.#updateControls();
  }

  #stopWatch(): void {
    this.#player?.dispose();
    this.#player = undefined;
    this.#watch.hidden = true;
    this.stage.classList.remove("vega-reel-mod-watching");
    this.#updateControls();
    this.#play.focus();
  }

  #announce(job: JobModel): void {
    const { frames, total } = job;
    if (total === null || total === 0) return;
    const quarters = Math.floor((4 * frames) / total);
    if (quarters > this.#quarters && quarters < 4) {
      this.#host.announcer.say(`${25 * quarters} %, ${this.#host.words.progress(job)}`);
    }
    this.#quarters = quarters;
  }
}
