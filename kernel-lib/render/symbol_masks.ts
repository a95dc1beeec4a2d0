/** Symbols drawn as stamps, for drafts: ten times sooner than by paths, not exactly in place. */
import type { Raster, Surface } from "./raster.ts";
import type { CanvasRenderer, SceneMark } from "./vega.ts";

/** How many places between two pixels a symbol may have, in each direction. */
const STEPS = 16;

/** The fewest symbols in a mark for which this pays. */
const MIN_ITEMS = 300;

/** The most kinds of symbols in one mark, and the largest area of one in CSS pixels. */
const MAX_KINDS = 16;
const MAX_SIZE = 1000;

/** What of an item matters. */
interface SymbolItem {
  x?: number;
  y?: number;
  shape?: string;
  size?: number;
  angle?: number;
  zindex?: number;
  blend?: string;
  opacity?: number;
  fill?: unknown;
  fillOpacity?: number;
  stroke?: unknown;
  strokeOpacity?: number;
  strokeWidth?: number;
  strokeDash?: unknown;
}

/** Coverages of one kind of symbol, 0 to 255, at all places between two pixels. */
interface Masks {
  /** Side of one mask in pixels; the symbol is in the middle. */
  side: number;
  coverage: Uint8Array;
}

/** A symbol to be stamped. */
export interface Stamp {
  /** What all symbols with the same masks share. */
  kind: string;
  item: SymbolItem;
  colour: string;
  opacity: number;
}

/** Stamps of the symbols of a mark; undefined where one of them is more than a shape in a colour. */
export function stampsOf(mark: SceneMark): Stamp[] | undefined {
  if (mark.marktype !== "symbol" || mark.items.length < MIN_ITEMS) return undefined;
  const kinds: { shape: string; size: number; width: number; key: string }[] = [];
  const stamps: Stamp[] = [];
  for (const item of mark.items as SymbolItem[]) {
    const { size = 64, shape = "circle", strokeWidth = 1, opacity = 1 } = item;
    const isFilled = item.fill && item.fill !== "transparent";
    const isStroked = item.stroke && item.stroke !== "transparent" && strokeWidth > 0;
    const colour = isFilled ? item.fill : item.stroke;
    if (isFilled === isStroked && isFilled) return undefined;
    if (!(size <= MAX_SIZE && strokeWidth <= 10) || typeof (colour ?? "") !== "string") return;
    if (item.angle || item.zindex || item.blend || item.strokeDash) return undefined;
    if (!isFilled && !isStroked) continue;
    const width = isFilled ? 0 : strokeWidth;
    let kind = kinds.find((k) => k.shape === shape && k.size === size && k.width === width);
    if (!kind) {
      if (kinds.length === MAX_KINDS) return undefined;
      kind = { shape, size, width, key: JSON.stringify([shape, size, width]) };
      kinds.push(kind);
    }
    const own = (isFilled ? item.fillOpacity : item.strokeOpacity) ?? 1;
    stamps.push({ kind: kind.key, item, colour: colour as string, opacity: opacity * own });
  }
  return stamps;
}

/** Stamps symbols into pixels. Keeps the masks that it has made. */
export class SymbolMasks {
  readonly #raster: Raster;
  readonly #renderer: CanvasRenderer;
  readonly #scale: number;
  readonly #masks = new Map<string, Masks>();
  readonly #colours = new Map<string, number[]>();
  readonly #probe: Surface;

  /**
   * @param scale Pixels per CSS pixel.
   */
  constructor(raster: Raster, renderer: CanvasRenderer, scale: number) {
    this.#raster = raster;
    this.#renderer = renderer;
    this.#scale = scale;
    this.#probe = raster.createSurface(1, 1);
  }

