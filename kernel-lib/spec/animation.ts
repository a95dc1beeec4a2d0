/**
 * Animated Vega-Lite: takes the timer out of a spec and leaves a selection param in its place, whose
 * value is the value of the `time` encoding that is on show. So a frame can give it like any other.
 *
 * Vega-Lite 6.5 itself drives such a param by a clock that runs while a page is open, in single
 * views only (read in its src/compile/selection). What it does not do yet is done as its maintainers
 * plan it in vega/vega-lite#9919, where that is clear.
 */
import { isPlainObject } from "../render/plain_object.ts";
import { compileVegaLite, normalizeVegaLite, type VegaScale } from "./compile.ts";
import {
  compositeOf,
  type Composites,
  isGivenName,
  takeCompositeTimes,
} from "./composite_marks.ts";
import { atItsPlace, comesBeforeOthers, isAggregated, mayShowSeveral } from "./filters_in_place.ts";
import { refuse } from "./refusals.ts";
import { checkTimes, timeScale } from "./time_encoding.ts";
import { isTimer, type Pace, readPace } from "./timer.ts";

/** The animation that was taken out of a spec. */
export interface Animation {
  /** The selection param that holds the value on show. */
  param: string;
  /** The field that is compared with that value, as rows have it in Vega. */
  field: string;
  /** The views that are animated. */
  units: AnimatedUnit[];
  /** From milliseconds to values; its domain is still that of a dataset named `d`. */
  scale: VegaScale;
  /** How the clock runs. */
  pace: Pace;
}

/** A view that shows the rows of the current value. */
export interface AnimatedUnit {
  /** The beginning of its marks' names; undefined where all marks are its own. */
  name?: string;
  /** The filters that make it move, as Vega expressions. */
  filters: string[];
  /** True if its continuous scales follow the rows on show. */
  rescale: boolean;
  /** True if its encoding fills gaps in its lines. */
  fillsGaps: boolean;
  /** True if its filters stay among its transforms, as others work on the rows that they leave. */
  filtersInPlace: boolean;
}

type View = Record<string, unknown>;

/** The signal that holds the value on show; Vega-Lite's own name for it. */
export const VALUE_SIGNAL = "anim_value";

/** The param of a spec that has a time encoding and no timer. */
const DEFAULT_PARAM = "animation_frame";

/**
 * Takes the animation out of a Vega-Lite spec.
 *
 * @param spec The spec as written; it is not changed.
 * @param config What the spec's own config is merged with.
 * @returns The spec as it is compiled, its shorthands expanded, with both configs and with a param
 * instead of a timer, and the animation; undefined for a spec without a `time` encoding.
 * @throws {TypeError} If the spec is animated in a way that has no clear meaning yet.
 */
