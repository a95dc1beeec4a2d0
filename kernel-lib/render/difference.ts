/** Where two pictures differ, and by how much. */

/** How two pictures of one size differ. */
export interface Difference {
  /** Number of pixels. */
  pixels: number;
  /** The largest difference of a byte. */
  largest: number;
  /** The smallest rectangle that holds them, both corners included. */
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/**
 * Compares pixels of 4 bytes each, row by row.
 *
 * @param width Pixels in a row.
 * @returns Undefined where they are equal.
 */
export function differenceOf(
  a: Uint8Array<ArrayBuffer>,
  b: Uint8Array<ArrayBuffer>,
  width: number,
): Difference | undefined {
  const words = [a, b].map((bytes) =>
    new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
  );
  const found = { pixels: 0, largest: 0, left: Infinity, top: Infinity, right: -1, bottom: -1 };
  for (let i = 0; i < words[0].length; i++) {
    if (words[0][i] === words[1][i]) continue;
    const x = i % width;
    const y = Math.floor(i / width);
    found.pixels++;
    found.left = Math.min(found.left, x);
    found.right = Math.max(found.right, x);
    found.top = Math.min(found.top, y);
    found.bottom = y;
    for (let c = 4 * i; c < 4 * i + 4; c++) {
      found.largest = Math.max(found.largest, Math.abs(a[c] - b[c]));
    }
  }
  return found.pixels === 0 ? undefined : found;
}

/** A difference in words, for messages. */
export function describeDifference(difference: Difference): string {
  const { pixels, largest, left, top, right, bottom } = difference;
  return `${pixels} pixels differ, between (${left}, ${top}) and (${right}, ${bottom}), ` +
    `by at most ${largest} of 255`;
}
