/** A spec without what it draws, to learn of its scales alone. */
import type { GroupSpec } from "../render/groups.ts";
import type { VegaSpec } from "./compile.ts";
import { groupsOf, mapGroups } from "./groups.ts";

/** Stands where a mark stood, so that the others keep their places. */
const PLACEHOLDER = { type: "rule" };

/**
 * The spec with data, signals, scales and groups, but without marks, axes, legends and titles: what
 * a domain depends on, and no more. A spec that computes data from its marks is returned as it is.
 */
export function skeletonOf(spec: VegaSpec): VegaSpec {
  if (readsMarks(spec as GroupSpec)) return spec;
  return mapGroups(spec as GroupSpec, (full) => {
    const { axes: _axes, legends: _legends, title: _title, layout: _layout, ...group } = full;
    const marks = (group.marks ?? []).map((mark) => mark.type === "group" ? mark : PLACEHOLDER);
    // A group tells of its scales through its marks.
    return { ...group, encode: undefined, marks: marks.length === 0 ? [PLACEHOLDER] : marks };
  }) as VegaSpec;
}

/** True where data is computed from what marks have become. */
export function readsMarks(spec: GroupSpec): boolean {
  const groups = [...groupsOf(spec)];
  const marks = groups.flatMap(({ group }) => group.marks ?? []);
  const names = new Set(marks.map(({ name }) => name));
  const data = groups.flatMap(({ group }) =>
    (group.data ?? []) as { source?: string | string[] }[]
  );
  const read = [
    ...data.flatMap(({ source }) => source),
    ...marks.flatMap(({ from }) => [from?.data, from?.facet?.data]),
  ];
  return read.some((name) => name !== undefined && names.has(name));
}
