/** One size and one origin for the whole video. */
import type { GroupSpec } from "../render/groups.ts";
import {
  type Extremes,
  type Layout,
  paddingName,
  type PlotSize,
  type Side,
  stepSizes,
  viewName,
} from "../render/measure.ts";
import { isPlainObject } from "../render/plain_object.ts";
import type { Picture } from "../render/task.ts";
import { isTranslucent } from "./background.ts";
import type { VegaSpec } from "./compile.ts";
import { groupsOf } from "./groups.ts";

/** The size that the user asks for. */
export interface PictureSize {
  width?: number;
  height?: number;
  scale?: number;
}

/** The largest width and height of a video: H.264's highest level. */
export const MAX_SIDE = 16_384;

/** The most pixels of a video: H.264's highest level. */
const MAX_PIXELS = 35_651_584;

/** True where size and origin of the plots may differ from frame to frame. */
export function isLayoutFree(spec: VegaSpec): boolean {
  if (autosizeOf(spec) !== "none" || stepSizes(spec as GroupSpec).length > 0) return true;
  const sizes = ["width", "height", "padding"];
  if (spec.signals?.some(({ name }) => sizes.includes(name))) return true;
  return [...groupsOf(spec as GroupSpec)].some(({ group }) => group.layout !== undefined);
}

/** The spec with a layout that is computed anew whenever a view is patched, to be measured. */
export function withLiveLayout(spec: VegaSpec): VegaSpec {
  const given = isPlainObject(spec.autosize) ? spec.autosize : {};
  return { ...spec, autosize: { ...given, type: autosizeOf(spec), resize: true } };
}

/** True where the plot's size depends on what lies around it, and on the frame before. */
export function isFitted(spec: VegaSpec): boolean {
  return /^fit/.test(String(autosizeOf(spec)));
}

/** True where the plot's size is another than the spec's `width` and `height`. */
export function hasComputedSize(spec: VegaSpec): boolean {
  const { contains } = isPlainObject(spec.autosize) ? spec.autosize : {};
  return isFitted(spec) || contains === "padding";
}

/**
 * The spec with the plot's size that a frame came to written in, and what lies around it free. So
 * other frames can be measured without depending on the frame before.
 */
export function unfitted(spec: VegaSpec, extremes: Extremes): VegaSpec {
  const { padding } = spec;
  return { ...lockLayout(spec, layoutOf(spec, extremes), true), autosize: "pad", padding };
}

/** The plot of which a fitted view gives what lies around it a part: the one that it is given. */
export function plotToFit(spec: VegaSpec, fitted: Extremes): PlotSize {
  const sizeOf = (side: "width" | "height") => {
    const { value } = spec.signals?.find(({ name }) => name === side) ?? { value: spec[side] };
    return typeof value === "number" ? value : fitted[viewName("plot", side)].max;
  };
  return { width: sizeOf("width"), height: sizeOf("height") };
}

/** What was measured of unfitted frames, with the size of the picture that they are fitted into. */
export function withPicture(extremes: Extremes, fitted: Extremes): Extremes {
  const names = [viewName("picture", "width"), viewName("picture", "height")];
  return { ...extremes, ...Object.fromEntries(names.map((name) => [name, fitted[name]])) };
}

/**
 * The layout in which every frame has its place.
 *
 * @param spec The spec that was measured.
 * @param extremes What was measured.
 */
export function layoutOf(spec: VegaSpec, extremes: Extremes): Layout {
  const type = autosizeOf(spec);
  const padding = (side: Side) => extremes[paddingName(side)].max;
  const along = (side: "width" | "height", before: Side, after: Side, fitted: boolean) => {
    const around = padding(before) + padding(after);
    const plot = extremes[viewName("plot", side)].max;
    const picture = extremes[viewName("picture", side)].max;
    // A plot that is fitted gives way to what lies around it; one that is not keeps its size.
    return fitted
      ? { plot: Math.max(0, picture - around), size: Math.max(picture, around) }
      : { plot, size: plot + around };
  };
  const x = along("width", "left", "right", type === "fit" || type === "fit-x");
  const y = along("height", "top", "bottom", type === "fit" || type === "fit-y");
  return {
    size: { width: x.size, height: y.size },
    plot: { width: x.plot, height: y.plot },
    padding: {
      left: padding("left"),
      top: padding("top"),
      right: padding("right"),
      bottom: padding("bottom"),
    },
  };
}

