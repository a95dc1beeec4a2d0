/** The output of a job. */
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import type { Message } from "@lumino/messaging";
import { Signal } from "@lumino/signaling";
import { Widget } from "@lumino/widgets";
import { type JobModel, MIME_TYPE } from "../../../kernel-lib/show/mime.ts";
import { type Reading, readModel } from "../model.ts";
import { Announcer } from "./announcer.ts";
import { element } from "./dom.ts";
import { Ended } from "./ended.ts";
import { Notice } from "./notice.ts";
import { Picture } from "./picture.ts";
import { Player } from "./player.ts";
import { Running } from "./running.ts";
import { Throttle } from "./throttle.ts";
import type { Host, Shown, Surroundings, View } from "./view.ts";
import { Words } from "./words.ts";

/** The largest video that a box is made for, in pixels. */
const MAX_PIXELS = 16_384;

/** Keeps keys that are pressed within an element from being shortcuts of JupyterLab's. */
const SUPPRESS = "data-lm-suppress-shortcuts";

/** What is assumed where the user's settings are not known. */
const DEFAULTS = { autoplay: false, maxHeight: 0, updateRate: 4 };

/**
 * Shows a job in its cell: one element from the first update to the last, in which views of the
 * job take each other's place.
 */
export class RenderedJob extends Widget implements IRenderMime.IRenderer {
  readonly #surroundings: Surroundings;
  readonly #host: Host;
  readonly #stage = element("div", "stage");
  readonly #controls = element("div", "controls");
  readonly #facts = element("div", "facts");
  readonly #announcer = new Announcer();
  readonly #throttle = new Throttle();
  #view: View | undefined;
  /** What the view is for; another one needs another view. */
  #viewOf = "";
  /** Whether this element has shown the job at work. */
  #wasRunning = false;
  #trusted: boolean | undefined;

  constructor(surroundings: Surroundings) {
    super();
    this.#surroundings = surroundings;
    this.addClass("vega-reel-output");
    const card = element("div", "card", this.#stage, this.#controls, this.#facts);
    this.node.append(card, this.#announcer.node);
    this.node.addEventListener("keydown", (event) => {
      if (this.node.hasAttribute(SUPPRESS)) event.stopPropagation();
    });
    const { trans, renders, settings } = surroundings;
    this.#host = {
      ...surroundings,
      words: new Words(trans),
      announcer: this.#announcer,
      node: this.node,
      place: () => (this.isAttached ? renders?.placeOf(this.node) : undefined),
    };
    settings?.changed.connect(this.#updateSettings, this);
    this.#updateSettings();
  }

  renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    if (this.isDisposed) return Promise.resolve();
    const reading = readModel(model.data[MIME_TYPE]);
    const html = textOf(model.data["text/html"]);
    const { trusted } = model;
    const isOngoing = reading.kind === "job" &&
      trusted === this.#trusted &&
      this.#viewOf === viewOf(reading) &&
      reading.job.state === "running";
    this.#trusted = trusted;
    if (isOngoing) {
      const { updateRate } = this.#surroundings.settings?.current ?? DEFAULTS;
      this.#throttle.run(() => this.#show(reading, html), 1000 / updateRate);
    } else {
      this.#throttle.cancel();
      this.#show(reading, html);
    }
    return Promise.resolve();
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.#throttle.cancel();
    this.#announcer.dispose();
    this.#view?.dispose();
    this.#view = undefined;
    Signal.clearData(this);
    super.dispose();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    // Before JupyterLab, which listens at the document.
    globalThis.addEventListener("keydown", this.#shield, { capture: true });
    this.#view?.attach?.();
  }

  protected override onBeforeDetach(message: Message): void {
    this.#view?.detach?.();
    globalThis.removeEventListener("keydown", this.#shield, { capture: true });
    super.onBeforeDetach(message);
  }

  /**
   * Keeps keys that are meant for the player from editing the notebook, but not those that save it
   * or run the cell.
   */
  #shield = (event: KeyboardEvent): void => {
    if (!(event.target instanceof Node) || !this.node.contains(event.target)) return;
    const isCommand = event.ctrlKey || event.metaKey || event.altKey ||
      (event.shiftKey && event.key === "Enter");
    this.node.toggleAttribute(SUPPRESS, !isCommand);
  };

  #show(reading: Reading, html: string): void {
    const trusted = this.#trusted === true;
    if (reading.kind !== "job") return this.#setView(reading, () => this.#notice(reading));
    const { job } = reading;
    this.#setShape(job);
    this.#setView(reading, () => this.#viewFor(job));
    const shown: Shown = { job, trusted, html };
    this.#view!.update(shown);
  }

  #viewFor(job: JobModel): View {
    const host = this.#host;
    const before = this.#view;
    if (job.state === "running") {
      this.#wasRunning = true;
      this.#announcer.say(host.trans.__("Rendering an animation"));
      return new Running(host);
    }
    if (this.#wasRunning) this.#announcer.say(this.#ending(job));
    if (job.state !== "done") return new Ended(host);
    if (job.format === "gif" || job.format === "png") return new Picture(host);
    const watched = before instanceof Running ? before.handOver() : undefined;
    const { autoplay } = this.#surroundings.settings?.current ?? DEFAULTS;
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    return new Player(host, {
      autoplay: autoplay && this.#wasRunning && !isStill,
      watched,
    });
  }

  #ending(job: JobModel): string {
    const { trans, words } = this.#host;
    if (job.state === "done") return trans.__("The animation is done: %1", words.facts(job));
    if (job.state === "cancelled" && job.error) return job.error;
    return `${words.ending(job)}: ${job.error ?? ""}`;
  }