  /**
   * Stamps symbols, one over the other.
   *
   * @param pixels Opaque, in the order of the library's surfaces.
   * @param width Pixels in a row.
   * @param stamps Where their items' x and y are CSS pixels from `left` and `top`, in pixels.
   */
  stamp(pixels: Uint8Array, width: number, stamps: Stamp[], left: number, top: number): void {
    const height = pixels.length / 4 / width;
    for (const { kind, item, colour, opacity } of stamps) {
      const { side, coverage } = this.#masksOf(kind);
      const [c0, c1, c2, alpha] = this.#colourOf(colour);
      const share = alpha * opacity / 255;
      const atX = Math.round((left + this.#scale * (item.x || 0)) * STEPS);
      const atY = Math.round((top + this.#scale * (item.y || 0)) * STEPS);
      // Not a number, or not on the picture.
      if (!(share > 0) || !Number.isFinite(atX + atY)) continue;
      const x0 = Math.floor(atX / STEPS) - (side >> 1);
      const y0 = Math.floor(atY / STEPS) - (side >> 1);
      const place = (atY - Math.floor(atY / STEPS) * STEPS) * STEPS + atX -
        Math.floor(atX / STEPS) * STEPS;
      const fromX = Math.max(0, -x0);
      const toX = Math.min(side, width - x0);
      const toY = Math.min(side, height - y0);
      for (let y = Math.max(0, -y0); y < toY; y++) {
        let mask = (place * side + y) * side + fromX;
        let at = ((y0 + y) * width + x0 + fromX) * 4;
        for (let x = fromX; x < toX; x++, mask++, at += 4) {
          if (coverage[mask] === 0) continue;
          const part = coverage[mask] * share;
          pixels[at] += (c0 - pixels[at]) * part + 0.5;
          pixels[at + 1] += (c1 - pixels[at + 1]) * part + 0.5;
          pixels[at + 2] += (c2 - pixels[at + 2]) * part + 0.5;
        }
      }
    }
  }

  #masksOf(kind: string): Masks {
    let masks = this.#masks.get(kind);
    if (!masks) this.#masks.set(kind, masks = this.#draw(kind));
    return masks;
  }

  #draw(kind: string): Masks {
    const [shape, size, strokeWidth] = JSON.parse(kind);
    const reach = Math.ceil(this.#scale * (Math.sqrt(size) + strokeWidth) + 2);
    const side = 2 * reach + 1;
    const surface = this.#raster.createSurface(side * STEPS, side * STEPS);
    const { context } = surface;
    context.fillStyle = "#000000";
    context.fillRect(0, 0, surface.width, surface.height);
    const style = strokeWidth === 0 ? { fill: "#ffffff" } : { stroke: "#ffffff", strokeWidth };
    const item = { x: 0, y: 0, shape, size, ...style };
    for (let y = 0; y < STEPS; y++) {
      for (let x = 0; x < STEPS; x++) {
        const at = (step: number) => step * side + reach + step / STEPS;
        context.setTransform(this.#scale, 0, 0, this.#scale, at(x), at(y));
        this.#renderer.draw(context, { marktype: "symbol", items: [item] }, null);
      }
    }
    const pixels = surface.read();
    const coverage = new Uint8Array(STEPS * STEPS * side * side);
    for (let i = 0; i < coverage.length; i++) {
      const place = Math.floor(i / (side * side));
      const x = (place % STEPS) * side + i % side;
      const y = Math.floor(place / STEPS) * side + Math.floor(i / side) % side;
      coverage[i] = pixels[4 * (y * surface.width + x)];
    }
    return { side, coverage };
  }

  /** Red, green and blue in the order of the pixels, and alpha from 0 to 1. */
  #colourOf(colour: string): number[] {
    let parts = this.#colours.get(colour);
    if (!parts) {
      const { context, order } = this.#probe;
      context.fillStyle = colour;
      const text: string = context.fillStyle;
      const hex = text.match(/^#(..)(..)(..)/)?.slice(1).map((digits) => parseInt(digits, 16));
      const [r, g, b, alpha = 1] = hex ?? text.match(/[\d.]+/g)!.map(Number);
      parts = order === "bgra" ? [b, g, r, alpha] : [r, g, b, alpha];
      this.#colours.set(colour, parts);
    }
    return parts;
  }
}
