/** `sweep()`: params that go from one value to another. */
import { type Check, checkOptions, number } from "../render/check.ts";
import { describe } from "../render/describe.ts";
import { isPlainObject } from "../render/plain_object.ts";
import { checkEase, type Ease, easing } from "./ease.ts";
import {
  type Between,
  checkInterpolate,
  chosen,
  type Interpolate,
  interpolator,
} from "./interpolate.ts";
import { checkFrames, framesOf, heldFrames, type Length, LENGTH_CHECKS } from "./length.ts";

/** From where to where a param goes. */
export interface SweepRange<Value = unknown> {
  /** Its value in the first frame: a number, date, colour, string with numbers, or array of such. */
  from: Value;
  /** Its value in the last frame, or what it comes nearest to by steps. */
  to: Value;
  /**
   * The distance between the values that it takes, `from` being the first: with `step: 1` a year
   * stays a whole number. Without `frames` and `seconds` there is one frame for each value.
   */
  step?: number;
  /** How it speeds up and slows down. @default that of all, else {"linear"} */
  ease?: Ease;
  /** How its values are interpolated. @default as their type says */
  interpolate?: Interpolate;
}

/** Options of {@linkcode sweep}. `hold` is the time that it stands still at either end. */
export interface SweepOptions extends Length {
  /** How all that have no ease of their own speed up and slow down. @default {"linear"} */
  ease?: Ease;
}

const anything: Check = () => undefined;

const RANGE_CHECKS: Record<keyof SweepRange, Check> = {
  from: anything,
  to: anything,
  step: number("a positive number", (v) => v > 0 && v < Infinity),
  ease: checkEase,
  interpolate: checkInterpolate,
};

const SWEEP_CHECKS: Record<keyof SweepOptions, Check> = { ...LENGTH_CHECKS, ease: checkEase };

/**
 * Makes params in which one signal or param goes from one value to another.
 *
 * The first frame has `from` itself and the last `to` itself, unless an ease of your own says
 * otherwise; the values between are those of d3-interpolate.
 *
 * @param name The signal or param.
 * @param options From where to where, and for how long: `frames`, `seconds` or `step`.
 * @returns An object for each frame.
 * @throws {TypeError} If an option is unknown or of the wrong type, or if there is nothing between
 * `from` and `to`.
 * @throws {RangeError} If a number is out of range.
 *
 * @example
 * ```ts
 * import { animate, sweep } from "vega-reel";
 *
 * await animate("chart.vl.json", sweep("year", { from: 1955, to: 2005, frames: 100 }));
 * ```
 */
export function sweep<Name extends string, Value>(
  name: Name,
  options: SweepRange<Value> & SweepOptions,
): Record<Name, Value>[];
/**
 * Makes params in which several signals or params go from one value to another at once.
 *
 * @param ranges From where to where each goes.
 * @param options For how long, and with which ease.
 * @returns An object for each frame.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { sweep } from "vega-reel";
 *
 * const frames = sweep({ year: { from: 1955, to: 2005 }, zoom: { from: 1, to: 4 } }, {
 *   seconds: 2,
 *   ease: "cubicInOut",
 * });
 * assert.equal(frames.length, 60);
 * assert.deepEqual(frames.at(-1), { year: 2005, zoom: 4 });
 * ```
 */
export function sweep<Values extends Record<string, unknown>>(
  ranges: { [Name in keyof Values]: SweepRange<Values[Name]> },
  options?: SweepOptions,
): Values[];
export function sweep(given: unknown, options: unknown = {}): Record<string, unknown>[] {
  if (typeof given === "string" && given !== "") {
    const action = `sweep '${given}'`;
    const checked = checkOptions<SweepRange & SweepOptions>(
      options,
      { ...RANGE_CHECKS, ...SWEEP_CHECKS },
      action,
    );
    return framesFrom([track(given, checked, checked.ease)], checked, action);
  }
  if (!isPlainObject(given) || Object.keys(given).length === 0) {
    throw new TypeError(
      `Cannot sweep as the first argument must be a name, or an object with a range for each ` +
        `name: current value is ${describe(given)}`,
    );
  }
  const checked = checkOptions<SweepOptions>(options, SWEEP_CHECKS, "sweep");
  const tracks = Object.entries(given).map(([name, range]) => {
    const own = checkOptions<SweepRange>(range, RANGE_CHECKS, `sweep '${name}'`);
    return track(name, own, own.ease ?? checked.ease);
  });
  return framesFrom(tracks, checked, "sweep");
}

