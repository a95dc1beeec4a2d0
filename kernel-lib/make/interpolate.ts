/** What lies between two values, by d3-interpolate. */
import { color } from "d3-color";
import * as d3 from "d3-interpolate";
import type { Check } from "../render/check.ts";
import { nearestFirst } from "../render/describe.ts";
import { isPlainObject } from "../render/plain_object.ts";

/**
 * A value on the way from one to another.
 *
 * @param eased How far the movement has come.
 * @param time How much of its time has passed, 0 to 1: what cannot be interpolated switches
 * halfway, once, even where the easing overshoots.
 */
export type Between = (eased: number, time: number) => unknown;

/** Functions of d3-interpolate by name, and `discrete`, the switch halfway. */
const NAMED = {
  number: d3.interpolateNumber,
  round: d3.interpolateRound,
  string: d3.interpolateString,
  date: d3.interpolateDate,
  hue: d3.interpolateHue,
  rgb: d3.interpolateRgb,
  hsl: d3.interpolateHsl,
  lab: d3.interpolateLab,
  hcl: d3.interpolateHcl,
  cubehelix: d3.interpolateCubehelix,
  discrete: undefined,
};

/** The names of functions of d3-interpolate, and `discrete`: a switch halfway. */
export type InterpolateName = keyof typeof NAMED;

/**
 * How two values are interpolated: a name, or a function such as those of d3-interpolate.
 *
 * https://d3js.org/d3-interpolate
 */
export type Interpolate =
  | InterpolateName
  // The values are of the user's own types.
  // deno-lint-ignore no-explicit-any
  | ((from: any, to: any) => (eased: number) => unknown);

/** What an option `interpolate` must be. */
export const checkInterpolate: Check = (value) => {
  const names = Object.keys(NAMED);
  if (typeof value === "function" || names.includes(value as string)) return undefined;
  const rule = `a function or one of ${names.map((name) => JSON.stringify(name)).join(", ")}`;
  if (typeof value !== "string") return { rule, ErrorClass: TypeError };
  const [nearest] = nearestFirst(value, names);
  return { rule: `${rule} (the nearest is "${nearest}")`, ErrorClass: TypeError };
};

/** Interpolates as was asked for; the results are objects of their own. */
export function chosen(interpolate: Interpolate, from: unknown, to: unknown): Between {
  const make = typeof interpolate === "function" ? interpolate : NAMED[interpolate];
  if (!make || isMissing(from) || isMissing(to)) return halfway(from, to);
  // The types of the named functions differ, and what they do with other values is the user's say.
  const between = (make as (from: unknown, to: unknown) => (eased: number) => unknown)(from, to);
  return (eased) => {
    // The functions of d3-interpolate return one and the same array, object or date each time.
    const value = between(eased);
    return typeof value === "object" ? structuredClone(value) : value;
  };
}

/** The first value until half of the time has passed, then the second. */
export function halfway(from: unknown, to: unknown): Between {
  return (_eased, time) => time < 0.5 ? from : to;
}

/**
 * Interpolates two values if they are of a kind for which that means something: finite numbers,
 * valid dates, colours, arrays of one length and plain objects with the same keys. Inside arrays
 * and objects, what cannot be interpolated switches halfway.
 *
 * @param from The value at 0.
 * @param to The value at 1.
 * @param strings Which strings count. Of `"colours"` those that can be nothing else, such as
 * `#f00` and `rgb(255, 0, 0)`; of `"all"` also the names of colours, and strings with numbers.
 * @returns A function that returns a new value each time; undefined for any other values.
 */
export function interpolator(
  from: unknown,
  to: unknown,
  strings: "colours" | "all",
): Between | undefined {
  if (Object.is(from, to) && typeof from !== "object" && !isMissing(from)) return () => from;
  if (Number.isFinite(from) && Number.isFinite(to)) {
    return d3.interpolateNumber(from as number, to as number);
  }
  if (typeof from === "string" && typeof to === "string") return betweenStrings(from, to, strings);
  if (
    from instanceof Date && to instanceof Date && Number.isFinite(from.getTime() + to.getTime())
  ) {
    const between = d3.interpolateDate(from, to);
    return (eased) => new Date(between(eased));
  }
  if (Array.isArray(from) && Array.isArray(to) && from.length === to.length) {
    const parts = from.map((value, i) => between(value, to[i], strings));
    return (eased, time) => parts.map((part) => part(eased, time));
  }
  if (isNumberArray(from) && isNumberArray(to) && isAlike(from, to)) {
    const between = d3.interpolateNumberArray(from, to);
    return (eased) => (between(eased) as NumberArray).slice();
  }
  if (isPlainObject(from) && isPlainObject(to)) return betweenObjects(from, to, strings);
  return undefined;
}

/** Interpolates two values if that means something, else switches from one to the other halfway. */
export function between(from: unknown, to: unknown, strings: "colours" | "all"): Between {
  return interpolator(from, to, strings) ?? halfway(from, to);
}

function betweenStrings(
  from: string,
  to: string,
  strings: "colours" | "all",
): Between | undefined {
  const isWritten = (text: string) => /^(#|rgba?\(|hsla?\()/i.test(text);
  if (color(from) && color(to) && (strings === "all" || (isWritten(from) && isWritten(to)))) {
    return d3.interpolateRgb(from, to);
  }
  const haveNumbers = /\d/.test(from) && /\d/.test(to);
  return strings === "all" && haveNumbers ? d3.interpolateString(from, to) : undefined;
}

function betweenObjects(
  from: Record<string, unknown>,
  to: Record<string, unknown>,
  strings: "colours" | "all",
): Between | undefined {
  const keys = Object.keys(from);
  if (keys.length !== Object.keys(to).length) return undefined;
  if (!keys.every((key) => Object.hasOwn(to, key))) return undefined;
  const parts = keys.map((key) => [key, between(from[key], to[key], strings)] as const);
  return (eased, time) => Object.fromEntries(parts.map(([key, part]) => [key, part(eased, time)]));
}

type NumberArray = Exclude<d3.NumberArray, number[] | DataView>;

function isNumberArray(value: unknown): value is NumberArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView) &&
    !(value instanceof BigInt64Array) && !(value instanceof BigUint64Array);
}

function isAlike(from: NumberArray, to: NumberArray): boolean {
  return from.constructor === to.constructor && from.length === to.length;
}

function isMissing(value: unknown): boolean {
  return value === null || value === undefined;
}
