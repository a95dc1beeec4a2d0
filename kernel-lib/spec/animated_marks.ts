/** Makes the marks of an animated Vega-Lite spec show the rows of the current value. */
import { isPlainObject } from "../render/plain_object.ts";
import { type AnimatedUnit, type Animation, VALUE_SIGNAL } from "./animation.ts";
import type { VegaData, VegaScale, VegaSpec } from "./compile.ts";
import { stepsBefore } from "./filters_in_place.ts";
import { selectionName } from "./names.ts";
import { isOwnStack, keepWithin, showsSeveral, signature } from "./within_value.ts";

/** What Vega-Lite appends to the data of marks that have a `time` encoding. */
const CURRENT = "_curr";
const CURRENT_ROWS = /^(.*)_curr$/;

/** The scale that {@linkcode animateMarks} makes of all time scales. */
export const TIME_SCALE = "time";

/** The names that Vega-Lite gives to time scales. */
const TIME_SCALES = /(^|_)time$/;

/** A spec, or a group in it. */
interface Scope {
  data?: VegaData[];
  scales?: VegaScale[];
  marks?: Mark[];
}

interface Mark extends Scope {
  name?: string;
  type?: string;
  from?: { data?: string; facet?: { name: string; data: string } };
}

/** Scales whose outcome jumps between few: they keep to all rows, as their legends do. */
const JUMPING = ["ordinal", "bin-ordinal", "quantile", "quantize", "threshold"];

/**
 * Gives each animated mark a dataset of its own, which holds the rows of the current value. Scales
 * stay with all rows, so that axes stand still, unless `rescale` asks for the others.
 *
 * @param compiled The compiled spec; it is not changed.
 * @param animation What was taken out of it.
 * @returns The spec, with a time scale that says when each value is shown, the names of the scales
 * that follow the rows on show, and the datasets of times that the time scale needs besides.
 */
