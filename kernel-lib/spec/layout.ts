/** One size and one origin for the whole video. */
import type { Layout, Picture } from "../render/task.ts";
import type { VegaSpec } from "./compile.ts";

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

/**
 * Writes a measured layout into a spec, so that every frame has the same: with `autosize` "none"
 * and the padding that the automatic layout came to, the picture is the same to the pixel.
 *
 * @param spec The compiled spec; it is not changed.
 * @param layout What was measured.
 */
export function lockLayout(spec: VegaSpec, layout: Layout): VegaSpec {
  const locked: VegaSpec = { ...spec, autosize: "none", padding: layout.padding };
  for (const side of ["width", "height"] as const) {
    const signal = spec.signals?.find(({ name }) => name === side);
    if (signal === undefined) {
      locked[side] = layout.plot[side];
    } else if (signal.update === undefined) {
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
 * @throws {RangeError} If the video would be too large.
 */
export function planPicture(
  view: { width: number; height: number },
  size: PictureSize,
  background: string,
): Picture {
  for (const side of ["width", "height"] as const) {
    if (Number.isFinite(view[side])) continue;
    throw new RangeError(
      `Cannot animate as the view's ${side} must be a number of pixels: it comes to ${view[side]}`,
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
  for (const [side, pixels] of Object.entries({ width, height })) {
    if (pixels <= MAX_SIDE) continue;
    throw new RangeError(
      `Cannot animate as the video's ${side} must be at most ${MAX_SIDE} pixels: ` +
        `at the scale ${scale} the view comes to ${pixels}`,
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
