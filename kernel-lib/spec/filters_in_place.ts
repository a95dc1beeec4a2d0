/** Filters of an animation that stay among the transforms, as others work on the rows that they leave. */
import { splitAccessPath } from "vega-util";
import { isPlainObject } from "../render/plain_object.ts";
import type { VegaData } from "./compile.ts";

type Step = Record<string, unknown>;

/** Vega-Lite's transforms in which what becomes of a row depends on other rows. */
const ACROSS_ROWS = [
  "aggregate",
  "density",
  "extent",
  "impute",
  "joinaggregate",
  "loess",
  "pivot",
  "quantile",
  "regression",
  "sample",
  "stack",
  "window",
];

/** True if one of the filters that move a view stands before a transform that depends on it. */
export function comesBeforeOthers(steps: unknown[], filters: unknown[]): boolean {
  const first = steps.findIndex((step) => filters.includes(step));
  return first !== -1 &&
    steps.slice(first + 1).some((step) =>
      isPlainObject(step) && !("filter" in step) && ACROSS_ROWS.some((key) => key in step)
    );
}

/** True if an encoding shows sums, means and the like. */
export function isAggregated(encoding: Step): boolean {
  return Object.values(encoding).flat().some((channel) =>
    isPlainObject(channel) && channel.aggregate !== undefined
  );
}

/** True for a filter that may leave rows of several values, whose sums are not those of each. */
export function mayShowSeveral(step: unknown): boolean {
  const { filter } = step as Step;
  return !(isPlainObject(filter) && "param" in filter);
}

/**
 * The steps, in which rows have their times where they come to the filter: Vega-Lite would read or
 * compute them behind the last step, where there may be none any more.
 *
 * @param steps The transforms of a view.
 * @param filter The first of the filters that move it.
 * @param time Its time encoding, which it loses.
 * @param as The field of the time, as rows have it in Vega.
 */
export function atItsPlace(
  steps: unknown[],
  filter: unknown,
  { field, type, timeUnit }: Step,
  as: string,
): unknown[] {
  const path = splitAccessPath(String(field));
  const parts = path.map((_, i) =>
    `datum${path.slice(0, i + 1).map((key) => `[${JSON.stringify(key)}]`).join("")}`
  );
  const value = parts.join(" && ");
  const isDate = type === "temporal";
  const read = timeUnit !== undefined
    ? [{ timeUnit, field, as }]
    : isDate || path.length > 1
    ? [{ calculate: isDate ? `toDate(${value})` : value, as: path.join(".") }]
    : [];
  return steps.flatMap((step) => step === filter ? [...read, step] : [step]);
}

/** The steps of a compiled dataset before the first of some filters; undefined if it has none of them. */
export function stepsBefore({ transform = [] }: VegaData, filters: string[]): Step[] | undefined {
  const first = transform.findIndex(({ type, expr }) =>
    type === "filter" && filters.includes(String(expr))
  );
  return first === -1 ? undefined : transform.slice(0, first);
}
