/** One set of scale domains for the whole video. */
import { ascending } from "vega-util";
import { nearestFirst } from "../render/describe.ts";
import type { CellDomains, Domain, DomainRequest } from "../render/domains.ts";
import { facetFields, type GroupSpec } from "../render/groups.ts";
import { isPlainObject } from "../render/plain_object.ts";
import type { VegaData, VegaSpec } from "./compile.ts";
import { type GroupPath, groupsOf, mapGroups, type PlacedGroup } from "./groups.ts";
import { projectionsOf } from "./projections.ts";
import { isRanked, LISTED_ORDER } from "./ranked.ts";

/** Whether a scale has one domain for all frames, or in each frame that of its data. */
export type DomainRule = "shared" | "frame";

/** A rule for all scales, or for each by name; one that is not named has the default. */
export type DomainOption = DomainRule | Record<string, DomainRule>;

/** A scale whose domain is shared by all frames. */
export interface SharedScale extends DomainRequest {
  /** How the values are put in order; without it, by first appearance. */
  sort?: "ascending" | "descending";
  /** A dataset that is made to be read. */
  added?: AddedData;
}

/**
 * A dataset that a spec is given, and the group that gets it. It has a name of its own: where a
 * group within has data of the same name, a view cannot tell one from the other.
 */
export interface AddedData {
  at: GroupPath;
  data: VegaData;
}

interface Scale extends Record<string, unknown> {
  name: string;
  type?: string;
  domain?: DataDomain;
}

/** A domain as Vega takes it of data. */
export interface DataDomain {
  data?: string;
  field?: unknown;
  fields?: unknown[];
  sort?: boolean | { op?: string; field?: string; order?: "ascending" | "descending" };
}

const DISCRETE = ["ordinal", "band", "point", "bin-ordinal"];
const POSITIONS = ["band", "point"];

/**
 * The most values that a domain of quantiles has, but for one: a number that up to ten classes, and
 * many more, divide, so that their limits are the same as with all values.
 */
const QUANTILES = 2520;

/**
 * Lists the scales whose domains are to be shared. Discrete positions that are sorted by a value,
 * or filtered by rank, change with their data, as in a bar-chart race, unless the option names them.
 * Domains by signals, selections among them, are left alone.
 *
 * @param spec The compiled spec.
 * @param option The option `domains`.
 * @param rescaled Scales that are to follow each frame unless the option names them.
 * @throws {TypeError} If the option names a scale that does not exist.
 */
export function planDomains(
  spec: VegaSpec,
  option: DomainOption = "shared",
  rescaled: string[] = [],
): SharedScale[] {
  const groups = [...groupsOf(spec as GroupSpec)];
  if (typeof option === "object") checkNames(Object.keys(option), groups);
  return groups.flatMap((placed) =>
    scalesOf(placed.group).flatMap((scale) => {
      const rule = typeof option === "object" ? option[scale.name] : option;
      // A name that is given has the last word.
      const isNamed = typeof option === "object" && rule !== undefined;
      if (rule === "frame" || !isShareable(scale, placed)) return [];
      const moves = rescaled.includes(scale.name) || isMoving(scale, placed);
      return isNamed || !moves ? [requestOf(scale, placed)] : [];
    })
  );
}

/** The spec with the datasets that are read to know what is shared. */
export function withAddedData(spec: VegaSpec, shared: SharedScale[]): VegaSpec {
  return mapGroups(spec as GroupSpec, (group, path) => {
    const added = shared.filter(({ added }) => added && isSame(added.at, path));
    if (added.length === 0) return group;
    return {
      ...group,
      data: [...group.data as VegaData[] ?? [], ...added.map((s) => s.added!.data)],
    };
  }) as VegaSpec;
}

function checkNames(names: string[], groups: PlacedGroup[]): void {
  const known = [
    ...new Set(
      groups.flatMap(({ group }) =>
        [...scalesOf(group), ...projectionsOf(group)].map(({ name }) => name)
      ),
    ),
  ];
  for (const name of names) {
    if (known.includes(name)) continue;
    const nearest = nearestFirst(name, known);
    throw new TypeError(
      `Cannot animate as 'domains' must name scales of the spec: there is no scale '${name}'` +
        (known.length === 0
          ? ""
          : `, the nearest is '${nearest[0]}', known are [${nearest.slice(0, 12).join(", ")}${
            known.length > 12 ? ", ..." : ""
          }]`),
    );
  }
}

function scalesOf(group: GroupSpec): Scale[] {
  return Array.isArray(group.scales) ? group.scales : [];
}

/** True for a domain that is taken of data alone, in a place that can be told from all others. */
function isShareable(scale: Scale, { line }: PlacedGroup): boolean {
  const { type = "linear", domain } = scale;
  const isPlaced = line.every((group) => facetFields(group) !== undefined);
  if (isImplicit(scale)) return isPlaced;
  if (type === "identity" || typeof domain !== "object" || domain === null) return false;
  const isOfData = typeof domain.data === "string" || Array.isArray(domain.fields);
  const { fields = [], field, ...rest } = domain;
  const others = fields.filter((field) => !isConstant(field));
  const isAlone = line.every(({ from }) => from === undefined);
  const own = isAlone && fieldSignalOf(scale) !== undefined ? [] : [field];
  const readsSignal = JSON.stringify([others, own, rest]).includes('"signal":');
  return isOfData && !readsSignal && isPlaced &&
    (isAlone && own.length > 0 || !isPaired(scale));
}

