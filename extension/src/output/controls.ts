/** The controls of a video. */
import {
  checkIcon,
  copyIcon,
  downloadIcon,
  type LabIcon,
  pauseIcon,
  runIcon,
} from "@jupyterlab/ui-components";
import type { JobModel } from "../../../kernel-lib/show/mime.ts";
import { element, iconButton, setAttribute, setIcon, setLabel, setText } from "./dom.ts";
import {
  backIcon,
  forwardIcon,
  fullScreenIcon,
  leaveFullScreenIcon,
  loopIcon,
  saveFrameIcon,
} from "./icons.ts";
import type { Playback } from "./playback.ts";
import type { Host } from "./view.ts";

/** How fast a video can be played. */
const SPEEDS = [0.25, 0.5, 1, 1.5, 2, 4];

/** How long it is shown that the path was copied, in ms. */
const COPIED = 1500;

/** Buttons, a slider and keys that move a video. */
export class PlayerControls {
  readonly node: HTMLElement = element("div", "player-controls");
  readonly #host: Host;
  readonly #playback: Playback;
  readonly #play: HTMLButtonElement;
  readonly #slider = element("input", "slider");
  readonly #frame = element("span", "frame");
  readonly #loop: HTMLButtonElement;
  readonly #speed = element("select", "speed");
  readonly #download = element("a", "icon-button");
  readonly #copy: HTMLButtonElement;
  readonly #full: HTMLButtonElement;
  readonly #ended = new AbortController();
  #job: JobModel | undefined;
  #path: string | undefined;
  #isPlaying: boolean | undefined;
  #wasPlaying = false;
  #loopChosen = false;
  #copied: ReturnType<typeof setTimeout> | undefined;