export function animateMarks(
  compiled: VegaSpec,
  animation: Animation,
): { spec: VegaSpec; rescaled: string[]; times: TimeRows[] } {
  const spec = structuredClone(compiled);
  const { param, field, units } = animation;
  const bases = new Set<string>();
  const kept = new Set<VegaData>();
  const unmoved = new Set<VegaData>();
  const made = new Map<string, AnimatedUnit>();
  const scopes: Place[][] = [];
  const following: { unit: AnimatedUnit; chain: Dataset[] }[] = [];
  const rescaled = new Set<string>();
  visit([{ scope: spec }]);
  // Vega-Lite makes what facets show once more for the scales that they share.
  for (const data of scopes.flatMap((places) => places.at(-1)!.scope.data ?? [])) {
    const unit = data.transform?.map((step) => made.get(signature(step))).find((found) => found);
    if (unit && !kept.has(data) && !unmoved.has(data)) keepWithin(data, field, unit);
  }
  for (const { unit, chain } of following) {
    for (const places of scopes) {
      for (const scale of places.at(-1)!.scope.scales ?? []) {
        const follow = (data: Dataset) => {
          if (!isShown(data, chain)) return undefined;
          return unit.filtersInPlace ? data.name : currentOf(data, unit);
        };
        if (rescale(scale, places, follow)) rescaled.add(scale.name);
      }
    }
  }
  addParam(spec, param, field);
  const times = timesInPlace();
  const sources = [...(sortedSources(spec) ?? bases), ...times.map(({ name }) => name)];
  const scale = timeScale(animation, sources);
  dropTimeScales(spec);
  spec.scales = [...(spec.scales ?? []), scale];
  return { spec, rescaled: [...rescaled], times };

  function visit(places: Place[]): void {
    scopes.push(places);
    const { marks = [] } = places.at(-1)!.scope;
    for (const mark of marks) {
      const { from } = mark;
      const source = from?.facet ?? from;
      const unit = unitOf(mark, units);
      const [, base] = CURRENT_ROWS.exec(from?.data ?? "") ?? [];
      // Paths in several colours are given their rows by a group; geoshapes have no time of their own.
      const isPath = from?.facet !== undefined && !/(^|_)cell$/.test(mark.name ?? "");
      const isShape = from?.data !== undefined && mark.type === "shape";
      if (base !== undefined && marks.some(({ name }) => name === base)) {
        // Marks made of other marks, to tell the nearest.
        source!.data = base;
      } else if (unit && !unit.filtersInPlace && (base !== undefined || isPath || isShape)) {
        const chain = chainOf(base ?? source!.data!, places);
        for (const { data } of chain) {
          if (!data || kept.has(data)) continue;
          kept.add(data);
          for (const step of data.transform ?? []) made.set(signature(step), unit);
          keepWithin(data, field, unit);
        }
        // The values come from rows that the whole spec knows, not from one facet's.
        bases.add(chain.find(({ scope }) => scope === spec)!.name);
        if (unit.rescale) following.push({ unit, chain });
        source!.data = currentOf(chain[0], unit);
      } else {
        const chain = chainOf(source?.data ?? "", places);
        if (unit?.filtersInPlace && unit.rescale) following.push({ unit, chain });
        for (const { data } of chain) if (data) unmoved.add(data);
        visit([...places, { scope: mark, facet: from?.facet }]);
      }
    }
  }

  /** The rows that come to filters which stay in their place, unless others tell the times of theirs. */
  function timesInPlace(): TimeRows[] {
    const filters = units.flatMap((unit) => unit.filtersInPlace ? unit.filters : []);
    const rootOf = (name: string) => chainOf(name, [{ scope: spec }]).at(-1)?.name;
    const known = new Set([...bases].map(rootOf));
    return scopes.flatMap((places, i) =>
      (places.at(-1)!.scope.data ?? []).flatMap((data, k): TimeRows[] => {
        const before = stepsBefore(data, filters);
        if (!before) return [];
        const chain = chainOf(data.name, places);
        const outer = chain.findIndex(({ scope }, at) => scope === spec && at > 0);
        const root = chain.at(-1)!.name;
        if (known.has(root)) return [];
        known.add(root);
        const name = `${TIME_SCALE}_${i}_${k}`;
        if (outer === -1) return [{ name, root, transform: before }];
        // Datasets of a facet are made of its rows, which the spec has together.
        const inner = chain.slice(1, outer).reverse().flatMap(({ data }) => data?.transform ?? []);
        return [{ name, source: chain[outer].name, transform: [...inner, ...before] }];
      })
    );
  }

  /** The dataset of the rows that a unit shows of another. */
  function currentOf({ name: base, scope, data, chain }: Dataset, unit: AnimatedUnit): string {
    const filters = unit.filters.map((expr) => ({ type: "filter", expr }));
    // Rows of several values are stacked upon each other, when it is known which they are.
    const sources = [...chain.map(({ data }) => data), data];
    const stacks = sources.flatMap((source) => source?.transform ?? []).filter(isOwnStack);
    const transform = showsSeveral(unit) ? [...filters, ...stacks] : filters;
    const same = units.findIndex(({ filters }) => filters.join() === unit.filters.join());
    const name = `${base}${CURRENT}${same === 0 ? "" : `_${same}`}`;
    if (!scope.data?.some((data) => data.name === name)) {
      scope.data = [...(scope.data ?? []), { name, source: base, transform }];
    }
    return name;
  }

  /** True for a dataset whose rows a mark shows, or may show in other facets, or orders by. */
  function isShown(dataset: Dataset, chain: Dataset[]): boolean {
    const last = chain.findIndex(({ data }) => data && makes(data, field));
    const own = chain.slice(0, last === -1 ? undefined : last + 1);
    const isIn = (other: Dataset) =>
      own.some(({ scope, name }) => scope === other.scope && name === other.name);
    const isFaceted = own.some(({ data }) => data === undefined);
    return isIn(dataset) || (isFaceted && dataset.chain.some(isIn));
  }
}

/** A dataset that nothing but the time scale needs: made of another, or of a copy of its root. */
export interface TimeRows extends VegaData {
  /** The dataset that it has its own rows from. */
  root?: string;
}

/** A group around a mark, or the spec, and the rows that it is given for each of its copies. */
interface Place {
  scope: Scope;
  facet?: { name: string; data: string };
}

/** A dataset, where it stands. */
interface Dataset {
  name: string;
  scope: Scope;
  /** Undefined for the rows of one facet. */
  data?: VegaData;
  /** What it is made from. */
  chain: Dataset[];
}

/** A dataset and those that it is made from; inner ones hide outer ones of the same name. */
function chainOf(name: string, places: Place[]): Dataset[] {
  for (const [i, { scope, facet }] of [...places.entries()].reverse()) {
    const data = scope.data?.find((other) => other.name === name);
    const [source] = data ? [data.source].flat() : [facet?.data];
    if (!data && facet?.name !== name) continue;
    const rest = source === undefined ? [] : chainOf(source, places.slice(0, data ? i + 1 : i));
    return [{ name, scope, data, chain: rest }, ...rest];
  }
  return [];
}

/** True if a dataset has the field from a transform of its own. */
function makes({ transform = [] }: VegaData, field: string): boolean {
  return transform.some((step) => [step.as].flat().includes(field));
}

