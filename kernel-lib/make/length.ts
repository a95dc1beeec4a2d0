/** How long something lasts, in frames or in seconds. */
import { type Check, number } from "../render/check.ts";

/** How long a movement lasts. */
export interface Length {
  /** Number of frames of the movement, its ends included; not together with `seconds`. */
  frames?: number;
  /** Duration of the movement in seconds. */
  seconds?: number;
  /** Frames per second, those of the video. @default {30} */
  fps?: number;
  /** How long it stands still, in seconds, which are added to its length. @default {0} */
  hold?: number;
}

/** The most frames that there may be. */
export const MAX_FRAMES = 10_000_000;

/** What each option must be. */
export const LENGTH_CHECKS: Record<keyof Length, Check> = {
  frames: number(
    `an integer from 1 to ${MAX_FRAMES}`,
    (v) => Number.isInteger(v) && v >= 1 && v <= MAX_FRAMES,
  ),
  seconds: number("a positive number of at most 86400 seconds", (v) => v > 0 && v <= 86_400),
  fps: number("a positive number of at most 1000", (v) => v > 0 && v <= 1000),
  hold: number("a number from 0 to 86400 seconds", (v) => v >= 0 && v <= 86_400),
};

/**
 * The number of frames of a movement, its hold not counted; undefined where the options do not say.
 *
 * @param length The options; they have been checked one by one.
 * @param action What is being done, for messages.
 * @throws {TypeError} If both `frames` and `seconds` are given.
 */
export function framesOf(
  { frames, seconds, fps = 30 }: Length,
  action: string,
): number | undefined {
  if (seconds === undefined) return frames;
  if (frames === undefined) return Math.max(1, Math.round(seconds * fps));
  throw new TypeError(
    `Cannot ${action} as 'frames' and 'seconds' do not go together: ` +
      `current values are ${frames} and ${seconds}`,
  );
}

/**
 * Checks how many frames options make together.
 *
 * @param frames The number.
 * @param action What is being done, for messages.
 * @param makers The options that make them.
 * @throws {RangeError} If there are more than {@linkcode MAX_FRAMES}.
 */
export function checkFrames(frames: number, action: string, makers: string): void {
  if (frames <= MAX_FRAMES) return;
  throw new RangeError(
    `Cannot ${action} as there must be at most ${MAX_FRAMES} frames: ${makers} make ${frames}`,
  );
}

/** The number of frames for which it stands still. */
export function heldFrames({ hold = 0, fps = 30 }: Length): number {
  return Math.round(hold * fps);
}
