/** Video elements. */
import { element } from "./dom.ts";

/** Makes a video element, without controls of its own. */
export function makeVideo(): HTMLVideoElement {
  const video = element("video", "video");
  video.muted = true;
  video.playsInline = true;
  video.preload = "auto";
  video.disablePictureInPicture = true;
  return video;
}

/** Plays a video; what stops it from that, a pause or another source, is no error. */
export function play(video: HTMLVideoElement): void {
  video.play().catch(() => {});
}

/** Lets go of what a video element holds. */
export function release(video: HTMLVideoElement): void {
  video.pause();
  video.removeAttribute("src");
  video.load();
}

/**
 * Calls back as soon as a video shows its frame at a time.
 *
 * @param time In seconds.
 * @param signal Ends the waiting.
 */
export function whenShown(
  video: HTMLVideoElement,
  time: number,
  signal: AbortSignal,
  callback: () => void,
): void {
  const once = { once: true, signal };
  if (time <= 0) return video.addEventListener("loadeddata", callback, once);
  video.addEventListener(
    "loadedmetadata",
    () => {
      video.addEventListener("seeked", callback, once);
      video.currentTime = Math.min(time, video.duration);
    },
    once,
  );
}
