/** The cells of facets keep their places, also in frames that have no rows for them. */
import type { CellDomains, DomainRequest } from "../render/domains.ts";
import { facetFields, type GroupSpec, isPlainField } from "../render/groups.ts";
import type { VegaData, VegaSpec } from "./compile.ts";
import type { AddedData, DomainOption, SharedScale } from "./domains.ts";
import { groupsOf, mapGroups } from "./groups.ts";
import { HEADER } from "./guides.ts";
import { isRanked, LISTED_ORDER } from "./ranked.ts";

/** Asks for what makes the cells of a facet: its data's different rows, with only these fields. */
export interface CellRequest extends SharedScale {
  kind: "rows";
  rows: { data: string; fields: string[] };
  added: AddedData;
}

/** Marks a row that is there for its cell alone. */
const PLACE = "vega_reel_place";

/** What fails in a cell without rows: an expression that reads one of them, and a transform. */
const NEEDS_ROWS = /\bdata\([^()]*\)\s*\[|"dotbin"/;

interface Aggregate {
  groupby?: unknown;
  fields?: unknown[];
  ops?: unknown[];
}

/**
 * Lists the facets whose cells are to be the same in all frames: those that a layout places, in an
 * order and with sizes that do not depend on values of the frame.
 *
 * @param spec The compiled spec.
 * @param option The option `domains`.
 */
export function planCells(spec: VegaSpec, option: DomainOption = "shared"): CellRequest[] {
  // Then nothing of a frame depends on others.
  if (option === "frame") return [];
  const follows = Object.values(option).includes("frame");
  return [...groupsOf(spec as GroupSpec)].flatMap(({ group, path, line }, index) => {
    const source = spec.data?.find(({ name }) => name === group.from?.facet?.data)?.name;
    const keys = facetFields(group) ?? [];
    const isOuter = line.slice(0, -1).every(({ from }) => from === undefined);
    if (source === undefined || keys.length === 0 || !isOuter || group.from?.data) return [];
    const counted = countedFields(group.from!.facet as Aggregate);
    if (line.at(-2)!.layout === undefined || counted === undefined) return [];
    const order = orderOf(group);
    const known = [...keys, ...counted];
    if (!order?.every((field) => known.includes(field) || LISTED_ORDER.test(field))) return [];
    if (NEEDS_ROWS.test(JSON.stringify({ ...group, sort: undefined }))) return [];
    if (tellsCount(group) || isRanked(source, line)) return [];
    const fields = [...new Set([...known, ...order])];
    // A cell's size follows its scale's domain, by the number of different values.
    if (follows && counted.some((field) => !LISTED_ORDER.test(field))) return [];
    const name = `vega_reel_keys_${index}`;
    const data = { name, source, transform: [{ type: "aggregate", groupby: fields }] };
    const rows = { data: name, fields };
    return [{ group: path, scale: "", kind: "rows" as const, rows, added: { at: [], data } }];
  });
}

/** The fields of which an aggregate tells something that all frames can share. */
function countedFields(facet: Aggregate & { aggregate?: Aggregate }): string[] | undefined {
  const { fields = [], ops = [] } = facet.aggregate ?? {};
  return areShared({ fields, ops }) ? fields as string[] : undefined;
}

/** True for numbers of different values, and for places in a list that the spec has. */
function areShared({ fields = [], ops = [] }: Aggregate): boolean {
  return fields.length === ops.length && fields.every((field, i) =>
    isPlainField(field) &&
    (ops[i] === "distinct" || ops[i] === "max" && /^distinct_/.test(field) ||
      LISTED_ORDER.test(field))
  );
}

/** How cells are sorted: by a field of theirs, or by one that is looked up for rows and columns. */
const SORTED_BY = [/^datum(?:\.(\w+)|\["([^"\\]+)"\])$/, /\["([^"\\]+)"\] : null$/];

/** The fields that cells are sorted by; undefined where that cannot be told. */
function orderOf({ sort }: GroupSpec): string[] | undefined {
  const { field = [] } = (sort ?? {}) as { field?: unknown };
  const fields = [field].flat().map((by) => {
    const text = String((by as { expr?: unknown }).expr ?? by);
    const [, ...found] = SORTED_BY.map((form) => form.exec(text)).find(Boolean) ?? [];
    return found.find(Boolean);
  });
  return fields.includes(undefined) ? undefined : fields as string[];
}

/** True if something tells of how many rows a cell has. */
function tellsCount(group: GroupSpec): boolean {
  const own = JSON.stringify({ ...group, marks: undefined });
  return /\b(parent|datum)(\.|\[\\?["'])count\b/.test(own) || own.includes('"field":"count"') ||
    /\bparent(\.|\[\\?["'])count\b/.test(JSON.stringify(group));
}

/**
 * Gives facets a row for each of their cells, which nothing but the layout gets to see.
 *
 * @param spec The compiled spec; it is not changed.
 * @param requests What was asked for; others than for cells are passed over.
 * @param found What came of each of them.
 */
export function writeCells(
  spec: VegaSpec,
  requests: DomainRequest[],
  found: CellDomains[],
): VegaSpec {
  return requests.reduce((spec, request, i) => {
    const rows = found[i][""]?.values as unknown[][] | undefined;
    return request.kind === "rows" && rows !== undefined
      ? withCells(spec, request as CellRequest, rows, i)
      : spec;
  }, spec);
}

function withCells(
  spec: VegaSpec,
  { group: path, rows: { fields }, added: { data: { source } } }: CellRequest,
  rows: unknown[][],
  index: number,
): VegaSpec {
  const places = `vega_reel_places_${index}`;
  const all = `vega_reel_cells_${index}`;
  const facetted = `vega_reel_facet_${index}`;
  const values = rows.map((row) => ({
    ...Object.fromEntries(fields.map((field, i) => [field, row[i]])),
    [PLACE]: true,
  }));
  const drawn = drawnData(spec);
  const written = (spec.data ?? []).flatMap((dataset) => {
    if (dataset.name === source) {
      return [dataset, { name: places, values }, { name: all, source: [places, String(source)] }];
    }
    const isOfCells = dataset.source === source && !drawn.has(dataset.name) &&
      isAggregate(dataset.transform, fields);
    return [isOfCells ? { ...dataset, source: all } : dataset];
  });
  const changed = mapGroups(spec as GroupSpec, (group, at) => {
    if (String(at) !== String(path)) return group;
    const facet = group.from!.facet!;
    const own = {
      name: facet.name,
      source: facetted,
      transform: [{ type: "filter", expr: `!datum.${PLACE}` }],
    };
    return {
      ...group,
      from: { ...group.from, facet: { ...facet, name: facetted, data: all } },
      data: [own, ...(group.data as unknown[] ?? [])],
    };
  });
  return { ...changed, data: written } as VegaSpec;
}

/** True for what counts cells. */
function isAggregate(transform: VegaData["transform"], fields: string[]): boolean {
  const [{ type, groupby, ...aggregate } = { type: undefined }, ...more] = transform ?? [];
  if (type !== "aggregate" || more.length > 0 || !Array.isArray(groupby)) return false;
  const { fields: counted = [] } = aggregate as Aggregate;
  return groupby.length > 0 && [...groupby, ...counted].every((field) => fields.includes(field)) &&
    areShared(aggregate as Aggregate);
}

/** The datasets that marks other than the headers of cells are drawn from, or scales made of. */
function drawnData(spec: VegaSpec): Set<string> {
  const drawn = new Set<string>();
  for (const { group } of groupsOf(spec as GroupSpec)) {
    for (const { role, from } of group.marks ?? []) {
      if (HEADER.test(String(role))) continue;
      for (const name of [from?.data, from?.facet?.data]) if (name) drawn.add(name);
    }
    const scales = JSON.stringify(group.scales ?? []);
    for (const [, name] of scales.matchAll(/"data":"((?:[^"\\]|\\.)*)"/g)) drawn.add(name);
  }
  for (const name of drawn) {
    const { source } = spec.data?.find((dataset) => dataset.name === name) ?? {};
    for (const other of [source ?? []].flat()) drawn.add(other);
  }
  return drawn;
}
