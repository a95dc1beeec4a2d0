/** A video that is done. */
import type { Watched } from "./preview.ts";
import { PlayerControls } from "./controls.ts";
import { element, setText } from "./dom.ts";
import { Playback } from "./playback.ts";
import { fetchVideo, findVideo, type Found, whyNotFound } from "./source.ts";
import { timelineOf } from "./timeline.ts";
import { play, whenShown } from "./video.ts";
import type { Host, Shown, View } from "./view.ts";

/** How a video begins. */
export interface Beginning {
  /** Whether it plays by itself. */
  autoplay: boolean;
  /** Where somebody was who watched the finished beginning. */
  watched?: Watched;
}

/** The video, its controls and its facts. */
export class Player implements View {
  readonly stage: HTMLElement = element("div", "player");
  readonly facts: HTMLElement = element("div", "text");
  readonly #host: Host;
  readonly #playback: Playback;
  readonly #controls: PlayerControls;
  readonly #note = element("div", "notice");
  readonly #changed = element("strong", "changed");
  readonly #text = element("span", "facts-text");
  #beginning: Beginning;
  #shown: Shown | undefined;
  #revision: string | undefined;
  #loading: AbortController | undefined;
  #blob: string | undefined;

  constructor(host: Host, beginning: Beginning) {
    this.#host = host;
    this.#beginning = beginning;
    this.#playback = new Playback();
    const { video } = this.#playback;
    video.tabIndex = 0;
    this.#controls = new PlayerControls(host, this.#playback);
    video.addEventListener("click", () => this.#playback.toggle());
    video.addEventListener("dblclick", () => this.#controls.toggleFullScreen());
    this.#note.hidden = true;
    if (beginning.watched) this.stage.append(beginning.watched.video);
    this.stage.append(video, this.#note);
    this.facts.append(this.#changed, this.#text);
    this.#changed.hidden = true;
    host.settings?.changed.connect(this.#controls.updateSettings, this.#controls);
  }

  get controls(): HTMLElement {
    return this.#controls.node;
  }

  update(shown: Shown): void {
    this.#shown = shown;
    const { job, trusted } = shown;
    const { trans, words } = this.#host;
    setText(this.#text, words.facts(job));
    this.#playback.timeline = timelineOf(job);
    this.#controls.update(job);
    const name = job.path?.split("/").at(-1) ?? "";
    this.#playback.video.setAttribute("aria-label", trans.__("Animation %1", name).trim());
    if (!trusted) {
      this.#revision = undefined;
      this.#unload();
      return this.#say(trans.__("Trust this notebook to play the video"));
    }
    const revision = JSON.stringify([job.id, job.path, job.bytes]);
    if (revision === this.#revision) return;
    this.#revision = revision;
    void this.#load();
  }

  attach(): void {
    this.#playback.attach();
  }

  detach(): void {
    this.#playback.detach();
  }

  dispose(): void {
    this.#host.settings?.changed.disconnect(this.#controls.updateSettings, this.#controls);
    this.#unload();
    this.#endWatched();
    this.#playback.dispose();
    this.#controls.dispose();
  }

  async #load(): Promise<void> {
    this.#unload();
    const { signal } = (this.#loading = new AbortController());
    const { files } = this.#host;
    const { job, html } = this.#shown!;
    try {
      const found = await findVideo(job, html, files, signal);
      if (signal.aborted) return found.kind === "video" ? this.#forget(found) : undefined;
      if (found.kind !== "video") return this.#say(whyNotFound(found, job, this.#host.trans));
      this.#blob = found.blob ? found.url : undefined;
      this.#changed.hidden = !found.changed;
      const { trans } = this.#host;
      const changed = trans.__("The file has changed since this render.");
      setText(this.#changed, found.changed ? `${changed} ` : "");
      this.#show(found.url, found, signal);
    } catch {
      if (!signal.aborted) this.#say(this.#unreadable());
    }
  }

  #show(url: string, found: Found & { kind: "video" }, signal: AbortSignal): void {
    const { job } = this.#shown!;
    const { video } = this.#playback;
    this.#say("");
    video.addEventListener(
      "error",
      () => {
        if (found.blob || !this.#host.files) return this.#say(this.#unreadable());
        // The element sends no token; a request of the Lab's does.
        fetchVideo(found.url, job, this.#host.files, signal)
          .then((blob) => {
            if (signal.aborted) return URL.revokeObjectURL(blob);
            this.#blob = blob;
            this.#show(blob, { ...found, blob: true }, signal);
          })
          .catch(() => {
            if (!signal.aborted) this.#say(this.#unreadable());
          });
      },
      { once: true, signal },
    );
    this.#begin(signal);
    this.#playback.load(url);
    this.#controls.enable({ url, path: found.path ?? job.path });
  }

  /** Begins where the user was. */
  #begin(signal: AbortSignal): void {
    const { autoplay, watched } = this.#beginning;
    const { video } = this.#playback;
    const time = watched?.time ?? 0;
    whenShown(video, time, signal, () => {
      this.#endWatched();
      this.#beginning = { autoplay: false };
      if (watched?.playing || (autoplay && !watched)) play(video);
    });
  }

  /** Lets go of the video and of all that was asked for it. */
  #unload(): void {
    this.#loading?.abort();
    this.#loading = undefined;
    this.#controls.disable();
    this.#playback.unload();
    if (this.#blob) URL.revokeObjectURL(this.#blob);
    this.#blob = undefined;
    this.#changed.hidden = true;
  }

  #forget({ url, blob }: { url: string; blob: boolean }): void {
    if (blob) URL.revokeObjectURL(url);
  }

  #endWatched(): void {
    this.#beginning.watched?.release();
    this.#beginning = { ...this.#beginning, watched: undefined };
  }

  /** Says something in place of the video; nothing shows the video. */
  #say(words: string): void {
    setText(this.#note, words);
    this.#note.hidden = words === "";
    this.#playback.video.hidden = words !== "";
    if (words !== "") this.#endWatched();
  }

  #unreadable(): string {
    this.#controls.disable();
    const { trans } = this.#host;
    const name = this.#shown!.job.path ?? trans.__("the video");
    return trans.__("The browser cannot play %1. Run the cell again.", name);
  }
}