/** The frames with the largest picture, from side to side and from top to bottom. */
export function largest(extremes: Extremes): { width: number; height: number } {
  return {
    width: extremes[viewName("picture", "width")].frame,
    height: extremes[viewName("picture", "height")].frame,
  };
}

function autosizeOf({ autosize }: VegaSpec): unknown {
  return (isPlainObject(autosize) ? autosize.type : autosize) ?? "pad";
}

/**
 * Writes a measured layout into a spec, so that every frame has the same: with `autosize` "none"
 * and the padding that the automatic layout came to, the picture is the same to the pixel.
 *
 * @param spec The compiled spec; it is not changed.
 * @param layout What was measured.
 * @param isComputed True where the plot's size is another than its signals say.
 */
export function lockLayout(spec: VegaSpec, layout: Layout, isComputed = false): VegaSpec {
  const locked: VegaSpec = { ...spec, autosize: "none", padding: layout.padding };
  for (const side of ["width", "height"] as const) {
    const signal = spec.signals?.find(({ name }) => name === side);
    if (signal === undefined) {
      locked[side] = layout.plot[side];
    } else if (signal.update === undefined && (isComputed || signal.init !== undefined)) {
      // What `init` reads (the page's size, say) is not there when the frame is drawn.
      locked.signals = (locked.signals ?? []).map((other) =>
        other === signal ? { ...other, init: undefined, value: layout.plot[side] } : other
      );
    }
  }
  return locked;
}

/**
 * Places the view in the video.
 *
 * @param view Size of the view, padding included, in CSS pixels.
 * @param size What the user asks for.
 * @param background The colour behind the view.
 * @param largest The frames that make it as large as it is, for messages.
 * @throws {RangeError} If the video would be too large.
 */
export function planPicture(
  view: { width: number; height: number },
  size: PictureSize,
  background: string,
  largest: { width?: number; height?: number } = {},
): Picture {
  const sizeOf = (side: "width" | "height", size: number) =>
    largest[side] === undefined ? `comes to ${size}` : `of frame ${largest[side]} comes to ${size}`;
  for (const side of ["width", "height"] as const) {
    if (Number.isFinite(view[side])) continue;
    throw new RangeError(
      `Cannot animate as the view's ${side} must be a number of pixels: that ${
        sizeOf(side, view[side])
      }`,
    );
  }
  const scale = size.scale ?? fittingScale(view, size);
  // As a canvas does with a size that is no whole number.
  const natural = {
    width: Math.floor(view.width * scale),
    height: Math.floor(view.height * scale),
  };
  const width = toEven(size.width ?? natural.width);
  const height = toEven(size.height ?? natural.height);
  for (const side of ["width", "height"] as const) {
    const pixels = { width, height }[side];
    if (pixels <= MAX_SIDE) continue;
    throw new RangeError(
      `Cannot animate as the video's ${side} must be at most ${MAX_SIDE} pixels: ` +
        `at the scale ${scale} the view ${sizeOf(side, pixels)}`,
    );
  }
  if (width * height > MAX_PIXELS) {
    throw new RangeError(
      `Cannot animate as the video must have at most ${MAX_PIXELS} pixels: ` +
        `${width} x ${height} are ${width * height}`,
    );
  }
  return {
    width,
    height,
    scale,
    left: size.width === undefined ? 0 : centred(size.width, natural.width),
    top: size.height === undefined ? 0 : centred(size.height, natural.height),
    viewWidth: view.width,
    viewHeight: view.height,
    background,
    ...(isTranslucent(background) ? { isTransparent: true } : {}),
  };
}

/** The largest scale at which the view fits; 1 where no size is given. */
function fittingScale(view: { width: number; height: number }, size: PictureSize): number {
  const scales = [
    size.width === undefined ? Infinity : size.width / view.width,
    size.height === undefined ? Infinity : size.height / view.height,
  ];
  const scale = Math.min(...scales);
  return Number.isFinite(scale) ? scale : 1;
}

function centred(outer: number, inner: number): number {
  return Math.max(0, Math.floor((outer - inner) / 2));
}

/** Encoders need even sizes; an empty view still has to be something. */
function toEven(pixels: number): number {
  return Math.max(2, 2 * Math.ceil(pixels / 2));
}
