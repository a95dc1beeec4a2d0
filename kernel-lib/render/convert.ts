/** RGB pixels to the planes that a video encoder reads. */
import type { PixelOrder } from "./raster.ts";
import { MODULE } from "./yuv420_wasm.ts";

/** The function of `yuv420.wat`. */
type Convert = (
  pixels: number,
  planes: number,
  width: number,
  height: number,
  ...coefficients: number[]
) => void;

/** Where the pixels lie in the memory of the module; the planes follow. */
const PIXELS = 0;

/** The fewest pixels in a row that the module converts. */
const MIN_WIDTH = 8;

/** Converts pictures of one size. What it works with is allocated once. */
export class Converter {
  readonly #width: number;
  readonly #height: number;
  readonly #order: PixelOrder;
  /** Where `convert` finds the pixels that are not given to it. */
  readonly pixels: Uint8Array<ArrayBuffer>;
  readonly #planes: Uint8Array<ArrayBuffer>[];
  readonly #convert: Convert;
  #conversions = 0;

  /**
   * @param width Pixels in a row, even.
   * @param height Rows, even.
   * @param order The order of a pixel's bytes.
   */
  constructor(width: number, height: number, order: PixelOrder) {
    this.#width = width;
    this.#height = height;
    this.#order = order;
    const bytes = width * height * 4;
    const planes = width * height * 3 / 2;
    const memory = new WebAssembly.Memory({ initial: Math.ceil((bytes + 2 * planes) / 65536) });
    const view = (at: number, length: number) => new Uint8Array(memory.buffer, at, length);
    this.pixels = view(PIXELS, bytes);
    this.#planes = [view(bytes, planes), view(bytes + planes, planes)];
    const instance = new WebAssembly.Instance(compiled(), { env: { memory } });
    this.#convert = instance.exports.convert as Convert;
  }

  /** How many pictures were converted. */
  get conversions(): number {
    return this.#conversions;
  }

  /**
   * Converts opaque pixels as {@linkcode toYuv420} does.
   *
   * @param pixels 4 bytes a pixel, row by row. @default its own
   * @returns The Y plane, then U, then V: a view that is written again two calls later.
   */
  convert(pixels: Uint8Array<ArrayBuffer> = this.pixels): Uint8Array<ArrayBuffer> {
    const planes = this.#planes[this.#conversions++ % 2];
    if (this.#width < MIN_WIDTH) {
      toYuv420(pixels, planes, this.#width, this.#height, this.#order);
      return planes;
    }
    if (pixels !== this.pixels) this.pixels.set(pixels);
    this.#convert(
      PIXELS,
      planes.byteOffset,
      this.#width,
      this.#height,
      ...COEFFICIENTS[this.#order],
    );
    return planes;
  }
}

let module: WebAssembly.Module | undefined;

function compiled(): WebAssembly.Module {
  return module ??= new WebAssembly.Module(MODULE);
}

/**
 * What the module multiplies a pixel's third and first byte with, each packed with one of green:
 * for Y, U and V.
 */
const COEFFICIENTS: Record<PixelOrder, number[]> = (() => {
  const pack = (colour: number, green: number) => colour & 0xffff | green << 16;
  const red = [pack(11966, 20127), pack(-6596, -22189), pack(28785, -26145)];
  const blue = [pack(4064, 20127), pack(28785, 0), pack(-2640, 0)];
  const bgra = red.flatMap((ofRed, i) => [ofRed, blue[i]]);
  const rgba = red.flatMap((ofRed, i) => [blue[i], ofRed]);
  return { bgra, rgba };
})();

/**
 * Converts opaque pixels to yuv420p, BT.709, limited range. Chroma is the mean of 2 x 2 pixels.
 * {@linkcode Converter} gives the same bytes sooner.
 *
 * Coefficients: Rec. ITU-R BT.709-6, items 3.2 and 3.4, scaled by 2^16.
 *
 * @param pixels 4 bytes a pixel, row by row.
 * @param planes Takes the Y plane, then U, then V: `width * height * 3 / 2` bytes.
 * @param width Pixels in a row, even.
 * @param height Rows, even.
 * @param order The order of a pixel's bytes.
 */
export function toYuv420(
  pixels: Uint8Array<ArrayBuffer>,
  planes: Uint8Array,
  width: number,
  height: number,
  order: PixelOrder,
): void {
  // Little-endian words: the first byte is the lowest.
  const words = new Uint32Array(pixels.buffer, pixels.byteOffset, width * height);
  const redShift = order === "bgra" ? 16 : 0;
  const blueShift = 16 - redShift;
  const cb = width * height;
  const cr = cb + (cb >> 2);
  for (let y = 0; y < height; y += 2) {
    let upper = y * width;
    let lower = upper + width;
    let chroma = (y >> 1) * (width >> 1);
    for (let x = 0; x < width; x += 2, upper += 2, lower += 2, chroma++) {
      const a = words[upper];
      const b = words[upper + 1];
      const c = words[lower];
      const d = words[lower + 1];
      const ra = a >>> redShift & 255, ga = a >>> 8 & 255, ba = a >>> blueShift & 255;
      planes[upper] = (11966 * ra + 40254 * ga + 4064 * ba + 1081344) >> 16;
      if (a === b && a === c && a === d) {
        const luma = planes[upper];
        planes[upper + 1] = luma;
        planes[lower] = luma;
        planes[lower + 1] = luma;
        planes[cb + chroma] = (-6596 * ra - 22189 * ga + 28785 * ba + 8421376) >> 16;
        planes[cr + chroma] = (28785 * ra - 26145 * ga - 2640 * ba + 8421376) >> 16;
        continue;
      }
      const rb = b >>> redShift & 255, gb = b >>> 8 & 255, bb = b >>> blueShift & 255;
      const rc = c >>> redShift & 255, gc = c >>> 8 & 255, bc = c >>> blueShift & 255;
      const rd = d >>> redShift & 255, gd = d >>> 8 & 255, bd = d >>> blueShift & 255;
      planes[upper + 1] = (11966 * rb + 40254 * gb + 4064 * bb + 1081344) >> 16;
      planes[lower] = (11966 * rc + 40254 * gc + 4064 * bc + 1081344) >> 16;
      planes[lower + 1] = (11966 * rd + 40254 * gd + 4064 * bd + 1081344) >> 16;
      const red = ra + rb + rc + rd;
      const green = ga + gb + gc + gd;
      const blue = ba + bb + bc + bd;
      planes[cb + chroma] = (-6596 * red - 22189 * green + 28785 * blue + 33685504) >> 18;
      planes[cr + chroma] = (28785 * red - 26145 * green - 2640 * blue + 33685504) >> 18;
    }
  }
}
