/** Where two pictures differ, in numbers and as a picture. */
import { createCanvas } from "canvas";
import type { Pixels } from "../fresh.ts";

/** How far two pictures are from each other. */
export interface Difference {
  /** Number of pixels that differ. */
  count: number;
  /** The largest difference of a colour's component, 0 to 255. */
  largest: number;
  /** The first pixel that differs, row by row. */
  x: number;
  y: number;
}

/** Compares two pictures; undefined where they are equal. */
export function differenceOf(a: Pixels, b: Pixels): Difference | undefined {
  if (a.width !== b.width || a.height !== b.height) {
    return { count: Math.max(a.rgba.length, b.rgba.length) / 4, largest: 255, x: 0, y: 0 };
  }
  let count = 0;
  let largest = 0;
  let first: number | undefined;
  for (let i = 0; i < a.rgba.length; i += 4) {
    let own = 0;
    for (let c = i; c < i + 4; c++) own = Math.max(own, Math.abs(a.rgba[c] - b.rgba[c]));
    if (own === 0) continue;
    count++;
    first ??= i / 4;
    largest = Math.max(largest, own);
  }
  if (first === undefined) return undefined;
  return { count, largest, x: first % a.width, y: Math.floor(first / a.width) };
}

/** A PNG with the pictures side by side, and their difference: black where they are equal. */
export function differencePicture(a: Pixels, b: Pixels): Uint8Array {
  const width = Math.max(a.width, b.width);
  const height = Math.max(a.height, b.height);
  const canvas = createCanvas(3 * width, height);
  const context = canvas.getContext("2d");
  const put = ({ width, height, rgba }: Pixels, left: number) => {
    const data = context.createImageData(width, height);
    data.data.set(rgba);
    context.putImageData(data, left, 0);
  };
  put(a, 0);
  put(b, width);
  put(a, 2 * width);
  context.globalCompositeOperation = "difference";
  context.drawImage(canvas, width, 0, width, height, 2 * width, 0, width, height);
  return canvas.toBuffer("image/png");
}
