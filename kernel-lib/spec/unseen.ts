/** Leaves out of a spec what no picture shows. */
import type { GroupSpec } from "../render/groups.ts";
import { isPlainObject } from "../render/plain_object.ts";
import type { VegaSpec } from "./compile.ts";
import { mapGroups } from "./groups.ts";
import { readsMarks } from "./skeleton.ts";

/**
 * What is for readers of the screen and for the mouse. Vega-Lite describes every mark with the
 * formatted values of its row, which takes longer than to place it.
 *
 * https://vega.github.io/vega/docs/marks/#accessibility
 */
const CHANNELS = [
  "aria",
  "ariaRole",
  "ariaRoleDescription",
  "cursor",
  "description",
  "href",
  "tooltip",
];

/** What draws numbers from the one sequence that all of a frame's expressions share. */
const DRAWS = /random|sample/i;

/**
 * The spec without the encodings of its marks that a canvas does not show. They stay where
 * something could read them, or where they draw random numbers that would otherwise go to another
 * expression.
 *
 * @param spec The compiled spec; it is not changed.
 */
export function withoutUnseen(spec: VegaSpec): VegaSpec {
  if (readsMarks(spec as GroupSpec)) return spec;
  return mapGroups(
    spec as GroupSpec,
    (group) => group.marks ? { ...group, marks: group.marks.map(withoutChannels) } : group,
  ) as VegaSpec;
}

function withoutChannels(mark: GroupSpec): GroupSpec {
  if (!isPlainObject(mark?.encode)) return mark;
  const encode = Object.fromEntries(
    Object.entries(mark.encode).map(([name, set]) => [name, isPlainObject(set) ? seen(set) : set]),
  );
  // An item's own channels can be read by expressions and sorted by.
  const { marks: _marks, ...rest } = { ...mark, encode };
  const text = JSON.stringify(rest);
  return CHANNELS.some((channel) => text.includes(channel)) ? mark : { ...mark, encode };
}

function seen(set: Record<string, unknown>): Record<string, unknown> {
  const isSeen = ([channel, value]: [string, unknown]) =>
    !CHANNELS.includes(channel) || DRAWS.test(JSON.stringify(value) ?? "");
  return Object.fromEntries(Object.entries(set).filter(isSeen));
}
