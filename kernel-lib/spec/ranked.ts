/** Finds data of which only the first few by rank are kept. */
import type { GroupSpec } from "../render/groups.ts";
import type { VegaData } from "./compile.ts";

/** Vega-Lite writes an order that the spec lists as a field with the value's place in the list. */
export const LISTED_ORDER = /_sort_index$/;

/** What a window transform computes that depends on all rows' order. */
const RANKS = ["row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "ntile"];

/**
 * True if a filter upstream of a dataset reads a rank.
 *
 * @param name The dataset's name.
 * @param line The groups that may define it, from the root inwards.
 */
export function isRanked(name: string, line: GroupSpec[]): boolean {
  const transforms = upstream(name, line);
  const ranks = transforms.filter(({ type }) => type === "window").flatMap(ranksOf);
  return transforms.some(({ type, expr }) =>
    type === "filter" && ranks.some((rank) => String(expr).includes(rank))
  );
}

function ranksOf({ ops, as }: Record<string, unknown>): string[] {
  const names = [as ?? []].flat();
  return [ops ?? []].flat().flatMap((op, i) =>
    RANKS.includes(String(op)) ? [String(names[i] ?? op)] : []
  );
}

/** The transforms of a dataset and of all that it derives from. */
function upstream(
  name: string,
  line: GroupSpec[],
  seen = new Set<string>(),
): Record<string, unknown>[] {
  if (seen.has(name)) return [];
  seen.add(name);
  const own = line.flatMap((group) => (group.data ?? []) as VegaData[])
    .filter((data) => data.name === name);
  const facets = line.flatMap(({ from }) => from?.facet ?? []) as {
    name?: string;
    data?: string;
  }[];
  const sources = [
    ...own.flatMap(({ source }) => source ?? []),
    ...facets.filter((facet) => facet.name === name).flatMap(({ data }) => data ?? []),
  ];
  const outer = sources.flatMap((source) => upstream(source, line, seen));
  return [...outer, ...own.flatMap(({ transform }) => transform ?? [])];
}
