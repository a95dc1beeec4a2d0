/** The groups of a spec, and the items that each of them has in a view. */
import type { GroupMark, SceneGroup, View } from "./vega.ts";

/** A group of a Vega spec, the root included, with only as much of its type as is needed here. */
export interface GroupSpec {
  type?: string;
  from?: { data?: string; facet?: { name?: string; data?: string; groupby?: unknown } };
  marks?: GroupSpec[];
  [key: string]: unknown;
}

/** One item of a group, and the facet cell that it stands for. */
export interface GroupItem {
  item: SceneGroup;
  /** The keys of all facets around it; `""` outside of facets. */
  cell: string;
}

/** What a view makes by itself, besides the marks of the spec. */
const GUIDES = new Set(["axis", "legend", "title"]);

/**
 * The items of one group of a spec.
 *
 * @param path The index into `marks` at each depth; empty for the root.
 */
export function itemsOf(spec: GroupSpec, view: View, path: number[]): GroupItem[] {
  let group = spec;
  let items: GroupItem[] = [{ item: asGroup(view.scenegraph().root.items[0]), cell: "" }];
  for (const index of path) {
    group = group.marks?.[index] ?? {};
    items = items.flatMap(({ item, cell }) =>
      (marksOf(item)[index]?.items ?? []).map((inner) => ({
        item: asGroup(inner),
        cell: cell + cellKey(group, inner.datum as Record<string, unknown>),
      }))
    );
  }
  return items;
}

function asGroup(item: unknown): SceneGroup {
  return item as SceneGroup;
}

/** The marks of the spec in a group, in the spec's order; guides left out. */
export function marksOf(group: SceneGroup): GroupMark[] {
  return group.items.filter(({ role }) => !GUIDES.has(role));
}

/** The fields by which a group is facetted; undefined where its items have no key of this kind. */
export function facetFields({ from }: GroupSpec): string[] | undefined {
  if (from === undefined) return [];
  const fields = [from.facet?.groupby ?? []].flat();
  return fields.length > 0 && fields.every(isPlainField) ? fields : undefined;
}

/** True for a field by its own name: no path into objects, and nothing that is computed. */
export function isPlainField(field: unknown): field is string {
  return typeof field === "string" && !/[.[\]\\]/.test(field);
}

/** The part of a cell's key that a group adds; `spec/domains.ts` writes it as an expression. */
function cellKey(group: GroupSpec, datum: Record<string, unknown>): string {
  return (facetFields(group) ?? []).map((field) => `|${datum[field]}`).join("");
}