  #notice(reading: Exclude<Reading, { kind: "job" }>): View {
    const { trans } = this.#surroundings;
    if (reading.kind === "broken") {
      return new Notice(trans.__("This output of Vega Reel is damaged. Run the cell again."));
    }
    return new Notice(
      trans.__(
        "This output was made by a newer version of Vega Reel (format %1). " +
          "Update the extension to see it.",
        String(reading.version),
      ),
    );
  }

  #setView(reading: Reading, make: () => View): void {
    const name = viewOf(reading);
    if (name === this.#viewOf && this.#view) return;
    const before = this.#view;
    const view = make();
    this.#view = view;
    this.#viewOf = name;
    this.node.dataset.state = reading.kind === "job" ? reading.job.state : reading.kind;
    // Where a video was being made before the user's eyes, its box stays.
    const isVideo = reading.kind === "job" && reading.job.state === "done";
    this.node.classList.toggle("vega-reel-mod-compact", !isVideo && !this.#wasRunning);
    this.#stage.replaceChildren(view.stage);
    this.#controls.replaceChildren(view.controls);
    this.#facts.replaceChildren(view.facts);
    before?.dispose();
    if (this.isAttached) view.attach?.();
  }

  /** Gives the stage the video's shape, where that is known. */
  #setShape({ width, height }: JobModel): void {
    const isKnown = isSize(width) && isSize(height);
    this.node.classList.toggle("vega-reel-mod-shaped", isKnown);
    if (!isKnown) return;
    this.node.style.setProperty("--vega-reel-width", String(width));
    this.node.style.setProperty("--vega-reel-height", String(height));
  }

  #updateSettings(): void {
    const { maxHeight } = this.#surroundings.settings?.current ?? DEFAULTS;
    // The last frame of a larger picture than any screen is still in the box.
    this.node.style.setProperty("--vega-reel-max-height", String(maxHeight || MAX_PIXELS));
  }
}

/** Which view a reading needs. */
function viewOf(reading: Reading): string {
  if (reading.kind !== "job") return reading.kind;
  const { id, state } = reading.job;
  return `${state === "cancelled" ? "failed" : state} ${id}`;
}

/** A text of a MIME bundle: in files it can be in lines. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.filter((line) => typeof line === "string").join("");
  return typeof value === "string" ? value : "";
}

function isSize(value: number | undefined): boolean {
  return value !== undefined && value >= 1 && value <= MAX_PIXELS;
}
