/** A video that is controlled by frames. */
import { Signal } from "@lumino/signaling";
import { clamp, frameAt, frameFrom, type Timeline, timelineOf, timeOf } from "./timeline.ts";
import { makeVideo, play, release } from "./video.ts";

/** Plays, seeks and steps, and knows which frame is shown. */
export class Playback {
  readonly video: HTMLVideoElement = makeVideo();
  /** Emitted when another frame is shown or asked for, and when it plays or pauses. */
  readonly changed: Signal<Playback, void> = new Signal(this);
  #timeline: Timeline = timelineOf({ frames: 0 });
  #frame = 0;
  /** The frame that is being sought. */
  #target: number | undefined;
  #callback: number | undefined;
  #kept: { time: number; playing: boolean } | undefined;

  constructor() {
    const { video } = this;
    for (const name of ["play", "pause", "ended"]) {
      video.addEventListener(name, () => this.changed.emit());
    }
    video.addEventListener("loadedmetadata", () => this.#onMetadata());
    video.addEventListener("seeked", () => this.#onSeeked());
    // Without callbacks for frames, the clock says which one is shown.
    if (!("requestVideoFrameCallback" in video)) {
      (video as HTMLVideoElement).addEventListener("timeupdate", () => this.#onTime());
    }
  }

  get timeline(): Timeline {
    return this.#timeline;
  }

  set timeline(timeline: Timeline) {
    this.#timeline = timeline;
    this.changed.emit();
  }

  /** The frame that is shown, or that is being sought. */
  get frame(): number {
    return clamp(this.#target ?? this.#frame, this.#timeline);
  }

  get isPlaying(): boolean {
    return !this.video.paused && !this.video.ended;
  }

  load(url: string): void {
    this.#frame = 0;
    this.#target = undefined;
    this.video.src = url;
    this.#watch();
  }

  unload(): void {
    this.#unwatch();
    if (this.video.hasAttribute("src")) release(this.video);
  }

  toggle(): void {
    if (!this.video.hasAttribute("src")) return;
    if (this.isPlaying) this.video.pause();
    else play(this.video);
  }

  /** Shows a frame; while one is being sought, the latest wish waits. */
  seek(frame: number): void {
    if (!this.video.hasAttribute("src")) return;
    this.#target = clamp(frame, this.#timeline);
    if (this.video.readyState > 0 && !this.video.seeking) {
      this.#seek(this.#target);
    }
    this.changed.emit();
  }

  /** Pauses and shows a frame that is so many away. */
  step(frames: number): void {
    this.video.pause();
    this.seek(this.frame + frames);
  }

  /** Resolves as soon as the frame that was asked for is shown. */
  async settled(): Promise<void> {
    while (this.#target !== undefined && this.video.hasAttribute("src")) {
      await new Promise((resolve) =>
        this.video.addEventListener("seeked", resolve, { once: true })
      );
    }
  }

  /** Goes on where it was: an element that was away from the page does not. */
  attach(): void {
    const kept = this.#kept;
    this.#kept = undefined;
    if (!kept || !this.video.hasAttribute("src")) return;
    if (this.video.currentTime !== kept.time) {
      this.video.currentTime = kept.time;
    }
    if (kept.playing) play(this.video);
    this.#watch();
  }

  detach(): void {
    this.#kept = { time: this.video.currentTime, playing: this.isPlaying };
    this.#unwatch();
  }

  dispose(): void {
    this.unload();
    Signal.clearData(this);
  }

  #seek(frame: number): void {
    this.video.currentTime = timeOf(frame, this.#timeline);
  }

  #onMetadata(): void {
    const { frames, fps } = this.#timeline;
    const { duration } = this.video;
    // Another file can be there by now.
    if (Number.isFinite(duration) && Math.abs(duration - frames / fps) > 1.5 / fps) {
      this.timeline = timelineOf({ frames: 0, fps, duration });
    }
    if (this.#target !== undefined) {
      this.#seek(clamp(this.#target, this.#timeline));
    }
  }

  #onSeeked(): void {
    const target = this.#target;
    if (target !== undefined && frameAt(this.video.currentTime, this.#timeline) !== target) {
      return this.#seek(target);
    }
    this.#target = undefined;
    this.#onTime();
  }

  #onTime(): void {
    this.#show(frameAt(this.video.currentTime, this.#timeline));
  }

  #show(frame: number): void {
    this.#frame = frame;
    this.changed.emit();
  }

  /** Asks to be told of each frame that the video shows. */
  #watch(): void {
    if (!("requestVideoFrameCallback" in this.video) || this.#callback !== undefined) return;
    const onFrame = (_now: number, { mediaTime }: VideoFrameCallbackMetadata) => {
      this.#callback = this.video.requestVideoFrameCallback(onFrame);
      this.#show(frameFrom(mediaTime, this.#timeline));
    };
    this.#callback = this.video.requestVideoFrameCallback(onFrame);
  }

  #unwatch(): void {
    if (this.#callback !== undefined) {
      this.video.cancelVideoFrameCallback(this.#callback);
    }
    this.#callback = undefined;
  }
}
