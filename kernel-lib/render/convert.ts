/** RGB pixels to the planes that a video encoder reads. */
import type { PixelOrder } from "./raster.ts";

/**
 * Converts opaque pixels to yuv420p, BT.709, limited range. Chroma is the mean of 2 x 2 pixels.
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
