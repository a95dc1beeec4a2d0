/** Walks the groups of a Vega spec. */
import type { GroupSpec } from "../render/groups.ts";

/** Where a group is: the index into `marks` at each depth, from the root. */
export type GroupPath = number[];

/** A group, and the groups around it from the root to itself. */
export interface PlacedGroup {
  group: GroupSpec;
  path: GroupPath;
  /** From the root to the group itself. */
  line: GroupSpec[];
}

/** All groups of a spec, the root first. */
export function* groupsOf(
  group: GroupSpec,
  path: GroupPath = [],
  around: GroupSpec[] = [],
): Generator<PlacedGroup> {
  const line = [...around, group];
  yield { group, path, line };
  for (const [i, mark] of (group.marks ?? []).entries()) {
    if (mark?.type === "group") yield* groupsOf(mark, [...path, i], line);
  }
}

/** The spec with every group, the inner ones first, replaced by what `change` makes of it. */
export function mapGroups<Group extends GroupSpec>(
  group: Group,
  change: (group: GroupSpec, path: GroupPath) => GroupSpec,
  path: GroupPath = [],
): Group {
  const marks = group.marks?.map((mark, i) =>
    mark?.type === "group" ? mapGroups(mark, change, [...path, i]) : mark
  );
  return change(marks ? { ...group, marks } : group, path) as Group;
}