export async function takeAnimation(
  spec: View,
  config?: Record<string, unknown>,
): Promise<{ spec: View; animation: Animation } | undefined> {
  const timers = paramsOf(spec).filter(isTimer);
  if (!encodingsOf(spec).some(({ time }) => isPlainObject(time))) {
    if (timers.length > 0) refuse("timeless", String(timers[0].name));
    return undefined;
  }
  const names = new Set(timers.map(({ name }) => name));
  if (names.size > 1) refuse("timers", [...names].join("', '"));
  const param = typeof timers[0]?.name === "string" ? timers[0].name : DEFAULT_PARAM;
  // Views side by side may each have the timer: there is one clock, and any of them may set it.
  const select = Object.assign({}, ...timers.map(({ select }) => select).reverse());
  if ("predicate" in select) refuse("predicate", param);

  const composites: Composites = new Map();
  const mover = {
    param,
    moves: (step: unknown) => isMoving(step, param),
    shows: (encoding: View) => mentions(encoding, param, false),
  };
  const plainMarks = takeCompositeTimes(withoutTimers(spec), mover, composites);
  const views = await normalizeVegaLite(plainMarks, config);
  const timed = [...encodingsOf(views), ...composites.values()]
    .filter(({ time }) => isPlainObject(time));
  if (timed.length === 0) return undefined;
  checkTimes(timed.map(({ time }) => time as View));
  const { scale, field } = await timeScale(timed[0], views.config);
  const plain = { name: param, select: { type: "point", fields: [field], toggle: false } };
  const found: (Omit<AnimatedUnit, "filters"> & { filters: unknown[] })[] = [];
  let isNeeded = encodingsOf(views).some((encoding) => mentions(encoding, param, false));
  let firstUnit: View | undefined;
  const taken = visit(views, [], false, true);
  // One view has the param: Vega-Lite would repeat that of a layered view in each of its layers.
  if (isNeeded && firstUnit) firstUnit.params = [...listOf(firstUnit.params), plain];

  const units = await Promise.all(found.map(async (unit) => ({
    ...unit,
    filters: await Promise.all(unit.filters.map((filter) => compileFilter(filter, plain))),
  })));
  const exact = units.find(({ filters }) =>
    filters.some((filter) => /vlSelectionTest/.test(filter))
  );
  if (scale.type === "linear" && exact) refuse("continuous", field);
  return { spec: taken, animation: { param, field, units, scale, pace: readPace(select) } };

  /** The view without what moves it; the animated views in it are found. */
  function visit(view: View, outer: unknown[], inPlace: boolean, isRoot = false): View {
    const copy = { ...view };
    const { time, ...encoding } = isPlainObject(view.encoding) ? view.encoding : {};
    const isUnit = "mark" in view;
    const steps = listOf(view.transform);
    const moving = steps.filter((step) => isMoving(step, param));
    const filters = [...outer, ...moving];
    const composite = compositeOf(view, composites);
    const isAnimated = encodingsOf(view).some(({ time }) => isPlainObject(time));
    const staysHere = !inPlace && (composite !== undefined || isAnimated &&
        (comesBeforeOthers([...outer, ...steps], filters) ||
          (isUnit && isAggregated(encoding) && filters.some(mayShowSeveral))));
    const stays = inPlace || staysHere;
    if (staysHere) {
      copy.transform = atItsPlace([...outer, ...steps], filters[0], timed[0].time as View, field);
    } else if (!stays && moving.length > 0 && (!isUnit || isPlainObject(time))) {
      copy.transform = steps.filter((step) => !moving.includes(step));
    }
    // A view that has no time but such a filter filters as with any param.
    isNeeded ||= staysHere || (moving.length > 0 && (inPlace || (isUnit && !isPlainObject(time))));
    for (const [key, inner] of childrenOf(view)) {
      copy[key] = Array.isArray(inner)
        ? inner.map((child) => visit(child, filters, stays))
        : visit(inner, filters, stays);
    }
    if (isPlainObject(view.data)) copy.data = withNumbers(view.data, timed[0].time as View);
    if (isUnit) firstUnit ??= copy;
    if (composite) {
      found.push({
        name: isRoot ? undefined : String(view.name),
        filters: filters.map((step) => (step as View).filter),
        rescale: (composite.time as View).rescale === true,
        fillsGaps: false,
        filtersInPlace: true,
      });
      // The whole keeps its own names of scales.
      if (isRoot && isGivenName(copy.name)) delete copy.name;
      return copy;
    }
    if (!isUnit || !isPlainObject(time)) return copy;
    if (!isRoot) copy.name ??= `animated_${found.length}`;
    const isMentioned = filters.length > 0 || mentions(view.encoding, param, false);
    found.push({
      name: isRoot ? undefined : String(copy.name),
      filters: isMentioned ? filters.map((step) => (step as View).filter) : [{ param }],
      rescale: time.rescale === true,
      fillsGaps: [encoding.x, encoding.y].some((def) => isPlainObject(def) && !!def.impute),
      filtersInPlace: stays,
    });
    if (stays) copy.encoding = encoding;
    // Geoshapes are the only marks that Vega-Lite gives no time; their rows are grouped by it all the same.
    const mark = isPlainObject(view.mark) ? view.mark.type : view.mark;
    if (mark === "geoshape" && !stays) {
      const { field, timeUnit, type = "ordinal" } = time;
      const detail = { field, ...(timeUnit === undefined ? {} : { timeUnit }), type };
      copy.encoding = { ...encoding, detail: [...listOf(encoding.detail), detail] };
    }
    return copy;
  }
}

