/** A video that is done. */
import type { Watched } from "./preview.ts";
import { PlayerControls } from "./controls.ts";
import { element, setText } from "./dom.ts";
import { type FoundVideo, Loader } from "./loader.ts";
import { Playback } from "./playback.ts";
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
  readonly #loader: Loader;
  #beginning: Beginning;
  #path: string | undefined;

  constructor(host: Host, beginning: Beginning) {
    this.#host = host;
    this.#beginning = beginning;
    this.#playback = new Playback();
    const { video } = this.#playback;
    this.#loader = new Loader(host, {
      element: video,
      show: (found, signal) => this.#show(found, signal),
      say: (words) => this.#say(words),
      clear: () => this.#clear(),
    });
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
    const { job } = shown;
    this.#path = job.path;
    const { trans, words } = this.#host;
    setText(this.#text, words.facts(job));
    this.#playback.timeline = timelineOf(job);
    this.#controls.update(job);
    const name = job.path?.split("/").at(-1) ?? "";
    this.#playback.video.setAttribute("aria-label", trans.__("Animation %1", name).trim());
    this.#loader.update(shown);
  }

  attach(): void {
    this.#playback.attach();
  }

  detach(): void {
    this.#playback.detach();
  }

  dispose(): void {
    this.#host.settings?.changed.disconnect(this.#controls.updateSettings, this.#controls);
    this.#loader.unload();
    this.#endWatched();
    this.#playback.dispose();
    this.#controls.dispose();
  }

  #show({ url, path, changed }: FoundVideo, signal: AbortSignal): void {
    const { trans } = this.#host;
    this.#changed.hidden = !changed;
    const words = trans.__("The file has changed since this render.");
    setText(this.#changed, changed ? `${words} ` : "");
    this.#begin(signal);
    this.#playback.load(url);
    this.#controls.enable({ url, path: path ?? this.#path });
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

  #clear(): void {
    this.#controls.disable();
    this.#playback.unload();
    this.#changed.hidden = true;
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
    if (words === "") return;
    this.#controls.disable();
    this.#endWatched();
  }
}