/** Lets a continuous or position scale follow the rows on show; false for any other. */
function rescale(
  { name, type = "", domain }: VegaScale,
  places: Place[],
  follow: (dataset: Dataset) => string | undefined,
): boolean {
  if (JUMPING.includes(type) || TIME_SCALES.test(name) || !isPlainObject(domain)) return false;
  let follows = false;
  for (const part of [domain, ...(Array.isArray(domain.fields) ? domain.fields : [])]) {
    if (!isPlainObject(part) || typeof part.data !== "string") continue;
    const [dataset] = chainOf(part.data, places);
    const current = dataset && follow(dataset);
    if (current === undefined) continue;
    part.data = current;
    follows = true;
  }
  return follows;
}

/** Drops Vega-Lite's own: nothing reads them, and one may have a range that Vega does not take. */
function dropTimeScales(scope: Scope): void {
  scope.scales = scope.scales?.filter(({ name }) => !TIME_SCALES.test(name));
  scope.marks?.forEach(dropTimeScales);
}

/** Adds what Vega-Lite makes of a selection where it made none, and the value as a signal. */
function addParam(spec: VegaSpec, name: string, field: string): void {
  const param = selectionName(name);
  const store = `${param}_store`;
  const fields = [{ type: "E", field }];
  const all = signalsOf(spec);
  for (const signal of all) if (signal.name === `${param}_tuple_fields`) signal.value = fields;
  const added = [
    {
      name: VALUE_SIGNAL,
      update: `length(data("${store}")) ? data("${store}")[0].values[0] : null`,
    },
    { name: param, update: `vlSelectionResolve("${store}", "union", true, true)` },
    { name: `${param}_tuple_fields`, value: fields },
    { name: `${param}_tuple`, value: null },
  ];
  const known = new Set(all.map(({ name }) => name));
  spec.signals = [...(spec.signals ?? []), ...added.filter(({ name }) => !known.has(name))];
  if (!spec.data?.some(({ name }) => name === store)) {
    spec.data = [{ name: store }, ...(spec.data ?? [])];
  }
}

interface SignalScope {
  signals?: { name: string; value?: unknown }[];
  marks?: SignalScope[];
}

function signalsOf({ signals = [], marks = [] }: SignalScope): { name: string; value?: unknown }[] {
  return [...signals, ...marks.flatMap(signalsOf)];
}

/**
 * Where Vega-Lite has the values of time scales from that are sorted by another field, which the
 * animated rows need not have; undefined where they are not.
 */
function sortedSources(spec: VegaSpec): string[] | undefined {
  const domains = (spec.scales ?? []).filter(({ name }) => TIME_SCALES.test(name))
    .map(({ domain }) => domain);
  const sources = domains.flatMap((domain) =>
    isPlainObject(domain) && typeof domain.data === "string" && isPlainObject(domain.sort)
      ? domain.data.replace(/_curr$/, "")
      : []
  );
  return sources.length > 0 ? [...new Set(sources)] : undefined;
}

/** What Vega can sort the values of several datasets by. */
const UNION_SORTS = ["count", "min", "max"];

/** The time scale with all animated rows in its domain, unless it has one of its own. */
function timeScale({ scale, field }: Animation, sources: string[]): VegaScale {
  const { domain } = scale;
  if (!isPlainObject(domain) || "signal" in domain) return { ...scale, name: TIME_SCALE };
  const { data: _data, field: _field, sort, fields, ...rest } = domain;
  const own = Array.isArray(fields) ? fields.filter((values) => Array.isArray(values)) : [];
  const refs = [...own, ...sources.map((data) => ({ data, field }))];
  const isOne = refs.length === 1;
  const isKnown = isOne || !isPlainObject(sort) || UNION_SORTS.includes(String(sort.op));
  const of = isOne ? refs[0] : { fields: refs };
  return {
    ...scale,
    name: TIME_SCALE,
    domain: { ...rest, ...of, ...(sort ? { sort: isKnown ? sort : true } : {}) },
  };
}

/** The view that a mark belongs to. */
function unitOf(mark: Mark, units: AnimatedUnit[]): AnimatedUnit | undefined {
  const name = nameOf(mark);
  // Of names that end in one another, the longest.
  return units.filter((unit) => isNamed(name, unit.name))
    .sort((a, b) => (b.name ?? "").length - (a.name ?? "").length)[0];
}

/** The name of a mark, or of the first mark in a group that has none. */
function nameOf({ name, marks }: Mark): string {
  return name ?? marks?.map(nameOf).find((inner) => inner !== "") ?? "";
}

/** True for the name of a mark that Vega-Lite made for a view. */
function isNamed(mark: string, view: string | undefined): boolean {
  if (view === undefined) return true;
  const name = view.replaceAll(/\W/g, "_");
  return new RegExp(`(^|_)${name}_(.*_)?(marks|pathgroup)$`).test(mark);
}