/**
 * Data whose times are numbers, where they are read from text: Vega-Lite 6.5 leaves times as they
 * are, and would play 1, 10, 2.
 */
function withNumbers(data: View, { field, type, timeUnit }: View): View {
  const format = isPlainObject(data.format) ? data.format : {};
  const isText = /^[ct]sv$|^dsv$/.test(String(format.type)) || /\.[ct]sv$/.test(String(data.url));
  const isNumber = type === "quantitative" && timeUnit === undefined && /^\w+$/.test(String(field));
  if (!isText || !isNumber || format.parse === null) return data;
  return {
    ...data,
    format: { ...format, parse: { [String(field)]: "number", ...format.parse ?? {} } },
  };
}

/** The spec without the timers of it and of the views in it. */
function withoutTimers(view: View): View {
  const copy = { ...view };
  if (Array.isArray(view.params)) {
    copy.params = view.params.filter((other) => !(isPlainObject(other) && isTimer(other)));
  }
  for (const [key, inner] of childrenOf(view)) {
    copy[key] = Array.isArray(inner) ? inner.map(withoutTimers) : withoutTimers(inner);
  }
  return copy;
}

/** A filter as a Vega expression, compiled by Vega-Lite. */
async function compileFilter(filter: unknown, param: View): Promise<string> {
  const { data } = await compileVegaLite({
    data: { name: "d" },
    params: [param],
    transform: [{ filter }],
    mark: "point",
  });
  const steps = data!.flatMap(({ transform }) => transform ?? []);
  return String(steps.find(({ type }) => type === "filter")!.expr);
}

/** The encodings of a spec and of the views in it. */
function encodingsOf(view: View): View[] {
  return [view.encoding, ...viewsIn(view).flatMap(encodingsOf)].filter(isPlainObject);
}

/** The params of a spec and of the views in it. */
function paramsOf(view: View): View[] {
  return [...listOf(view.params).filter(isPlainObject), ...viewsIn(view).flatMap(paramsOf)];
}

function viewsIn(view: View): View[] {
  return childrenOf(view).flatMap(([, inner]) => [inner].flat());
}

/** The properties of a view that hold views, with these. */
function childrenOf(view: View): [key: string, inner: View | View[]][] {
  const keys = ["layer", "concat", "hconcat", "vconcat", "spec"];
  return keys.flatMap((key): [string, View | View[]][] => {
    const inner = view[key];
    if (Array.isArray(inner) && inner.every(isPlainObject)) return [[key, inner]];
    return isPlainObject(inner) ? [[key, inner]] : [];
  });
}

/** True for a filter that depends on the value on show. */
function isMoving(step: unknown, param: string): boolean {
  return isPlainObject(step) && "filter" in step && mentions(step.filter, param, true);
}

/** Where strings are expressions. Elsewhere they are names and values of the data. */
const CODE = ["expr", "filter", "test", "not", "and", "or"];

/** True if a part of a spec names the param, or the value that Vega-Lite keeps of it. */
function mentions(part: unknown, param: string, isCode: boolean): boolean {
  if (typeof part === "string") {
    return isCode &&
      [param, VALUE_SIGNAL].some((name) =>
        new RegExp(`(?<![\\w.$"'])${name}(?![\\w$"'])`).test(part)
      );
  }
  if (Array.isArray(part)) return part.some((item) => mentions(item, param, isCode));
  if (!isPlainObject(part)) return false;
  return Object.entries(part).some(([key, value]) =>
    key === "param" ? value === param : mentions(value, param, CODE.includes(key))
  );
}

function listOf(value: unknown): unknown[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}