/** The signal that names the field of a domain. */
function fieldSignalOf({ domain }: Scale): string | undefined {
  const { signal } = (domain?.field ?? {}) as { signal?: unknown };
  return typeof signal === "string" && /^[A-Za-z_]\w*$/.test(signal) ? signal : undefined;
}

/** True for values that stand for others of the same rows, one by one. */
function isPaired({ type = "linear", range }: Scale): boolean {
  return DISCRETE.includes(type) && isPlainObject(range) && "data" in range;
}

/** True for a scale that takes to its domain whatever marks ask it for. */
function isImplicit({ type, domain, domainRaw }: Scale): boolean {
  return type === "ordinal" && domain === undefined && domainRaw === undefined;
}

/** True for what Vega-Lite makes of a date that a spec gives as a datum: it is always the same. */
function isConstant(field: unknown): boolean {
  const { signal } = (field ?? {}) as { signal?: unknown };
  return typeof signal === "string" && /^\[?\{data: (datetime|utc)\([-\d., ]*\)\}\]?$/.test(signal);
}

/** True for positions that come and go by what they stand for, and for the angles of a pie. */
function isMoving(scale: Scale, { line }: PlacedGroup): boolean {
  const { type = "linear", domain } = scale;
  if (isWholeCircle(scale)) return true;
  if (!POSITIONS.includes(type)) return false;
  if (isSortedByValue(domain!)) return true;
  const sources = [domain!.data, ...(domain!.fields ?? []).map((f) => (f as DataDomain)?.data)];
  return sources.some((name) => typeof name === "string" && isRanked(name, line));
}

/** True for angles that are stacked to a circle: it stands for the whole of each frame. */
function isWholeCircle({ range, domain }: Scale): boolean {
  if (!Array.isArray(range) || range[0] !== 0 || range[1] !== 2 * Math.PI) return false;
  const fields = domain?.fields ?? [];
  const nameOf = (field: unknown) => String((field as DataDomain)?.field ?? field);
  // Vega-Lite calls them after the field that it stacks.
  return fields.length > 0 && fields.every((field) => /_(start|end)$/.test(nameOf(field)));
}

/** True for a discrete domain in an order that rows may change. */
export function isSortedByValue({ field, sort }: DataDomain): boolean {
  if (typeof sort !== "object" || sort === null) return false;
  if (sort.field === undefined) return sort.op === "count";
  return sort.field !== "key" && !isPlace(sort.field, field) && sort.field !== field;
}

/** True for a field that says where values of another stand, in every frame alike. */
function isPlace(by: string, field: unknown): boolean {
  // Vega-Lite calls a bin's text after its beginning.
  return LISTED_ORDER.test(by) || field === `${by}_range`;
}

function requestOf(scale: Scale, { path }: PlacedGroup): SharedScale {
  const { name, type = "linear", domain } = scale;
  const request = {
    group: path,
    scale: name,
    fieldSignal: fieldSignalOf(scale),
    isPaired: isPaired(scale),
  };
  if (isImplicit(scale)) return { ...request, kind: "values", isImplicit: true };
  if (type === "quantile") return { ...request, kind: "counts" };
  if (!DISCRETE.includes(type)) return { ...request, kind: "extent" };
  const { sort, data, field } = domain!;
  const by = typeof sort === "object" ? sort?.field : undefined;
  if (by !== undefined && data !== undefined && isPlace(by, field)) {
    const name = `vega_reel_order_${[...path, scale.name].join("_")}`;
    const places = { type: "aggregate", groupby: [field], fields: [by], ops: ["min"], as: [by] };
    return {
      ...request,
      kind: "values",
      order: { data: name, field: String(field), by },
      added: { at: path, data: { name, source: data, transform: [places] } },
    };
  }
  if (!sort || isSortedByValue(domain!)) return { ...request, kind: "values" };
  const order = typeof sort === "object" ? sort.order : undefined;
  return { ...request, kind: "values", sort: order ?? "ascending" };
}

/**
 * Writes the domains that were found over all frames into the spec. What the scale makes of
 * its domain (`zero`, `nice`, `domainMin`, a raw domain and so on) it still makes of it.
 *
 * @param spec The compiled spec; it is not changed.
 * @param shared The scales.
 * @param found The domains of each of them.
 */
