/** `tween()`: params that pass through states, with movements between them. */
import { type Check, checkOptions, must, oneOf } from "../render/check.ts";
import { describe, nearestFirst } from "../render/describe.ts";
import type { Columns, Row } from "../render/patch.ts";
import { isPlainObject } from "../render/plain_object.ts";
import { datasetTrack, fieldsOf, type Ghost, isDataset, type Key, type Track } from "./dataset.ts";
import { checkEase, type Ease, easing } from "./ease.ts";
import { between, checkInterpolate, chosen, type Interpolate } from "./interpolate.ts";
import { type Keyframe, placeFrames, readKeyframes } from "./keyframes.ts";
import { type Length, LENGTH_CHECKS } from "./length.ts";

/** Options of {@linkcode tween}. `hold` is the time that each state stands still. */
export interface TweenOptions extends Length {
  /** How each movement speeds up and slows down. @default {"cubicInOut"} */
  ease?: Ease;
  /**
   * What makes rows of different keyframes the same one: a field, several fields together, or a
   * function of the row; or an object with one of these for each dataset.
   *
   * @default the row's place in its dataset
   */
  key?: Key | Record<string, Key>;
  /**
   * Where a row that enters comes from: fields that differ from its own, such as `{ size: 0 }`, or
   * a function of the row and its dataset that returns them, or undefined.
   *
   * @default it appears halfway
   */
  enter?: Ghost;
  /** Where a row that leaves goes to, as for `enter`. @default it vanishes halfway */
  exit?: Ghost;
  /** How fields, signals and params are interpolated, by their names. @default as their types say */
  interpolate?: Record<string, Interpolate>;
  /** Whether the last state leads back to the first, so that the video can repeat. @default {false} */
  loop?: boolean;
}

const CHECKS: Record<keyof TweenOptions, Check> = {
  ...LENGTH_CHECKS,
  ease: checkEase,
  key: must(
    "a field, an array of fields, a function, or an object with one of these for each dataset",
    (v) => isKey(v) || (isPlainObject(v) && Object.values(v).every(isKey)),
  ),
  enter: must("an object of fields or a function", isGhost),
  exit: must("an object of fields or a function", isGhost),
  interpolate: must("an object with a name or function for each field", isPlainObject),
  loop: oneOf(true, false),
};

/**
 * Makes params that pass through states: rows and values are those of the keyframes at their
 * times, and in movement between them.
 *
 * Numbers, dates and colours (`#f00`, `rgb(…)`, `hsl(…)`) are interpolated by d3-interpolate, as
 * are those within arrays of one length and within objects. Anything else switches halfway: other
 * strings, which are names and categories, even with numbers in them; null; values of two types.
 * The option `interpolate` says otherwise, for example `{ angle: "hue", group: "discrete" }`.
 *
 * Rows keep one order in all frames: that of the first keyframe, into which each later one puts its
 * new rows behind the rows that they follow there.
 *
 * All frames are made at once: each has rows of its own, about 110 bytes for a row of four numbers,
 * or 28 where they are columns of typed arrays. A held state is one object in all its frames.
 *
 * @param keyframes Params with the same names (datasets as rows, columns or Arrow's tables, values of
 * signals), or these with their times: `{ at, params }`.
 * @param options For how long: `frames`, `seconds`, or the keyframes' `at` in seconds; and how.
 * @returns An object for each frame: the first keyframe first and the last one last; with `loop`
 * the last frame is the one before the first keyframe comes again.
 * @throws {TypeError} If an option is unknown or of the wrong type, keyframes have different names,
 * or a key is missing or not unique.
 * @throws {RangeError} If a number is out of range, or there are too few frames.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { tween } from "vega-reel";
 *
 * const frames = tween([
 *   { people: [{ name: "Ada", age: 20 }, { name: "Bob", age: 30 }] },
 *   { people: [{ name: "Bob", age: 40 }, { name: "Cy", age: 10 }] },
 * ], { frames: 5, ease: "linear", key: "name", enter: { age: 0 }, exit: { age: 0 } });
 * assert.deepEqual(frames[1].people, [
 *   { name: "Ada", age: 15 },
 *   { name: "Bob", age: 32.5 },
 *   { name: "Cy", age: 2.5 },
 * ]);
 * ```
 */
