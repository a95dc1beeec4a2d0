/** Draws the frame that a view shows onto a surface. */
import { describe } from "./describe.ts";
import { ImageWatch } from "./images.ts";
import { sizeOf } from "./measure.ts";
import { free, type Surface } from "./raster.ts";
import { type CanvasWork, RetainedContext } from "./retained_context.ts";
import type { Picture } from "./task.ts";
import type { CanvasRenderer, SceneMark, Vega, View } from "./vega.ts";
import type { Loader } from "vega";

// The context is the DOM's, whose types a worker does not have.
// deno-lint-ignore no-explicit-any
type Context = any;

/** The part of a frame that is painted: what comes before one of its marks, or after it. */
export interface Part {
  mark: SceneMark;
  side: "before" | "after";
}

/** Sums of the same sizes in another order differ by less, in pixels. */
const ROUNDING = 1e-6;

/** Draws views, one after the other, onto one surface. */
export class Drawing {
  readonly #vega: Vega;
  readonly #surface: Surface;
  readonly #picture: Picture;
  readonly #renderer: CanvasRenderer;
  readonly #context: RetainedContext;
  readonly #images: ImageWatch;
  #part: Part | undefined;

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
    this.#images = new ImageWatch(this.#renderer._loader);
    this.#context = new RetainedContext(surface);
    const draw = this.#renderer.draw;
    this.#renderer.draw = (context, mark, ...rest) => {
      if (mark === this.#part?.mark) this.#context.isMuted = !this.#context.isMuted;
      else draw.call(this.#renderer, context, mark, ...rest);
    };
  }

  /** What was done since the drawing was made. */
  get work(): CanvasWork {
    return this.#context.work;
  }

  /** Reads the surface's pixels, 4 bytes each, row by row from the top. */
  read(pixels: Uint8Array): void {
    const read = this.#surface.read();
    pixels.set(read);
    free(read);
  }

  /**
   * Draws the whole frame, or a part of it on a transparent surface. Images are waited for.
   *
   * @returns False if the surface shows it already.
   * @throws {MissingImageError} If an image cannot be loaded.
   */
  async draw(view: View, part?: Part): Promise<boolean> {
    this.#part = part;
    this.#images.begin();
    let changed = this.#draw(view);
    while (this.#renderer._loader.pending() > 0) {
      await this.#renderer._loader.ready();
      // A canvas takes no picture that is not there.
      this.#images.check();
      changed = this.#draw(view) || changed;
    }
    return changed;
  }

  #draw(view: View): boolean {
    this.#context.begin();
    this.#context.isMuted = false;
    if (this.#part?.side === "after") {
      const { width, height } = this.#surface;
      (this.#context as Context).clearRect(0, 0, width, height);
      this.#context.isMuted = true;
    }
    this.#drawFrame(view);
    return this.#context.end();
  }

  #drawFrame(view: View): void {
    const context = this.#context as Context;
    const { scale, left, top } = this.#picture;
    const size = this.#sizeOf(view);
    const padding = view.padding();
    const [x, y] = view.origin();
    const originX = padding.left + x;
    const originY = padding.top + y;
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    this.#fill(view);
    this.#clip(size);
    context.setTransform(scale, 0, 0, scale, left + scale * originX, top + scale * originY);
    context.pixelRatio = scale;
    context.save();
    const bounds = new this.#vega.Bounds();
    bounds.set(-originX - 1, -originY - 1, size.width - originX + 1, size.height - originY + 1);
    this.#renderer.draw(context, view.scenegraph().root, bounds);
    context.restore();
    context.restore();
  }

  /**
   * Cuts what a mark draws outside the view, where the video is larger: to Cairo that is the edge of
   * a canvas, at which it draws shapes a little differently.
   */
  #clip({ width, height }: { width: number; height: number }): void {
    const { scale, left, top } = this.#picture;
    const columns = Math.floor(scale * width);
    const rows = Math.floor(scale * height);
    if (columns === this.#surface.width && rows === this.#surface.height) return;
    const context = this.#context as Context;
    context.beginPath();
    context.rect(left, top, columns, rows);
    context.clip();
  }

  /**
   * The frame's own size: where that depends on its values, it may be less than the video's, or, as
   * of rows that are not there, no number.
   */
  #sizeOf(view: View): { width: number; height: number } {
    const { viewWidth, viewHeight } = this.#picture;
    const { width, height } = sizeOf(view);
    return {
      width: Number.isNaN(width) ? viewWidth : Math.min(viewWidth, width + ROUNDING),
      height: Number.isNaN(height) ? viewHeight : Math.min(viewHeight, height + ROUNDING),
    };
  }

  #fill(view: View): void {
    const { width, height } = this.#surface;
    const context = this.#context as Context;
    if (this.#picture.isTransparent) context.clearRect(0, 0, width, height);
    for (const colour of new Set([this.#picture.background, view.signal("background")])) {
      if (!colour) continue;
      context.fillStyle = colour;
      context.fillRect(0, 0, width, height);
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
