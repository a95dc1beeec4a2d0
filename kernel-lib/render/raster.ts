/** The canvas libraries behind one interface, and the fonts they draw with. */
import { importPackage, resolveFile } from "../own_files.ts";
import { FontNames } from "./font_names.ts";
import type { RasterName } from "./task.ts";

/** The order of the bytes of a pixel in memory. */
export type PixelOrder = "bgra" | "rgba";

/** The order of each canvas library. */
export const PIXEL_ORDER: Record<RasterName, PixelOrder> = { cairo: "bgra", skia: "rgba" };

/** Measured on charts: a copy of the canvas takes Cairo as long as some grid lines. */
const CAIRO_LAYER_PAINTS = 8;

/**
 * Skia draws when it is read, all calls at once: a copy costs it more than a chart's axes, and in
 * one of some ten thousand random pictures a few pixels were not the same.
 */
const SKIA_LAYER_PAINTS = Infinity;

/** A canvas of a fixed size. */
export interface Surface {
  readonly width: number;
  readonly height: number;
  readonly order: PixelOrder;
  // The context is the DOM's, whose types a worker does not have.
  // deno-lint-ignore no-explicit-any
  readonly context: any;
  /** A copy of the pixels, 4 bytes each, row by row from the top. Free it once it is used. */
  read(): Uint8Array<ArrayBuffer>;
  /** From how many painting calls on they take longer than a copy of the canvas, if ever. */
  readonly layerPaints: number;
  /** Copies the canvas as it is now; a copy that was made before is written over. */
  keepLayer(): void;
  /** Draws the copy. The context must be as it was when the surface was made. */
  bringLayer(): void;
  /** The picture as a PNG image. */
  png(): Uint8Array<ArrayBuffer>;
}

/** A canvas library. */
export interface Raster {
  readonly name: RasterName;
  /** @param isTransparent True for one that begins as nothing; alpha is premultiplied then. */
  createSurface(width: number, height: number, isTransparent?: boolean): Surface;
  /**
   * Makes a font file known by a name, to all threads. A name stays with its first file.
   *
   * @throws {Error} If the file is no font.
   */
  registerFont(name: string, path: string): void;
}

/**
 * Loads a canvas library. It must be loaded before Vega is, which measures text with it.
 *
 * @param name Which one.
 * @throws {Error} If it cannot be loaded.
 */
export async function loadRaster(name: RasterName): Promise<Raster> {
  return name === "cairo" ? await loadCairo() : await loadSkia();
}

/** True if the library can be loaded on this machine. */
export async function hasRaster(name: RasterName): Promise<boolean> {
  try {
    await importPackage(name === "cairo" ? "canvas" : "@napi-rs/canvas");
    return true;
  } catch {
    return false;
  }
}

/**
 * Gives a buffer back at once. Each read of a canvas returns a fresh buffer of megabytes that
 * otherwise stays until a garbage collection, and new memory is slow to touch.
 */
export function free(pixels: Uint8Array<ArrayBuffer>): void {
  if (pixels.byteOffset === 0 && pixels.byteLength === pixels.buffer.byteLength) {
    pixels.buffer.transfer(0);
  }
}

async function loadCairo(): Promise<Raster> {
  const { createCanvas, registerFont } = await importCanvas<typeof import("canvas")>("canvas");
  const probe = createCanvas(1, 1).getContext("2d");
  let names: FontNames | undefined;
  if (!hasFonts(probe)) {
    for (const { path, weight, style } of fallbackFonts()) {
      registerFont(path, { family: "DejaVu Sans", weight, style });
    }
  }
  return {
    name: "cairo",
    registerFont(name, path) {
      names ??= new FontNames(Object.getPrototypeOf(probe));
      registerFont(path, { family: names.name(name, path) });
    },
    createSurface(width, height, isTransparent = false) {
      const create = () => {
        const canvas = createCanvas(width, height);
        // Opaque pixels cost Cairo less; the result is the same, as the background is opaque.
        const opaque = { alpha: false, pixelFormat: "RGB24" } as never;
        const context = canvas.getContext("2d", isTransparent ? undefined : opaque);
        return { canvas, context };
      };
      const { canvas, context } = create();
      return {
        width,
        height,
        order: PIXEL_ORDER.cairo,
        context,
        ...layerOf({ canvas, context }, create),
        layerPaints: isTransparent ? Infinity : CAIRO_LAYER_PAINTS,
        read: () => asBytes(canvas.toBuffer("raw")),
        png: () => asBytes(canvas.toBuffer("image/png")),
      };
    },
  };
}

