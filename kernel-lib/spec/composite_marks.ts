/**
 * Marks of an animated Vega-Lite spec that stand for several: Vega-Lite makes them of sums and the
 * like, and would take these value by value.
 */
import { isPlainObject } from "../render/plain_object.ts";

type View = Record<string, unknown>;

/** https://vega.github.io/vega-lite/docs/mark.html#composite-marks */
const COMPOSITE = ["boxplot", "errorband", "errorbar"];

const NAME = /^animated_composite_\d+$/;

/** What is known of the param that moves a spec. */
export interface Mover {
  param: string;
  /** True for a transform that depends on it. */
  moves(step: unknown): boolean;
  /** True for an encoding that depends on it. */
  shows(encoding: View): boolean;
}

/** Views with composite marks, by their names, each with the encoding that it had. */
export type Composites = Map<string, View>;

/**
 * Takes the time off composite marks, whose rows are filtered before they are made then.
 *
 * @param view A view as it is written.
 * @param mover What moves it.
 * @param found The views with such marks; more are added.
 * @param around What the views around it have: encodings, and whether there is a filter.
 */
export function takeCompositeTimes(
  view: View,
  mover: Mover,
  found: Composites,
  around: { encoding: View; isFiltered: boolean } = { encoding: {}, isFiltered: false },
): View {
  const own = isPlainObject(view.encoding) ? view.encoding : {};
  const encoding = { ...around.encoding, ...own };
  const steps = Array.isArray(view.transform) ? view.transform : [];
  const isFiltered = around.isFiltered || steps.some(mover.moves);
  const copy = { ...view };
  for (const key of ["layer", "concat", "hconcat", "vconcat", "spec"]) {
    const inner = view[key];
    const take = (child: unknown) =>
      isPlainObject(child)
        ? takeCompositeTimes(child, mover, found, {
          encoding: key === "layer" ? encoding : {},
          isFiltered,
        })
        : child;
    if (inner !== undefined) copy[key] = Array.isArray(inner) ? inner.map(take) : take(inner);
  }
  const mark = isPlainObject(view.mark) ? view.mark.type : view.mark;
  if (!COMPOSITE.includes(String(mark)) || !isPlainObject(encoding.time)) return copy;
  if (!isFiltered && mover.shows(encoding)) return copy;
  copy.name ??= `animated_composite_${found.size}`;
  found.set(String(copy.name), encoding);
  copy.transform = isFiltered ? steps : [...steps, { filter: { param: mover.param } }];
  const { time: _time, ...rest } = own;
  copy.encoding = "time" in around.encoding ? { ...rest, time: null } : rest;
  return copy;
}

/** What was taken of a view; repeated views have names that Vega-Lite adds to. */
export function compositeOf({ name }: View, composites: Composites): View | undefined {
  const key =
    [...composites.keys()].filter((key) =>
      name === key || String(name).startsWith(`${key}_child__`) || String(name).endsWith(`_${key}`)
    ).sort((a, b) => b.length - a.length)[0];
  return key === undefined ? undefined : composites.get(key);
}

/** True for the name of a view that had none. */
export function isGivenName(name: unknown): boolean {
  return NAME.test(String(name));
}
