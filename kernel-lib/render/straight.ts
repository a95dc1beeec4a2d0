/** Pixels for an encoder that loses nothing. */

/** Hands on pictures of one size as they are, but for alpha: it is not premultiplied any more. */
export class StraightPixels {
  /** Where `convert` finds the pixels, 4 bytes each. */
  readonly pixels: Uint8Array<ArrayBuffer>;
  readonly #copies: Uint8Array<ArrayBuffer>[];
  readonly #isTransparent: boolean;
  #conversions = 0;

  /**
   * @param width Pixels in a row.
   * @param height Rows.
   * @param isTransparent True where alpha is to be kept; else the fourth byte means nothing.
   */
  constructor(width: number, height: number, isTransparent: boolean) {
    const create = () => new Uint8Array(4 * width * height);
    this.pixels = create();
    this.#copies = [create(), create()];
    this.#isTransparent = isTransparent;
  }

  /** How many pictures were converted. */
  get conversions(): number {
    return this.#conversions;
  }

  /** @returns The pixels: a view that is written again two calls later. */
  convert(): Uint8Array<ArrayBuffer> {
    const copy = this.#copies[this.#conversions++ % 2];
    copy.set(this.pixels);
    if (this.#isTransparent) divideByAlpha(copy);
    return copy;
  }
}

/** What is premultiplied by alpha is rounded as Cairo rounds it when it writes an image. */
function divideByAlpha(pixels: Uint8Array<ArrayBuffer>): void {
  for (let at = 0; at < pixels.length; at += 4) {
    const alpha = pixels[at + 3];
    if (alpha === 255 || alpha === 0) continue;
    for (let part = at; part < at + 3; part++) {
      pixels[part] = Math.min(255, Math.floor((pixels[part] * 255 + (alpha >> 1)) / alpha));
    }
  }
}
