/** `playback()`: which recorded state each frame of a video shows. */
import { type Check, checkOptions, number } from "../render/check.ts";
import { LENGTH_CHECKS, MAX_FRAMES } from "./length.ts";

/** Options of {@linkcode playback}. */
export interface PlaybackOptions {
  /** Number of states that were recorded. */
  frames: number;
  /** How many states were recorded per second. */
  dataFps: number;
  /** How fast they are played: 0.25 is slow motion, 4 is time lapse. @default {1} */
  speed?: number;
  /** Frames per second of the video. @default {30} */
  fps?: number;
}

/**
 * What rounding may have taken from the time of a state, as part of it: rates such as 30000 / 1001
 * have no exact binary form, and a state that comes at the time of a frame is there.
 */
const ROUNDING = 2 ** -49;

const CHECKS: Record<keyof PlaybackOptions, Check> = {
  frames: number("a positive integer", (v) => Number.isSafeInteger(v) && v >= 1),
  dataFps: positive(),
  speed: positive(),
  fps: LENGTH_CHECKS.fps,
};

/**
 * Says which of the states of a recording (a simulation, a trajectory, a camera) each frame of a
 * video shows, so that it plays at the speed that is asked for.
 *
 * State `k` was recorded at `k / dataFps` seconds, and frame `i` shows the latest state that had
 * been recorded by `i * speed / fps`: states are repeated or left out, never mixed. Each frame is
 * computed for itself, so that nothing drifts. The video ends with the first frame that shows the
 * last state.
 *
 * @param options How the states were recorded, and how they are to be played.
 * @returns For each frame of the video, the index of a state.
 * @throws {TypeError} If an option is unknown, missing or not a number.
 * @throws {RangeError} If a number is out of range.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { playback } from "vega-reel";
 *
 * const states = Array.from({ length: 9 }, (_, k) => [{ time: k / 240 }]);
 * const indexes = playback({ frames: states.length, dataFps: 240, speed: 0.25, fps: 30 });
 * assert.deepEqual(indexes, [0, 2, 4, 6, 8]);
 * const params = indexes.map((k) => ({ table: states[k] }));
 * ```
 */
export function playback(options: PlaybackOptions): number[] {
  const action = "play back";
  const checked = checkOptions<PlaybackOptions>(options, CHECKS, action);
  for (const name of ["frames", "dataFps"] as const) {
    if (checked[name] !== undefined) continue;
    throw new TypeError(`Cannot ${action} as '${name}' must be given`);
  }
  const { frames, dataFps, speed = 1, fps = 30 } = checked;
  const statesPerFrame = speed * dataFps / fps * (1 + ROUNDING);
  const last = frames - 1;
  const length = Math.ceil(last / statesPerFrame) + 1;
  if (length > MAX_FRAMES) {
    throw new RangeError(
      `Cannot ${action} as the video must have at most ${MAX_FRAMES} frames: ` +
        `${frames} states at ${statesPerFrame} a frame are ${length}`,
    );
  }
  return Array.from({ length }, (_, i) => Math.min(last, Math.floor(i * statesPerFrame)));
}

function positive(): Check {
  return number("a positive number", (v) => v > 0 && v < Infinity);
}
