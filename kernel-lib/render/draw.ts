/** Draws the frame that a view shows onto a surface. */
import { describe } from "./describe.ts";
import type { Surface } from "./raster.ts";
import type { Picture } from "./task.ts";
import type { CanvasRenderer, Vega, View } from "./vega.ts";
import type { Loader } from "vega";

/**
 * How far off the picture marks are drawn, in pixels of the view: ink can lie outside of what Vega
 * takes for the bounds of a text.
 */
const OVERHANG = 50;

/** Draws views, one after the other, onto one surface. */
export class Drawing {
  readonly #vega: Vega;
  readonly #surface: Surface;
  readonly #picture: Picture;
  readonly #renderer: CanvasRenderer;

  /** @throws {TypeError} If the picture's background is no colour that the canvas knows. */
  constructor(vega: Vega, surface: Surface, picture: Picture, loader: Loader) {
    if (!isColour(surface, picture.background)) {
      throw new TypeError(
        `Cannot draw as 'background' must be a CSS colour: current value is ${
          describe(picture.background)
        }`,
      );
    }
    this.#vega = vega;
    this.#surface = surface;
    this.#picture = picture;
    this.#renderer = new vega.CanvasRenderer(loader);
    // A renderer that loads an image draws again by itself; here that is done below.
    this.#renderer._call = () => {};
  }

  /** Draws the whole frame. Images are waited for. */
  async draw(view: View): Promise<void> {
    this.#draw(view);
    while (this.#renderer._loader.pending() > 0) {
      await this.#renderer._loader.ready();
      this.#draw(view);
    }
  }

  #draw(view: View): void {
    const { context, width, height } = this.#surface;
    const { scale, left, top, viewWidth, viewHeight } = this.#picture;
    const padding = view.padding();
    const [x, y] = view.origin();
    const originX = padding.left + x;
    const originY = padding.top + y;
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    this.#fill(view, 0, 0, width, height);
    context.setTransform(scale, 0, 0, scale, left + scale * originX, top + scale * originY);
    context.pixelRatio = scale;
    context.save();
    const bounds = new this.#vega.Bounds();
    const near = (side: number) => side + OVERHANG;
    bounds.set(
      -near(originX),
      -near(originY),
      near(viewWidth - originX),
      near(viewHeight - originY),
    );
    this.#renderer.draw(context, view.scenegraph().root, bounds);
    context.restore();
    context.setTransform(1, 0, 0, 1, 0, 0);
    this.#fillMargins(view);
    context.restore();
  }

  /** What a mark draws outside the view is cut, also where the video is larger than the view. */
  #fillMargins(view: View): void {
    const { width, height } = this.#surface;
    const { scale, left, top, viewWidth, viewHeight } = this.#picture;
    const right = left + Math.floor(scale * viewWidth);
    const bottom = top + Math.floor(scale * viewHeight);
    if (top > 0) this.#fill(view, 0, 0, width, top);
    if (left > 0) this.#fill(view, 0, 0, left, height);
    if (right < width) this.#fill(view, right, 0, width - right, height);
    if (bottom < height) this.#fill(view, 0, bottom, width, height - bottom);
  }

  #fill(view: View, x: number, y: number, width: number, height: number): void {
    const { context } = this.#surface;
    for (const colour of new Set([this.#picture.background, view.signal("background")])) {
      if (!colour) continue;
      context.fillStyle = colour;
      context.fillRect(x, y, width, height);
    }
  }
}

/** A canvas leaves its colour as it is when it is given something else. */
function isColour({ context }: Surface, text: string): boolean {
  const colours = ["#000000", "#ffffff"].map((before) => {
    context.fillStyle = before;
    context.fillStyle = text;
    return context.fillStyle;
  });
  return colours[0] === colours[1];
}
