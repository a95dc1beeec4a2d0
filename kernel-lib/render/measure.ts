/** What is measured of views, so that nothing has to move from one frame to the next. */
import { type GroupSpec, itemsOf, marksOf } from "./groups.ts";
import type { GroupMark, SceneBounds, SceneGroup, View } from "./vega.ts";

/** The sides of a box, each with how far a point lies outside a plot of this size. */
export const SIDES = ["left", "right", "top", "bottom"] as const;

/** One of `SIDES`. */
export type Side = (typeof SIDES)[number];

/** How far a mark may stick out of its plot, as a part of the plot's size. */
export const OVERHANG = 0.1;

/** The width and height of a plot, in CSS pixels. */
export interface PlotSize {
  width: number;
  height: number;
}

/** What was measured of a view, in CSS pixels of the view. */
export interface Layout {
  /** Width and height of the whole picture, padding and guides included. */
  size: { width: number; height: number };
  /** Width and height of the view's inner plot (the signals `width` and `height`). */
  plot: PlotSize;
  /** Padding that, with `autosize: "none"`, reproduces the picture. */
  padding: { left: number; top: number; right: number; bottom: number };
}

/** The least and the greatest of a number that was measured in several frames. */
export interface Extreme {
  min: number;
  max: number;
  /** The first frame that had the greatest. */
  frame: number;
}

/**
 * What was measured, by name: see the functions below. Names of what lies in a facet cell are
 * there twice, for the largest of all cells and, with `@` and its key, for the cell.
 */
export type Extremes = Record<string, Extreme>;

/** How far the ticks and labels of an axis reach. */
export const axisName = (path: number[], axis: number) => `${path} axis ${axis}`;
/** How far a mark that is not clipped reaches beyond a side of its group. */
export const markName = (path: number[], mark: number, side: Side) =>
  `mark ${path} ${mark} ${side}`;
/** The same of texts that begin in their group, or no further off than marks may stick out. */
export const textName = (path: number[], mark: number, side: Side) =>
  `text ${path} ${mark} ${side}`;
/**
 * How far all that a group holds but its title reaches beyond a side of it; to the right and down
 * from its origin, if it is measured whole.
 */
export const boxName = (path: number[], side: Side) => `${path} box ${side}`;
/** How far the axes and groups reach that legends of a group stand beside. */
export const besideName = (path: number[], side: Side) => `${path} beside ${side}`;
/** A group's own width or height. */
export const sizeName = (path: number[], side: "width" | "height") => `${path} ${side}`;
/** The value of a signal that computes a size. */
export const signalName = (signal: string) => `signal ${signal}`;
/** What lies around the whole plot. */
export const paddingName = (side: Side) => `padding ${side}`;
/** The plot's width or height, or that of the whole picture. */
export const viewName = (what: "plot" | "picture", side: "width" | "height") => `${what} ${side}`;
/** How far ticks and labels of an axis reach, whatever its limits. */
const reachName = (path: number[], axis: number) => `${path} labels ${axis}`;
/** How far all that there is reaches beyond a side of the plot. */
const allName = (side: Side) => `all ${side}`;

/** Notes a number that was measured of a frame. */
export function note(extremes: Extremes, name: string, value: number, frame: number): void {
  const number = Number(value);
  merge(extremes, { [name]: { min: number, max: number, frame } });
}

/** Adds the extremes of later frames. */
export function merge(extremes: Extremes, later: Extremes): void {
  for (const [name, { min, max, frame }] of Object.entries(later)) {
    const known = extremes[name];
    if (!known) {
      extremes[name] = { min, max, frame };
      continue;
    }
    // What is no number stays so.
    known.min = Math.min(known.min, min);
    const greatest = Math.max(known.max, max);
    if (!Object.is(greatest, known.max)) known.frame = frame;
    known.max = greatest;
  }
}