/** One param on its way. */
interface Track {
  name: string;
  /** How many values a step leaves; undefined without a step. */
  values: number | undefined;
  at(time: number): unknown;
}

function track(name: string, range: SweepRange, ease: Ease = "linear"): Track {
  const { from, to } = range;
  const eased = easing(ease, `sweep '${name}'`);
  const steps = stepsOf(name, range);
  const value = steps === undefined ? between(name, range) : stepped(range, steps);
  return {
    name,
    values: steps === undefined ? undefined : steps + 1,
    at(time) {
      const how = eased(time);
      if (steps === undefined && (how === 0 || how === 1)) return how === 0 ? from : to;
      return value(how, time);
    },
  };
}

/** Dates as text: number by number there is a month 6.5 between them. */
const ISO_DATE = /^\d{4}-\d{2}(-\d{2}|$)/;

function between(name: string, { from, to, interpolate }: SweepRange): Between {
  const isWrittenDate = from !== to &&
    [from, to].some((end) => typeof end === "string" && ISO_DATE.test(end));
  if (interpolate !== undefined) return chosen(interpolate, from, to);
  const found = isWrittenDate ? undefined : interpolator(from, to, "all");
  if (found) return found;
  throw new TypeError(
    `Cannot sweep '${name}' as 'from' and 'to' must both be finite numbers, Date objects, colours, ` +
      `strings with numbers, or arrays of one length: current values are ${describe(from)} and ${
        describe(to)
      }`,
  );
}

/** How many steps lie between the ends. */
function stepsOf(name: string, { from, to, step, interpolate }: SweepRange): number | undefined {
  if (step === undefined) return undefined;
  if (interpolate !== undefined) {
    throw new TypeError(`Cannot sweep '${name}' as 'step' and 'interpolate' do not go together`);
  }
  if (Number.isFinite(from) && Number.isFinite(to)) {
    // A tenth of a tenth is not quite a hundredth.
    return Math.floor(Math.abs((to as number) - (from as number)) / step + 1e-9);
  }
  throw new TypeError(
    `Cannot sweep '${name}' as 'from' and 'to' must be finite numbers where 'step' is given: ` +
      `current values are ${describe(from)} and ${describe(to)}`,
  );
}

function stepped({ from, to, step }: SweepRange, steps: number): Between {
  const start = from as number;
  const stride = (to as number) < start ? -step! : step!;
  return (eased) => {
    const taken = Math.min(Math.max(Math.round(eased * steps), 0), steps);
    if (taken === 0) return start;
    // 15 digits are those that a decimal number keeps: three times 0.1 is to be 0.3.
    return Number((start + taken * stride).toPrecision(15));
  };
}

function framesFrom(tracks: Track[], length: Length, action: string) {
  const values = tracks.flatMap((track) => track.values ?? []);
  const frames = framesOf(length, action) ?? (values.length > 0 ? Math.max(...values) : undefined);
  if (frames === undefined) {
    throw new TypeError(
      `Cannot ${action} as one of 'frames', 'seconds' and 'step' must say for how long`,
    );
  }
  checkFrames(frames, action, "'seconds' or 'step'");
  const moving = Array.from({ length: frames }, (_, i) => {
    const time = frames === 1 ? 0 : i / (frames - 1);
    return Object.fromEntries(tracks.map((track) => [track.name, track.at(time)]));
  });
  const held = heldFrames(length);
  return [...Array(held).fill(moving[0]), ...moving, ...Array(held).fill(moving.at(-1))];
}