export function tween<Params extends object>(
  keyframes: readonly Keyframe<Params>[],
  options?: TweenOptions,
): Params[];
export function tween<Params extends object>(
  keyframes: readonly Params[],
  options?: TweenOptions,
): Params[];
export function tween(given: unknown, options: unknown = {}): Record<string, unknown>[] {
  const checked = checkOptions<TweenOptions>(options, CHECKS, "tween");
  const keyframes = readKeyframes(given);
  const tracks = tracksOf(keyframes.states, checked);
  const places = placeFrames(keyframes, checked, checked.loop ?? false);
  const eased = easing(checked.ease ?? "cubicInOut", "tween");
  const held = new Map<number, Record<string, unknown>>();
  // The frames of one movement follow each other.
  let way: { from: number; parts: [string, ReturnType<Track["between"]>][] } | undefined;
  return places.map((place) => {
    if ("on" in place) {
      const { on } = place;
      const frame = held.get(on) ??
        Object.fromEntries(tracks.map(([name, track]) => [name, track.on(on)]));
      held.set(on, frame);
      return frame;
    }
    const { from, to, time } = place;
    if (way?.from !== from) {
      way = { from, parts: tracks.map(([name, track]) => [name, track.between(from, to)]) };
    }
    const how = eased(time);
    return Object.fromEntries(way.parts.map(([name, part]) => [name, part(how, time)]));
  });
}

function tracksOf(states: Record<string, unknown>[], options: TweenOptions): [string, Track][] {
  const { interpolate = {}, key, enter, exit } = options;
  const names = Object.keys(states[0]);
  const datasets = names.filter((name) => states.every((state) => isDataset(state[name])));
  const rowsOf = (name: string) => states.map((state) => state[name] as Row[] | Columns);
  checkNames("interpolate", interpolate, [
    ...names,
    ...datasets.flatMap((name) => fieldsOf(rowsOf(name))),
  ]);
  for (const [name, value] of Object.entries(interpolate)) {
    const broken = checkInterpolate(value);
    if (!broken) continue;
    throw new broken.ErrorClass(
      `Cannot tween as 'interpolate.${name}' must be ${broken.rule}: current value is ${
        describe(value)
      }`,
    );
  }
  if (isPlainObject(key)) checkNames("key", key, datasets);
  for (const [option, given] of Object.entries({ key, enter, exit })) {
    if (given === undefined || isPlainObject(key) || datasets.length > 0) continue;
    throw new TypeError(
      `Cannot tween as '${option}' is for rows of datasets: the keyframes give only [${
        names.join(", ")
      }], which are no rows in all of them`,
    );
  }
  return names.map((name) => {
    if (Object.hasOwn(interpolate, name) || !datasets.includes(name)) {
      return [name, valueTrack(states.map((state) => state[name]), interpolate[name])];
    }
    const own = isPlainObject(key) ? key[name] as Key | undefined : key as Key | undefined;
    return [name, datasetTrack(name, rowsOf(name), { key: own, enter, exit, interpolate })];
  });
}

/** A signal's value. */
function valueTrack(values: unknown[], interpolate: Interpolate | undefined): Track {
  return {
    on: (k) => values[k],
    between: (from, to) =>
      interpolate === undefined
        ? between(values[from], values[to], "colours")
        : chosen(interpolate, values[from], values[to]),
  };
}

function checkNames(option: string, given: Record<string, unknown>, known: string[]): void {
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    const names = nearestFirst(name, [...new Set(known)]);
    throw new TypeError(
      `Cannot tween as '${option}' names '${name}', which no keyframe has: ` +
        `known names are [${names.slice(0, 12).join(", ")}${names.length > 12 ? ", ..." : ""}]`,
    );
  }
}

function isKey(value: unknown): boolean {
  return typeof value === "function" || (typeof value === "string" && value !== "") ||
    (Array.isArray(value) && value.length > 0 && value.every((v) => typeof v === "string"));
}

function isGhost(value: unknown): boolean {
  return typeof value === "function" || isPlainObject(value);
}