async function loadSkia(): Promise<Raster> {
  type Skia = typeof import("@napi-rs/canvas");
  const { createCanvas, GlobalFonts, Image } = await importCanvas<Skia>("@napi-rs/canvas");
  if (!hasFonts(createCanvas(1, 1).getContext("2d"))) {
    for (const { path } of fallbackFonts()) {
      GlobalFonts.registerFromPath(path, "DejaVu Sans");
      GlobalFonts.registerFromPath(path, "sans-serif");
    }
  }
  // Vega makes its canvases and images from a document where there is one, and else with the
  // library `canvas`; text has to be measured, and images drawn, by the library that draws.
  Object.assign(globalThis, {
    document: { createElement: () => createCanvas(1, 1) },
    Image,
  });
  return {
    name: "skia",
    registerFont(name, path) {
      if (!GlobalFonts.registerFromPath(path, name)) throw new Error("it is no font");
    },
    createSurface(width, height) {
      const create = () => {
        const canvas = createCanvas(width, height);
        return { canvas, context: canvas.getContext("2d") };
      };
      const { canvas, context } = create();
      return {
        width,
        height,
        order: PIXEL_ORDER.skia,
        context,
        ...layerOf({ canvas, context }, create),
        layerPaints: SKIA_LAYER_PAINTS,
        read: () => asBytes(canvas.data()),
        png: () => asBytes(canvas.toBuffer("image/png")),
      };
    },
  };
}

interface Drawable<Canvas> {
  canvas: Canvas;
  context: { drawImage(canvas: Canvas, x: number, y: number): void };
}

/** Whole opaque pixels are copied, so that nothing is lost. */
function layerOf<Canvas>(
  { canvas, context }: Drawable<Canvas>,
  create: () => Drawable<Canvas>,
): Pick<Surface, "keepLayer" | "bringLayer"> {
  let layer: Drawable<Canvas> | undefined;
  return {
    keepLayer() {
      layer ??= create();
      layer.context.drawImage(canvas, 0, 0);
    },
    bringLayer() {
      if (!layer) throw new Error("Cannot draw a layer as none was kept");
      context.drawImage(layer.canvas, 0, 0);
    },
  };
}

async function importCanvas<T>(name: string): Promise<T> {
  try {
    return await importPackage(name) as T;
  } catch (cause) {
    throw new Error(`Cannot load the canvas library '${name}': ${(cause as Error).message}`, {
      cause,
    });
  }
}

function asBytes(buffer: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer.buffer as ArrayBuffer, buffer.byteOffset, buffer.byteLength);
}

interface TextMeasure {
  font: string;
  measureText(text: string): { width: number };
}

/** Without any font, every letter is nothing or a box, and all are equally wide. */
function hasFonts(context: TextMeasure): boolean {
  context.font = "40px sans-serif";
  return context.measureText("i").width !== context.measureText("W").width;
}

function fallbackFonts(): { path: string; weight: string; style: string }[] {
  const path = (face: string) => resolveFile(`dejavu-fonts-ttf/ttf/DejaVuSans${face}.ttf`);
  return [
    { path: path(""), weight: "normal", style: "normal" },
    { path: path("-Bold"), weight: "bold", style: "normal" },
    { path: path("-Oblique"), weight: "normal", style: "italic" },
    { path: path("-BoldOblique"), weight: "bold", style: "italic" },
  ];
}
