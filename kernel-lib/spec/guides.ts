/** Holds still what could move from frame to frame: axes, cells, titles and marks that stick out. */
import type { GroupSpec } from "../render/groups.ts";
import {
  axisName,
  besideName,
  boxName,
  type Extreme,
  type Extremes,
  isMeasuredWhole,
  markName,
  OVERHANG,
  type Side,
  SIDES,
  signalName,
  sizeName,
  stepSizes,
  textName,
} from "../render/measure.ts";
import type { VegaSpec } from "./compile.ts";
import { type GroupPath, groupsOf, mapGroups } from "./groups.ts";

/**
 * What sticks out of the plot in every frame is meant to, and so is a text that begins in it, unless
 * it is further off, in pixels.
 */
const MEANT = 2000;

/** Further than any picture reaches, in pixels. */
const ENDLESS = 1e6;

/** What a group of a layout may be besides one of its cells. */
export const HEADER = /^(row|column)-(header|footer|title)$/;

/** What the transparent boxes are called. */
const BOX = "room for what moves";

/**
 * Writes what was measured over all frames into the spec, where it differs from frame to frame:
 * axes get the largest extent, computed sizes the greatest value, and marks that stick out are cut.
 * Once none is, cells and groups with a title get a transparent box as large as they ever are, and
 * groups with legends one of what these stand beside.
 *
 * @param spec The spec with its domains; it is not changed.
 * @param extremes What was measured.
 * @returns The spec; undefined where there is nothing to be held.
 */
export function holdGuides(spec: VegaSpec, extremes: Extremes): VegaSpec | undefined {
  const cuts = cutsOf(spec as GroupSpec, extremes);
  const axes = axesOf(spec as GroupSpec, extremes);
  const sizes = stepSizes(spec as GroupSpec).filter((name) => moves(extremes, signalName(name)));
  // What sticks out is part of the boxes that were measured: they are measured once it is cut.
  const boxes = cuts.size > 0
    ? new Map<string, GroupSpec[]>()
    : boxesOf(spec as GroupSpec, extremes);
  if (cuts.size + axes.size + sizes.length + boxes.size === 0) return undefined;
  const held = mapGroups(spec as GroupSpec, (group, path) => {
    const marks = (group.marks ?? []).map((mark, i) => {
      const clip = cuts.get(String([...path, i]));
      return clip === undefined ? mark : { ...mark, clip };
    });
    const all = [...marks, ...boxes.get(String(path)) ?? []];
    return {
      ...group,
      ...(all.length > 0 ? { marks: all } : {}),
      ...(group.axes ? { axes: withExtents(group.axes as object[], path, axes) } : {}),
    };
  });
  const signals = spec.signals?.map((signal) => {
    if (!sizes.includes(signal.name)) return signal;
    return { name: signal.name, value: extremes[signalName(signal.name)].max };
  });
  return { ...held, ...(signals ? { signals } : {}) } as VegaSpec;
}

/** True if a number differs between frames, in the whole or in a facet cell. */
function moves(extremes: Extremes, name: string): boolean {
  const differs = ({ min, max }: Extreme) => min !== max;
  return Object.entries(extremes).some(([other, extreme]) =>
    (other === name || other.startsWith(`${name}@`)) && differs(extreme)
  );
}

function axesOf(spec: GroupSpec, extremes: Extremes): Map<string, number> {
  const extents = new Map<string, number>();
  for (const { group, path } of groupsOf(spec)) {
    for (const i of Array.from((group.axes ?? []) as object[]).keys()) {
      const name = axisName(path, i);
      if (moves(extremes, name)) extents.set(name, extremes[name].max);
    }
  }
  return extents;
}

function withExtents(axes: object[], path: GroupPath, extents: Map<string, number>): object[] {
  return axes.map((axis, i) => {
    const extent = extents.get(axisName(path, i));
    return extent === undefined ? axis : { ...axis, minExtent: extent, maxExtent: extent };
  });
}

/** The clip of each mark that would stick out too far. What it does in every frame is meant. */
function cutsOf(spec: GroupSpec, extremes: Extremes): Map<string, { path: string }> {
  const cuts = new Map<string, { path: string }>();
  for (const { group, path } of groupsOf(spec)) {
    const width = sizeOf("width", path, extremes);
    const height = sizeOf("height", path, extremes);
    for (const [i, mark] of (group.marks ?? []).entries()) {
      const isMeasured = extremes[markName(path, i, "left")] !== undefined;
      if (!isMeasured || mark.description === BOX) continue;
      const reach = SIDES.map((side) => {
        const { min, max } = extremes[markName(path, i, side)];
        const size = side === "left" || side === "right" ? width : height;
        const text = extremes[textName(path, i, side)]?.max ?? 0;
        const meant = [min, text].filter((reach) => reach <= MEANT);
        // Without a size there is nothing to measure by.
        const allowed = size === 0 ? Infinity : Math.ceil(Math.max(OVERHANG * size, ...meant));
        return { side, max, allowed };
      });
      if (reach.every(({ max, allowed }) => max <= allowed)) continue;
      const [left, right, top, bottom] = reach.map(({ allowed }) => Math.min(allowed, ENDLESS));
      const clip = `M${-left},${-top}H${width + right}V${height + bottom}H${-left}Z`;
      cuts.set(String([...path, i]), { path: clip });
    }
  }
  return cuts;
}

/** A group's greatest size; where it has none, that of the group around it. */
function sizeOf(side: "width" | "height", path: GroupPath, extremes: Extremes): number {
  for (let depth = path.length; depth >= 0; depth--) {
    const size = extremes[sizeName(path.slice(0, depth), side)]?.max ?? 0;
    if (size > 0) return size;
  }
  return 0;
}

/** Transparent boxes for the groups whose size moves others, their own title or their legends. */
function boxesOf(spec: GroupSpec, extremes: Extremes): Map<string, GroupSpec[]> {
  const boxes = new Map<string, GroupSpec[]>();
  for (const { group, path, line } of groupsOf(spec)) {
    const own: GroupSpec[] = [];
    const hold = (type: string, name: typeof boxName, isWhole: boolean) => {
      if (!SIDES.some((side) => moves(extremes, name(path, side)))) return;
      own.push(box(type, (side) => extremes[name(path, side)].max, isWhole));
    };
    const isCell = line.at(-2)?.layout !== undefined && !HEADER.test(String(group.role));
    if (isCell || group.title !== undefined) hold("rect", boxName, isMeasuredWhole(group, path));
    // Legends stand beside groups; in a layout, one more would be a cell.
    if (group.legends !== undefined && group.layout === undefined) hold("group", besideName, false);
    if (own.length > 0) boxes.set(String(path), own);
  }
  return boxes;
}

function box(type: string, reach: (side: Side) => number, isWhole: boolean): GroupSpec {
  const span = (from: Side, side: "width" | "height", to: Side) => ({
    start: { value: -reach(from) },
    // A group of a layout may have no size of its own.
    length: isWhole
      ? { value: reach(from) + reach(to) }
      : { signal: `(item.mark.group.${side} || 0) + ${reach(from) + reach(to)}` },
  });
  const x = span("left", "width", "right");
  const y = span("top", "height", "bottom");
  return {
    type,
    description: BOX,
    interactive: false,
    encode: {
      update: {
        ...{ x: x.start, width: x.length, y: y.start, height: y.length },
        // A config gives every mark a colour.
        ...{ fill: { value: null }, stroke: { value: null } },
      },
    },
  };
}
