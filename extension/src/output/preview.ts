/** The beginning of a video, while the rest is being rendered. */
import { Signal } from "@lumino/signaling";
import type { Preview } from "../tokens.ts";
import { makeVideo, play, release, whenShown } from "./video.ts";

/** Where somebody was who watched the beginning. */
export interface Watched {
  /** In seconds. */
  time: number;
  playing: boolean;
  /** Shows the last frame, until another video does. */
  video: HTMLVideoElement;
  /** Lets go of that. */
  release(): void;
}

/** Plays what has been sent, and at its end goes on with what has come since. */
export class PreviewPlayer {
  readonly #preview: Preview;
  readonly #container: HTMLElement;
  readonly #onChange: () => void;
  readonly #label: string;
  #current: { video: HTMLVideoElement; url: string; frames: number } | undefined;
  #loading: AbortController | undefined;
  #isWaiting = false;
  #wasPlaying = false;

  /**
   * @param container Where the video is put; always one, two for the moment of a change.
   * @param label What the video is called.
   * @param onChange Called when it plays or pauses.
   */
  constructor(preview: Preview, container: HTMLElement, label: string, onChange: () => void) {
    this.#preview = preview;
    this.#container = container;
    this.#label = label;
    this.#onChange = onChange;
    preview.changed.connect(this.#onMore, this);
    this.#load(0);
  }

  /** True while it plays, or would if there were more. */
  get isPlaying(): boolean {
    return this.#isWaiting || this.#loading !== undefined || this.#current?.video.paused === false;
  }

  /** Plays or pauses. */
  toggle(): void {
    const current = this.#current;
    if (this.#isWaiting) this.#isWaiting = false;
    else if (current?.video.paused && !this.#loading) {
      if (current.video.ended) this.#load(0);
      else play(current.video);
    } else current?.video.pause();
    this.#onChange();
  }

  attach(): void {
    if (this.#wasPlaying && this.#current) play(this.#current.video);
  }

  detach(): void {
    this.#wasPlaying = this.#current?.video.paused === false;
  }

  /** Hands the place over to the whole video. */
  end(): Watched | undefined {
    const current = this.#current;
    const playing = this.isPlaying;
    this.#stop();
    if (!current) return undefined;
    this.#current = undefined;
    const { video, url } = current;
    const time = video.currentTime;
    video.pause();
    return { time, playing, video, release: () => this.#drop(video, url) };
  }

  dispose(): void {
    this.#stop();
    if (this.#current) this.#drop(this.#current.video, this.#current.url);
    this.#current = undefined;
  }

  #stop(): void {
    this.#loading?.abort();
    this.#loading = undefined;
    this.#isWaiting = false;
    Signal.clearData(this);
  }

  #onMore(): void {
    if (this.#isWaiting) this.#goOn();
  }

  #goOn(): void {
    const { video, frames } = this.#current!;
    this.#isWaiting = this.#preview.frames <= frames;
    if (!this.#isWaiting) this.#load(video.currentTime);
    this.#onChange();
  }

  /** Plays what there is by now from a time on; what was shown stays until then. */
  #load(time: number): void {
    const { frames } = this.#preview;
    const before = this.#current;
    const url = URL.createObjectURL(this.#preview.toBlob());
    const video = makeVideo();
    video.setAttribute("aria-label", this.#label);
    const loading = (this.#loading = new AbortController());
    loading.signal.addEventListener("abort", () => this.#drop(video, url));
    whenShown(video, time, loading.signal, () => {
      this.#loading = undefined;
      this.#current = { video, url, frames };
      if (before) this.#drop(before.video, before.url);
      play(video);
    });
    video.addEventListener("ended", () => this.#goOn());
    video.addEventListener("error", () => {
      if (this.#loading !== loading) return;
      loading.abort();
      this.#loading = undefined;
      // What has come since may be whole.
      this.#isWaiting = before !== undefined;
      this.#onChange();
    });
    for (const name of ["play", "pause"]) {
      video.addEventListener(name, () => this.#onChange());
    }
    video.addEventListener("click", () => this.toggle());
    this.#container.append(video);
    video.src = url;
  }

  #drop(video: HTMLVideoElement, url: string): void {
    release(video);
    video.remove();
    URL.revokeObjectURL(url);
  }
}
