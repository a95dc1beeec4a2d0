/** Easing: how far a movement has come at a time. */
import * as d3 from "d3-ease";
import type { Check } from "../render/check.ts";
import { describe, nearestFirst } from "../render/describe.ts";

/** The names of d3-ease's functions, without "ease" before them: `linear`, `cubicInOut`, ... */
export type EaseName = NameOf<keyof typeof d3>;

type NameOf<Key extends string> = Key extends `ease${infer Name}` ? Uncapitalize<Name> : never;

/**
 * How a movement speeds up and slows down: a name, or a function from time, 0 to 1, to how far the
 * movement has come, which is 0 to 1 but may overshoot.
 *
 * https://d3js.org/d3-ease
 */
export type Ease = EaseName | ((time: number) => number);

type Named = Exclude<keyof typeof d3, "default">;

const NAMED = new Map<string, (time: number) => number>(
  (Object.keys(d3) as Named[]).map((key) => [key[4].toLowerCase() + key.slice(5), d3[key]]),
);

/** What an option `ease` must be. */
export const checkEase: Check = (value) => {
  if (typeof value === "function" || NAMED.has(value as string)) return undefined;
  const rule = "a function or the name of one of d3-ease";
  if (typeof value !== "string") return { rule, ErrorClass: TypeError };
  const [nearest] = nearestFirst(value, [...NAMED.keys()]);
  return { rule: `${rule} (the nearest is "${nearest}")`, ErrorClass: TypeError };
};

/**
 * The function that an ease stands for.
 *
 * @param ease What was given; it has been checked.
 * @param action What is being done, for messages.
 */
export function easing(ease: Ease, action: string): (time: number) => number {
  if (typeof ease === "string") return NAMED.get(ease)!;
  return (time) => {
    const eased = ease(time);
    if (Number.isFinite(eased)) return eased;
    throw new TypeError(
      `Cannot ${action} as 'ease' must return a finite number: for ${time} it returned ${
        describe(eased)
      }`,
    );
  };
}