export function writeDomains(
  spec: VegaSpec,
  shared: SharedScale[],
  found: CellDomains[],
): VegaSpec {
  const signals: { name: string; value: unknown }[] = [];
  const cells = new Set<string>();
  const written = mapGroups(spec as GroupSpec, (group, path) => {
    const scales = scalesOf(group).map((scale) => {
      const index = shared.findIndex((s) => s.scale === scale.name && isSame(s.group, path));
      const domains = index === -1 ? {} : sortAll(shared[index], found[index]);
      if (Object.keys(domains).length === 0 || hasObjects(domains)) return scale;
      const { fieldSignal } = shared[index];
      const cell = cellSignal(spec as GroupSpec, path);
      const by = fieldSignal ?? cell;
      const range = shared[index].isPaired && rangeOf(domains[""], found[index][""]);
      if (range === undefined) return scale;
      const given = range ? { ...scale, range } : scale;
      if (by === undefined && isLiteral(domains[""])) return { ...given, domain: domains[""] };
      const name = `vega_reel_domain_${signals.length}`;
      signals.push({ name, value: by === undefined ? domains[""] : domains });
      if (cell !== undefined) cells.add(cell);
      return { ...given, domain: { signal: by === undefined ? name : `${name}[${by}]` } };
    });
    return scales.length === 0 ? group : { ...group, scales };
  });
  const named = cells.size === 0
    ? written
    : mapGroups(written, (group, path) => nameCell(spec as GroupSpec, group, path));
  const added = [...((named.signals ?? []) as VegaSpec["signals"] & object), ...signals];
  return { ...named, ...(signals.length > 0 ? { signals: added } : {}) } as VegaSpec;
}

/** What each value of a domain is given; undefined if that depends on the frame. */
function rangeOf(domain: unknown[], { values, range }: Domain): unknown[] | undefined {
  const given = range && new Map(values.map((value, i) => [value, range[i]]));
  return given && domain.map((value) => given.get(value));
}

function sortAll(scale: SharedScale, cells: CellDomains): Record<string, unknown[]> {
  const sorted = Object.entries(cells).map(([cell, domain]) => [cell, sortValues(scale, domain)]);
  return Object.fromEntries(sorted);
}

function sortValues({ sort }: SharedScale, { values, places, counts }: Domain): unknown[] {
  if (counts) return quantilesOf(values as number[], counts);
  if (places) {
    return values.map((value, i) => ({ value, place: places[i] }))
      .sort((a, b) => a.place - b.place)
      .map(({ value }) => value);
  }
  if (sort === undefined) return values;
  const sign = sort === "descending" ? -1 : 1;
  // In a list by itself, JavaScript puts undefined last without asking.
  return values.map((value) => ({ value: value as number }))
    .sort((a, b) => sign * ascending(a.value, b.value))
    .map(({ value }) => value);
}

/** True where a value is known only by being the very object that a row holds: no frame has another's. */
function hasObjects(domains: Record<string, unknown[]>): boolean {
  return Object.values(domains).flat().some((value) =>
    typeof value === "object" && value !== null && !(value instanceof Date)
  );
}

/** All numbers as often as they come; if these are very many, their quantiles. */
function quantilesOf(numbers: number[], counts: number[]): number[] {
  const sorted = Array.from(numbers.keys()).sort((a, b) => numbers[a] - numbers[b]);
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total <= QUANTILES) return sorted.flatMap((i) => Array(counts[i]).fill(numbers[i]));
  // Where each number is the last of its kind.
  const ends: number[] = [];
  for (const i of sorted) ends.push((ends.at(-1) ?? -1) + counts[i]);
  let at = 0;
  const numberAt = (place: number) => {
    while (ends[at] < place) at++;
    return numbers[sorted[at]];
  };
  return Array.from({ length: QUANTILES + 1 }, (_, i) => {
    const place = i * (total - 1) / QUANTILES;
    const [below, above] = [numberAt(Math.floor(place)), numberAt(Math.ceil(place))];
    return below + (above - below) * (place - Math.floor(place));
  });
}

/** Vega takes numbers, strings and the like as they stand, but a date must come by a signal. */
function isLiteral(values: unknown[]): boolean {
  return values.every((value) => typeof value !== "object" || value === null);
}

/** The signal that holds the key of a group's facet cell; undefined outside of facets. */
function cellSignal(spec: GroupSpec, path: number[]): string | undefined {
  for (let depth = path.length; depth > 0; depth--) {
    const at = path.slice(0, depth);
    if ((facetFields(groupAt(spec, at)) ?? []).length > 0) return `vega_reel_cell_${at.join("_")}`;
  }
}

/** Gives the group of a facet the signal with its cell's key, as `render/groups.ts` makes it. */
function nameCell(spec: GroupSpec, group: GroupSpec, path: number[]): GroupSpec {
  const fields = facetFields(group) ?? [];
  if (fields.length === 0) return group;
  const outer = cellSignal(spec, path.slice(0, -1)) ?? "''";
  const own = fields.map((field) => ` + '|' + parent[${JSON.stringify(field)}]`).join("");
  const signal = { name: cellSignal(spec, path)!, update: outer + own };
  return { ...group, signals: [signal, ...(group.signals as unknown[] ?? [])] };
}

function groupAt(spec: GroupSpec, path: number[]): GroupSpec {
  return path.reduce((group, index) => group.marks![index], spec);
}

function isSame(a: number[], b: number[]): boolean {
  return a.length === b.length && a.every((index, i) => index === b[i]);
}
