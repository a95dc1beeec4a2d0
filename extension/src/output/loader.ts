/** Loads an output's video, and looks after what it holds. */
import type { JobModel } from "../../../kernel-lib/show/mime.ts";
import { fetchVideo, findVideo, type Found, whyNotFound } from "./source.ts";
import type { Host, Shown } from "./view.ts";

/** A video that can be shown. */
export type FoundVideo = Extract<Found, { kind: "video" }>;

/** What shows the video. */
export interface Screen {
  /** Says by the event `error` that the browser cannot read what it shows. */
  readonly element: HTMLElement;
  /**
   * Shows a video: called a second time with the same in a blob, where the browser cannot read the
   * file by itself.
   *
   * @param signal Is aborted when it is not to be shown any more.
   */
  show(found: FoundVideo, signal: AbortSignal): void;
  /** Says something in place of the video; nothing shows the video. */
  say(words: string): void;
  /** Lets go of the video. */
  clear(): void;
}

/** Loads each video that an output is to show, where the user trusts the notebook. */
export class Loader {
  readonly #host: Host;
  readonly #screen: Screen;
  #revision: string | undefined;
  #loading: AbortController | undefined;
  #blob: string | undefined;

  constructor(host: Host, screen: Screen) {
    this.#host = host;
    this.#screen = screen;
  }

  /** Loads the video, unless it is that which was loaded last. */
  update({ job, trusted, html }: Shown): void {
    if (!trusted) {
      this.#revision = undefined;
      this.unload();
      const { trans } = this.#host;
      return this.#screen.say(trans.__("Trust this notebook to play the video"));
    }
    const revision = JSON.stringify([job.id, job.path, job.bytes]);
    if (revision === this.#revision) return;
    this.#revision = revision;
    void this.#load(job, html);
  }

  /** Lets go of the video and of all that was asked for it. */
  unload(): void {
    this.#loading?.abort();
    this.#loading = undefined;
    this.#screen.clear();
    if (this.#blob) URL.revokeObjectURL(this.#blob);
    this.#blob = undefined;
  }

  async #load(job: JobModel, html: string): Promise<void> {
    this.unload();
    const { signal } = (this.#loading = new AbortController());
    const { files, trans } = this.#host;
    try {
      const found = await findVideo(job, html, files, signal);
      if (found.kind === "video") this.#show(found, job, signal);
      else if (!signal.aborted) this.#screen.say(whyNotFound(found, job, trans));
    } catch {
      this.#fail(job, signal);
    }
  }

  #show(found: FoundVideo, job: JobModel, signal: AbortSignal): void {
    if (signal.aborted) {
      if (found.blob) URL.revokeObjectURL(found.url);
      return;
    }
    if (found.blob) this.#blob = found.url;
    this.#screen.say("");
    const once = { once: true, signal };
    this.#screen.element.addEventListener(
      "error",
      () => void this.#retry(found, job, signal),
      once,
    );
    this.#screen.show(found, signal);
  }

  /** The element sends no token; a request of the Lab's does. */
  async #retry(found: FoundVideo, job: JobModel, signal: AbortSignal): Promise<void> {
    const { files } = this.#host;
    if (found.blob || !files) return this.#fail(job, signal);
    try {
      const url = await fetchVideo(found.url, job, files, signal);
      this.#show({ ...found, url, blob: true }, job, signal);
    } catch {
      this.#fail(job, signal);
    }
  }

  #fail({ path }: JobModel, signal: AbortSignal): void {
    if (signal.aborted) return;
    const { trans } = this.#host;
    const name = path ?? trans.__("the video");
    this.#screen.say(trans.__("The browser cannot play %1. Run the cell again.", name));
  }
}
