/** `merge()`: what happens in the same frames. */
import { describe } from "../render/describe.ts";
import { isPlainObject } from "../render/plain_object.ts";

/**
 * Merges params that are to change at the same time, frame by frame. For one after the other write
 * `[...a, ...b]`.
 *
 * @param a Params, an object for each frame.
 * @param b As many, with other names.
 * @returns As many, with all names.
 * @throws {TypeError} If two of them give the same name.
 * @throws {RangeError} If they have different numbers of frames.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { merge, sweep } from "vega-reel";
 *
 * const years = sweep("year", { from: 2000, to: 2002, step: 1 });
 * const labels = years.map(({ year }) => ({ label: `the year ${year}` }));
 * assert.deepEqual(merge(years, labels)[1], { year: 2001, label: "the year 2001" });
 * ```
 */
export function merge<A extends object, B extends object>(a: A[], b: B[]): (A & B)[];
/**
 * Merges more than two.
 *
 * @param params Each an object for each frame.
 */
export function merge(...params: object[][]): Record<string, unknown>[];
export function merge(...params: object[][]): Record<string, unknown>[] {
  if (params.length === 0 || !params.every(Array.isArray)) {
    const odd = params.find((frames) => !Array.isArray(frames));
    throw new TypeError(
      `Cannot merge as all arguments must be arrays of params: current value is ${describe(odd)}`,
    );
  }
  const lengths = params.map((frames) => frames.length);
  if (new Set(lengths).size > 1) {
    throw new RangeError(
      `Cannot merge as all must have the same number of frames: current values are ${
        lengths.join(", ")
      }`,
    );
  }
  return params[0].map((_, frame) => mergeFrame(params.map((frames) => frames[frame]), frame));
}

function mergeFrame(parts: object[], frame: number): Record<string, unknown> {
  const merged: Record<string, unknown> = {};
  for (const part of parts) {
    if (!isPlainObject(part)) {
      throw new TypeError(
        `Cannot merge frame ${frame} as its params must be objects: current value is ${
          describe(part)
        }`,
      );
    }
    for (const [name, value] of Object.entries(part)) {
      if (Object.hasOwn(merged, name)) {
        throw new TypeError(`Cannot merge frame ${frame} as two of them give '${name}'`);
      }
      merged[name] = value;
    }
  }
  return merged;
}
