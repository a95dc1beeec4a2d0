/** The domains that the scales of a view take, collected over frames. */
import { type GroupSpec, itemsOf } from "./groups.ts";
import { type FittedProjection, furthest, type Outermost, outermostFeatures } from "./outermost.ts";
import type { View } from "./vega.ts";

/** Asks for the domain of one scale. */
export interface DomainRequest {
  /** Where the scale is: the index into `marks` at each depth, from the root. */
  group: number[];
  scale: string;
  /**
   * What is collected: the least and the greatest value, every value, every number and how often
   * it comes, every row, or, of a projection in place of a scale, the features that reach furthest.
   */
  kind: "extent" | "values" | "counts" | "rows" | "outermost";
  /** True for a scale without a domain: what it was asked for by marks is collected. */
  isImplicit?: boolean;
  /** A signal that holds what is collected, in place of a scale. */
  signal?: string;
  /** The signal that names the field of the domain: each that it names has a domain of its own. */
  fieldSignal?: string;
  /** True for a scale whose range is of the same rows: what each value is given is collected. */
  isPaired?: boolean;
  /** Rows whose field `by` says where the value of their field `field` stands. */
  order?: { data: string; field: string; by: string };
  /** The rows that are collected, each as the array of these fields: of a dataset at the root. */
  rows?: { data: string; fields: string[] };
}

/** What a scale's domain came to. */
export interface Domain {
  /** Least and greatest, every value in the order of first appearance, or what is outermost. */
  values: unknown[];
  /** Where each value stands, if the request has an order or asks for what is outermost. */
  places?: number[];
  /** How often each value comes. */
  counts?: number[];
  /** What each value is given, if that is the same in all frames. */
  range?: unknown[];
}

/** The domains of one scale by facet cell, or by field; outside of facets the cell is `""`. */
export type CellDomains = Record<string, Domain>;

/** Adds the domains that the scales have in a view that has run. One place for each request. */
export function collectDomains(
  view: View,
  spec: GroupSpec,
  requests: DomainRequest[],
  collected: CellDomains[],
): void {
  requests.forEach((request, i) => {
    const { group, scale, kind, isImplicit, isPaired, signal, fieldSignal, order, rows } = request;
    if (rows) {
      const values = view.data(rows.data).map((row) => rows.fields.map((field) => row[field]));
      addDomain(collected[i], "", { values }, kind);
      return;
    }
    for (const { item, cell } of itemsOf(spec, view, group)) {
      const { scales, signals } = item.context ?? {};
      const { value, _argval } = scales?.[scale] ?? {};
      if (kind === "outermost") {
        const projection = value as unknown as FittedProjection | undefined;
        const outermost = projection && outermostFeatures(projection, _argval?.fit);
        if (outermost) addDomain(collected[i], cell, outermost, kind);
        continue;
      }
      // A scale's parameters, before `zero`, `nice` and the like are applied.
      const ofScale = isImplicit ? value?.domain() : _argval?.domain;
      const values = signal === undefined ? ofScale : signals?.[signal]?.value;
      if (!Array.isArray(values)) continue;
      const rows = order && item.context?.data[order.data]?.values.value;
      const places = rows && placesOf(values, rows, order.field, order.by);
      const range = isPaired ? values.map((key) => value?.(key)) : undefined;
      const key = fieldSignal === undefined ? cell : String(signals?.[fieldSignal]?.value);
      addDomain(collected[i], key, { values, places, range }, kind);
    }
  });
}

/** Adds what a later frame, or a later range of frames, has shown. */
export function addDomain(
  cells: CellDomains,
  cell: string,
  { values, places, counts, range }: Domain,
  kind: DomainRequest["kind"],
): void {
  if (kind === "extent") {
    const numbers = values.filter((value) => Number.isFinite(value)) as number[];
    const known = (cells[cell]?.values ?? []) as number[];
    if (numbers.length + known.length === 0) return;
    cells[cell] = { values: [Math.min(...known, ...numbers), Math.max(...known, ...numbers)] };
    return;
  }
  if (kind === "outermost") {
    const known = cells[cell] as Outermost | undefined;
    cells[cell] = furthest(known, { values, places } as Outermost);
    return;
  }
  if (kind === "counts") {
    const { values: known = [], counts: before = [] } = cells[cell] ?? {};
    const sums = new Map(known.map((value, i) => [value as number, before[i]]));
    values.forEach((value, i) => {
      const number = value === null ? NaN : Number(value);
      if (Number.isFinite(number)) sums.set(number, (sums.get(number) ?? 0) + (counts?.[i] ?? 1));
    });
    if (sums.size > 0) cells[cell] = { values: [...sums.keys()], counts: [...sums.values()] };
    return;
  }
  const union = cells[cell] ??= {
    values: [],
    places: places && [],
    range: range && [],
  };
  const known = new Map(union.values.map((value, i) => [keyOf(value), i]));
  // What a value is given in one frame, it may not be in another.
  const isSame = range && values.every((value, i) => {
    const before = known.get(keyOf(value));
    return before === undefined || union.range?.[before] === range[i];
  });
  if (!isSame) union.range = undefined;
  values.forEach((value, i) => {
    if (known.has(keyOf(value))) return;
    known.set(keyOf(value), union.values.length);
    union.values.push(value);
    if (places) union.places?.push(places[i]);
    if (range) union.range?.push(range[i]);
  });
}

/** Dates are told apart by their time, as a scale does. */
function keyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((part) => `${typeof part} ${keyOf(part)}`).join("|");
  return value instanceof Date ? value.getTime() : value;
}

function placesOf(
  values: unknown[],
  rows: Record<string, unknown>[],
  field: string,
  by: string,
): number[] {
  const places = new Map<unknown, number>();
  for (const row of rows) {
    // What has no place comes first, as where Vega sorts.
    const number = Number(row[by] ?? NaN);
    const place = Number.isNaN(number) ? -Infinity : number;
    const key = keyOf(row[field]);
    places.set(key, Math.min(place, places.get(key) ?? Infinity));
  }
  return values.map((value) => places.get(keyOf(value)) ?? Infinity);
}