  constructor(host: Host, playback: Playback) {
    this.#host = host;
    this.#playback = playback;
    const { trans } = host;
    this.#play = iconButton(runIcon, "", () => playback.toggle());
    const step = (icon: LabIcon, label: string, frames: number) =>
      iconButton(icon, label, () => playback.step(frames));
    const back = step(backIcon, trans.__("One frame back (left arrow, comma)"), -1);
    const forward = step(forwardIcon, trans.__("One frame forward (right arrow, full stop)"), 1);
    this.#loop = iconButton(loopIcon, trans.__("Start again at the end"), () => this.#onLoop());
    const save = iconButton(
      saveFrameIcon,
      trans.__("Save this frame as PNG"),
      () => void this.#saveFrame(),
    );
    this.#copy = iconButton(copyIcon, trans.__("Copy path"), () => void this.#copyPath());
    this.#full = iconButton(fullScreenIcon, "", () => this.toggleFullScreen());
    this.#full.hidden = !document.fullscreenEnabled;
    setIcon(this.#download, downloadIcon, trans.__("Download"));
    this.#makeSlider();
    this.#makeSpeed();
    // By these the commands of the palette find them.
    this.#download.dataset.command = "download";
    save.dataset.command = "save-frame";
    this.#copy.dataset.command = "copy-path";
    this.node.append(
      element("div", "group", this.#play, back, forward),
      element("div", "position", this.#slider, this.#frame),
      element(
        "div",
        "group",
        ...[this.#loop, this.#speed, save, this.#download, this.#copy, this.#full],
      ),
    );
    this.updateSettings();
    playback.changed.connect(this.#update, this);
    this.#listen();
    this.disable();
  }

  /** Shows what is known of the job. */
  update(job: JobModel): void {
    this.#job = job;
    this.#path ??= job.path;
    this.#update();
  }

  /** Takes over what the user set, where the user did not choose otherwise here. */
  updateSettings(): void {
    if (this.#loopChosen) return;
    this.#playback.video.loop = this.#host.settings?.current.loop ?? true;
    this.#update();
  }

  /** Makes the controls usable. */
  enable({ url, path }: { url: string; path?: string }): void {
    this.#setDisabled(false);
    this.#path = path;
    this.#download.href = url;
    this.#download.download = this.#name();
    this.#download.removeAttribute("aria-disabled");
  }

  /** Makes the controls inert. */
  disable(): void {
    this.#setDisabled(true);
    this.#download.removeAttribute("href");
    this.#download.setAttribute("role", "link");
    this.#download.setAttribute("aria-disabled", "true");
  }

  toggleFullScreen(): void {
    const { node } = this.#host;
    if (document.fullscreenElement === node) void document.exitFullscreen();
    else node.requestFullscreen().catch(() => {});
  }

  dispose(): void {
    clearTimeout(this.#copied);
    this.#ended.abort();
    this.#playback.changed.disconnect(this.#update, this);
  }

  #makeSlider(): void {
    this.#frame.title = this.#host.trans.__("Frames are counted from 0, as in params");
    const slider = this.#slider;
    slider.type = "range";
    slider.min = "0";
    slider.step = "1";
    const { trans } = this.#host;
    slider.setAttribute("aria-label", trans.__("Frame"));
    slider.title = trans.__(
      "Arrows: one frame. Page up, page down: one second. Home, end: first, last frame",
    );
    slider.addEventListener("input", () => {
      this.#wasPlaying ||= this.#playback.isPlaying;
      this.#playback.video.pause();
      this.#playback.seek(slider.valueAsNumber);
    });
    slider.addEventListener("change", () => {
      if (this.#wasPlaying) this.#playback.toggle();
      this.#wasPlaying = false;
    });
  }

  #makeSpeed(): void {
    const { trans } = this.#host;
    for (const speed of SPEEDS) {
      const option = document.createElement("option");
      option.value = String(speed);
      option.textContent = `${speed}×`;
      this.#speed.append(option);
    }
    this.#speed.value = "1";
    setLabel(this.#speed, trans.__("Speed"));
    this.#speed.addEventListener("change", () => {
      const { video } = this.#playback;
      // The default stays when another source is loaded.
      video.defaultPlaybackRate = video.playbackRate = Number(this.#speed.value);
    });
  }

  #listen(): void {
    const { signal } = this.#ended;
    const { node } = this.#host;
    node.addEventListener("keydown", (event) => this.#onKey(event), { signal });
    node.addEventListener("fullscreenchange", () => this.#update(), { signal });
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || this.#slider.disabled) return;
    const { target } = event;
    // A list has keys of its own, and a button is pressed by the space bar.
    if (target === this.#speed) return;
    const isButton = target instanceof HTMLButtonElement || target instanceof HTMLAnchorElement;
    if (event.key === " " && isButton) return;
    const playback = this.#playback;
    const { frames, fps } = playback.timeline;
    const second = Math.max(1, Math.round(fps));
    const actions: Record<string, () => void> = {
      " ": () => playback.toggle(),
      ArrowLeft: () => playback.step(event.shiftKey ? -second : -1),
      ArrowRight: () => playback.step(event.shiftKey ? second : 1),
      ",": () => playback.step(-1),
      ".": () => playback.step(1),
      PageUp: () => playback.step(second),
      PageDown: () => playback.step(-second),
      Home: () => playback.seek(0),
      End: () => playback.seek(frames - 1),
    };
    if (!Object.hasOwn(actions, event.key)) return;
    event.preventDefault();
    actions[event.key]();
  }

  #onLoop(): void {
    this.#loopChosen = true;
    const { video } = this.#playback;
    video.loop = !video.loop;
    this.#update();
  }

  #update(): void {
    const { trans } = this.#host;
    const { frame, isPlaying, timeline, video } = this.#playback;
    const last = String(timeline.frames - 1);
    if (isPlaying !== this.#isPlaying) {
      this.#isPlaying = isPlaying;
      const label = isPlaying ? trans.__("Pause (space)") : trans.__("Play (space)");
      setIcon(this.#play, isPlaying ? pauseIcon : runIcon, label);
    }
    if (this.#slider.max !== last) this.#slider.max = last;
    this.#slider.value = String(frame);
    this.#slider.style.setProperty("--vega-reel-share", String(frame / (Number(last) || 1)));
    const frameOf = (frame: string) => trans.__("frame %1 of 0–%2", frame, last);
    setText(this.#frame, frameOf(String(frame)));
    setAttribute(this.#frame, "data-widest", frameOf(last));
    // Somebody who listens is told where it stops, and the seconds while it plays.
    const isQuiet = isPlaying && frame % Math.max(1, Math.round(timeline.fps)) !== 0;
    if (!isQuiet) {
      const words = trans.__("frame %1 of 0 to %2", String(frame), last);
      setAttribute(this.#slider, "aria-valuetext", words);
    }
    setAttribute(this.#loop, "aria-pressed", String(video.loop));
    const isFull = document.fullscreenElement === this.#host.node;
    if (this.#full.dataset.full === String(isFull)) return;
    this.#full.dataset.full = String(isFull);
    const label = isFull ? trans.__("Leave full screen") : trans.__("Full screen");
    setIcon(this.#full, isFull ? leaveFullScreenIcon : fullScreenIcon, label);
  }

  #setDisabled(disabled: boolean): void {
    const controls = this.node.querySelectorAll<HTMLButtonElement>("button, input, select");
    for (const control of controls) control.disabled = disabled;
  }

  /** The name of the video's file. */
  #name(): string {
    const { path } = this.#job ?? {};
    return path?.split("/").at(-1) || "animation.mp4";
  }

  async #saveFrame(): Promise<void> {
    const playback = this.#playback;
    playback.video.pause();
    await playback.settled();
    const { video, frame, timeline } = playback;
    const canvas = document.createElement("canvas");
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext("2d")!.drawImage(video, 0, 0);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
    if (!blob) return;
    const digits = Math.max(4, String(timeline.frames - 1).length);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    const stem = this.#name().replace(/\.[^.]*$/, "");
    link.download = `${stem}-frame-${String(frame).padStart(digits, "0")}.png`;
    link.click();
    // The download has begun by the next task.
    setTimeout(() => URL.revokeObjectURL(link.href), 0);
  }

  async #copyPath(): Promise<void> {
    if (this.#path === undefined) return;
    const { copy, announcer, trans } = this.#host;
    await copy(this.#path);
    setIcon(this.#copy, checkIcon, trans.__("Copied"));
    announcer.say(trans.__("Path copied"));
    clearTimeout(this.#copied);
    this.#copied = setTimeout(() => {
      setIcon(this.#copy, copyIcon, trans.__("Copy path"));
    }, COPIED);
  }
}