/** The size of a view's picture: the plot with its guides, and the padding. */
export function sizeOf(view: View): { width: number; height: number } {
  const { left, right, top, bottom } = view.padding();
  return {
    width: Math.max(0, view._viewWidth + left + right),
    height: Math.max(0, view._viewHeight + top + bottom),
  };
}

/** The layout that a view has come to: what, with `autosize` "none", gives the same picture. */
export function measure(view: View): Layout {
  const padding = view.padding();
  const [x, y] = view.origin();
  const { width, height } = sizeOf(view);
  const left = padding.left + x;
  const top = padding.top + y;
  const plot = { width: view.width(), height: view.height() };
  return {
    size: { width, height },
    plot,
    padding: { left, top, right: width - left - plot.width, bottom: height - top - plot.height },
  };
}

/**
 * What `measure` would come to if the view were fitted to its picture: then a legend counts across
 * its side of the plot alone, as vega-view-transforms has it, so that a long one leaves the plot its
 * size and is cut. A title gets what it needs beyond the plot that the view had before it was fitted.
 */
function measureFitted(view: View, from: PlotSize): Layout {
  const root = view.scenegraph().root.items[0] as unknown as SceneGroup;
  const plot = { width: view.width(), height: view.height() };
  const isTitle = ({ role, bounds }: GroupMark) => role === "title" && !isEmpty(bounds);
  const others = root.items.filter((item) => !isTitle(item));
  const freed = { x: from.width - plot.width, y: from.height - plot.height };
  const box = root.items.filter(isTitle).map((title) => withRoom(title, freed))
    .reduce(union, boxOf({ ...root, items: others }, true));
  const padding = { ...view.padding() };
  const beyond = overflow(box, plot.width, plot.height);
  for (const side of SIDES) padding[side] += Math.ceil(beyond[side]);
  const width = padding.left + plot.width + padding.right;
  const height = padding.top + plot.height + padding.bottom;
  return { size: { width, height }, plot, padding };
}

/** A title's bounds, less what it had of a plot that was larger, by where it is anchored. */
function withRoom({ bounds, items }: GroupMark, freed: { x: number; y: number }): SceneBounds {
  const { orient, anchor } = items[0] as unknown as { orient: string; anchor: string };
  const along = { start: 0, end: 1 }[anchor] ?? 0.5;
  const { x1, y1, x2, y2 } = bounds;
  if (orient !== "left" && orient !== "right") {
    return { x1: x1 + along * freed.x, x2: x2 - (1 - along) * freed.x, y1, y2 };
  }
  // On the left, titles read upwards.
  const part = orient === "left" ? 1 - along : along;
  return { x1, x2, y1: y1 + part * freed.y, y2: y2 - (1 - part) * freed.y };
}

/**
 * Measures everything that could move.
 *
 * @param view A view that has run.
 * @param spec The spec that it shows.
 * @param frame The frame that it shows.
 * @param extremes Where the numbers are noted.
 * @param fittedFrom For a view that has room to spare, but will be fitted: the plot that it had.
 */
export function measureAll(
  view: View,
  spec: GroupSpec,
  frame: number,
  extremes: Extremes,
  fittedFrom?: PlotSize,
): void {
  const { size, plot, padding } = fittedFrom ? measureFitted(view, fittedFrom) : measure(view);
  const numbers = measureReach(view, spec, fittedFrom !== undefined);
  for (const side of SIDES) numbers[paddingName(side)] = padding[side];
  for (const side of ["width", "height"] as const) {
    numbers[viewName("plot", side)] = plot[side];
    numbers[viewName("picture", side)] = size[side];
  }
  for (const signal of stepSizes(spec)) numbers[signalName(signal)] = Number(view.signal(signal));
  for (const [name, value] of Object.entries(numbers)) note(extremes, name, value, frame);
}

/**
 * Measures everything that a layout comes from, in the same way whether or not a view has it
 * written in already.
 */
