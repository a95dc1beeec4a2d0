/** The states that a tween passes through, and the frames at which it does. */
import { withColumns } from "../render/arrow.ts";
import { describe } from "../render/describe.ts";
import { isPlainObject } from "../render/plain_object.ts";
import { checkFrames, framesOf, heldFrames, type Length } from "./length.ts";

/** A state with its time. */
export interface Keyframe<Params extends object = Record<string, unknown>> {
  /**
   * When the state is reached: in seconds, or on any scale where `frames` or `seconds` say how long
   * the whole takes.
   */
  at: number;
  params: Params;
}

/** Keyframes as they are worked with. */
export interface Keyframes {
  /** The params of each, Arrow's tables as columns. All have the same names. */
  states: Record<string, unknown>[];
  /** The time of each, from 0 on; undefined where none was given. */
  times: number[] | undefined;
}

/** One frame of a tween: on a keyframe, or between two. */
export type Place = { on: number } | { from: number; to: number; time: number };

/**
 * Checks keyframes.
 *
 * @throws {TypeError} If they are not objects with the same names, or their times are no numbers.
 * @throws {RangeError} If there are fewer than two, or their times do not increase.
 */
export function readKeyframes(given: unknown): Keyframes {
  if (!Array.isArray(given)) {
    throw new TypeError(
      `Cannot tween as the keyframes must be an array: current value is ${describe(given)}`,
    );
  }
  if (given.length < 2) {
    throw new RangeError(
      `Cannot tween as there must be at least two keyframes: there are ${given.length}`,
    );
  }
  const timed = given.map(isTimed);
  if (timed.includes(true) && timed.includes(false)) {
    throw new TypeError(
      `Cannot tween as all keyframes or none must be { at, params }: ` +
        `keyframe ${timed.indexOf(false)} is not`,
    );
  }
  const states = (timed[0] ? given.map(({ params }) => params) : given).map(withColumns);
  checkStates(states);
  return { states, times: timed[0] ? readTimes(given) : undefined };
}

/**
 * Says where each frame of a tween stands. Each keyframe has the frame nearest to its time.
 *
 * @param keyframes The keyframes.
 * @param length How long the movement is.
 * @param loop Whether the last state leads back to the first, which is not shown again.
 * @throws {TypeError} If nothing says how long it is.
 * @throws {RangeError} If two keyframes fall on one frame, or there are too many frames.
 */
export function placeFrames(
  { states, times: given }: Keyframes,
  length: Length,
  loop: boolean,
): Place[] {
  const count = states.length;
  const times = given ?? [...states.keys()];
  const last = times[count - 1];
  // The way back takes as long as the others do on average.
  const span = loop ? last + last / (count - 1) : last;
  const { fps = 30 } = length;
  const frames = framesOf(length, "tween") ??
    (given ? Math.round(span * fps) + (loop ? 0 : 1) : undefined);
  if (frames === undefined) {
    throw new TypeError(
      "Cannot tween as one of 'frames', 'seconds' and the keyframes' 'at' must say for how long",
    );
  }
  checkFrames(frames, "tween", "'seconds' or the keyframes' 'at'");
  const end = loop ? frames : frames - 1;
  const starts = [...times, ...(loop ? [span] : [])].map((time) => Math.round(time / span * end));
  const clash = starts.findIndex((start, k) => k > 0 && start === starts[k - 1]);
  if (clash !== -1) {
    throw new RangeError(
      `Cannot tween as each keyframe must have a frame of its own: of ${frames} frames, ` +
        `keyframes ${clash - 1} and ${clash % count} both have frame ${starts[clash] % frames}`,
    );
  }
  const held = heldFrames(length);
  return times.flatMap((_, k) => {
    const between = (starts[k + 1] ?? starts[k] + 1) - starts[k];
    return [
      ...Array<Place>(1 + held).fill({ on: k }),
      ...Array.from(
        { length: between - 1 },
        (_, i) => ({ from: k, to: (k + 1) % count, time: (i + 1) / between }),
      ),
    ];
  });
}

function isTimed(keyframe: unknown): keyframe is { at: unknown; params: unknown } {
  return isPlainObject(keyframe) && Object.keys(keyframe).sort().join() === "at,params";
}

function checkStates(states: unknown[]): asserts states is Record<string, unknown>[] {
  states.forEach((state, k) => {
    if (isPlainObject(state)) return;
    throw new TypeError(
      `Cannot tween as the params of keyframe ${k} must be an object: current value is ${
        describe(state)
      }`,
    );
  });
  const checked = states as Record<string, unknown>[];
  for (const name of new Set(checked.flatMap(Object.keys))) {
    const k = checked.findIndex((state) => state[name] === undefined);
    if (k !== -1) {
      throw new TypeError(
        `Cannot tween as every keyframe must give '${name}': keyframe ${k} does not`,
      );
    }
  }
}

function readTimes(keyframes: { at: unknown }[]): number[] {
  const times = keyframes.map(({ at }, k) => {
    if (typeof at === "number" && Number.isFinite(at)) return at;
    throw new TypeError(
      `Cannot tween as 'at' of keyframe ${k} must be a finite number: current value is ${
        describe(at)
      }`,
    );
  });
  const k = times.findIndex((at, k) => k > 0 && at <= times[k - 1]);
  if (k === -1) return times.map((at) => at - times[0]);
  throw new RangeError(
    `Cannot tween as 'at' of keyframe ${k} must be greater than that of the one before, ` +
      `${times[k - 1]}: current value is ${times[k]}`,
  );
}