export function measureReach(
  view: View,
  spec: GroupSpec,
  asFitted = false,
): Record<string, number> {
  const numbers: Record<string, number> = {};
  measureGroup(view, spec, spec, [], numbers, asFitted);
  const root = view.scenegraph().root.items[0] as unknown as SceneGroup;
  const all = root.items.map(({ bounds }) => bounds).filter((bounds) => !isEmpty(bounds))
    .reduce(union, { x1: 0, y1: 0, x2: 0, y2: 0 });
  const beyond = overflow(all, root.width ?? 0, root.height ?? 0);
  for (const side of SIDES) numbers[allName(side)] = beyond[side];
  axesOf(root).forEach((axis, i) => numbers[reachName([], i)] = reachOf(axis));
  return numbers;
}

/** The signals by which Vega-Lite computes a size from the number of steps. */
export function stepSizes(spec: GroupSpec): string[] {
  const signals = (spec.signals ?? []) as { name: string; update?: unknown }[];
  return signals.filter(({ update }) => /^bandspace\(/.test(String(update))).map((s) => s.name);
}

function measureGroup(
  view: View,
  spec: GroupSpec,
  group: GroupSpec,
  path: number[],
  numbers: Record<string, number>,
  asFitted: boolean,
): void {
  for (const { item, cell } of itemsOf(spec, view, path)) {
    const put = (name: string, value: number, ofCell = true) => {
      for (const key of cell === "" || !ofCell ? [name] : [name, `${name}@${cell}`]) {
        numbers[key] = Math.max(value, numbers[key] ?? -Infinity);
      }
    };
    const width = item.width ?? 0;
    const height = item.height ?? 0;
    put(sizeName(path, "width"), width, false);
    put(sizeName(path, "height"), height, false);
    axesOf(item).forEach((axis, i) => put(axisName(path, i), extentOf(axis)));
    marksOf(item).forEach((mark, i) => {
      const { type, clip } = group.marks?.[i] ?? {};
      if (type === "group" || clip || isEmpty(mark.bounds)) return;
      const beyond = overflow(mark.bounds, width, height);
      for (const side of SIDES) put(markName(path, i, side), beyond[side], false);
      if (type !== "text") return;
      const texts = overflow(textsWithin(mark, width, height), width, height);
      for (const side of SIDES) put(textName(path, i, side), texts[side], false);
    });
    if (group.legends !== undefined) {
      const beyond = overflow(besideLegends(item), width, height);
      for (const side of SIDES) put(besideName(path, side), beyond[side]);
    }
    const box = boxOf(item, asFitted && path.length === 0);
    const beyond = isMeasuredWhole(group, path)
      ? overflow(union(box, { x1: 0, y1: 0, x2: width, y2: height }), 0, 0)
      : overflow(box, width, height);
    for (const side of SIDES) put(boxName(path, side), beyond[side]);
  }
  group.marks?.forEach((mark, i) => {
    if (mark.type === "group") measureGroup(view, spec, mark, [...path, i], numbers, asFitted);
  });
}

/**
 * True for a group whose own size may move others as well: one by itself. Cells of a facet may have
 * different sizes, and the root has none around it.
 */
export function isMeasuredWhole({ from }: GroupSpec, path: number[]): boolean {
  return from === undefined && path.length > 0;
}

function axesOf({ items }: SceneGroup): GroupMark[] {
  return items.filter(({ role }) => role === "axis");
}

interface AxisItem {
  items: GroupMark[];
  orient: string;
  minExtent: number;
  maxExtent: number;
}

/** As vega-view-transforms' layout of axes has it: ticks and labels, within the limits. */
function extentOf(axis: GroupMark): number {
  const { minExtent, maxExtent } = axis.items[0] as unknown as AxisItem;
  return Math.max(minExtent, Math.min(maxExtent, reachOf(axis)));
}

function reachOf(axis: GroupMark): number {
  const { items, orient } = axis.items[0] as unknown as AxisItem;
  const bounds = items
    .filter(({ role }) => role === "axis-tick" || role === "axis-label")
    .map(({ bounds }) => bounds);
  return Math.max(
    0,
    ...bounds.filter((b) => !isEmpty(b)).map((b) => ({
      left: -b.x1,
      right: b.x2,
      top: -b.y1,
      bottom: b.y2,
    }[orient as Side] ?? 0)),
  );
}

/**
 * The bounds of all that a group holds. A title counts where it may be longer than the plot, and,
 * in a group that is fitted, a legend where it may not.
 */
function boxOf({ items }: SceneGroup, isFitted: boolean): SceneBounds {
  let box: SceneBounds = { x1: Infinity, y1: Infinity, x2: -Infinity, y2: -Infinity };
  for (const { role, bounds, items: inner } of items) {
    if (isEmpty(bounds)) continue;
    const orient = String(inner[0]?.orient);
    const isBeside = ["left", "right"].includes(orient);
    const isAlong = ["top", "bottom"].includes(orient);
    const isLegend = role === "legend" && isFitted;
    const x = role === "title" ? !isBeside : !isLegend || isBeside;
    const y = role === "title" ? isBeside : !isLegend || isAlong;
    if (x) box = union(box, { ...box, x1: bounds.x1, x2: bounds.x2 });
    if (y) box = union(box, { ...box, y1: bounds.y1, y2: bounds.y2 });
  }
  return box;
}

/** The bounds of texts whose own place is in a plot of this size, or near to it. */
function textsWithin({ items }: GroupMark, width: number, height: number): SceneBounds {
  let box: SceneBounds = { x1: 0, y1: 0, x2: 0, y2: 0 };
  for (const { x = 0, y = 0, radius = 0, theta = 0, bounds } of items as unknown as TextItem[]) {
    const angle = theta - Math.PI / 2;
    const isWithin = [
      [x + radius * Math.cos(angle), width],
      [y + radius * Math.sin(angle), height],
    ].every(([place, size]) => place >= -OVERHANG * size && place <= (1 + OVERHANG) * size);
    if (isWithin && !isEmpty(bounds)) box = union(box, bounds);
  }
  return box;
}

interface TextItem {
  x?: number;
  y?: number;
  radius?: number;
  theta?: number;
  bounds: SceneBounds;
}

/** What legends stand beside, as vega-view-transforms has it: groups, and axes on the same side. */
function besideLegends({ items }: SceneGroup): SceneBounds {
  let box: SceneBounds = { x1: Infinity, y1: Infinity, x2: -Infinity, y2: -Infinity };
  for (const { role, bounds, items: inner } of items) {
    if (role !== "axis" && role !== "scope" || isEmpty(bounds)) continue;
    const orient = String(inner[0]?.orient);
    if (!["top", "bottom"].includes(orient)) {
      box = union(box, { ...box, x1: bounds.x1, x2: bounds.x2 });
    }
    if (!["left", "right"].includes(orient)) {
      box = union(box, { ...box, y1: bounds.y1, y2: bounds.y2 });
    }
  }
  return box;
}

function union(a: SceneBounds, b: SceneBounds): SceneBounds {
  return {
    x1: Math.min(a.x1, b.x1),
    y1: Math.min(a.y1, b.y1),
    x2: Math.max(a.x2, b.x2),
    y2: Math.max(a.y2, b.y2),
  };
}

function overflow({ x1, y1, x2, y2 }: SceneBounds, width: number, height: number) {
  const beyond = { left: -x1, right: x2 - width, top: -y1, bottom: y2 - height };
  for (const side of SIDES) beyond[side] = Math.max(0, beyond[side]);
  return beyond;
}

function isEmpty({ x1, x2, y1, y2 }: SceneBounds): boolean {
  return x1 > x2 || y1 > y2;
}
