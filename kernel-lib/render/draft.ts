/** Draws frames of a draft: marks of many symbols as stamps, all else as ever. */
import { Drawing } from "./draw.ts";
import { free, type Raster, type Surface } from "./raster.ts";
import type { CanvasWork } from "./retained_context.ts";
import { type Stamp, stampsOf, SymbolMasks } from "./symbol_masks.ts";
import type { Picture, Work } from "./task.ts";
import type { SceneMark, Vega, View } from "./vega.ts";
import type { Loader } from "vega";

/** The mark of a frame that is stamped. */
interface Stamped {
  mark: SceneMark;
  stamps: Stamp[];
  /** Where the mark's group lies, in CSS pixels from the root. */
  x: number;
  y: number;
}

/**
 * Draws views. The first mark of many plain symbols, if there is one, is not drawn on the canvas:
 * what lies below it and what lies above it are, each by itself, and its symbols are stamped
 * between the two. What a frame looks like depends on nothing but the frame.
 */
export class DraftDrawing {
  readonly #below: Drawing;
  readonly #above: Drawing;
  readonly #surface: Surface;
  readonly #overlay: Surface;
  readonly #masks: SymbolMasks;
  readonly #picture: Picture;
  #approximations = 0;
  /** The pixels below the symbols; undefined where they have to be read. */
  #ground: Uint8Array<ArrayBuffer> | undefined;
  /** The pixels above the symbols, and which are not empty; undefined as for `ground`. */
  #cover: Cover | undefined;
  #stamped: { stamps: Stamp[]; left: number; top: number } | undefined;

  /** @throws {TypeError} If the picture's background is no colour that the canvas knows. */
  constructor(vega: Vega, raster: Raster, surface: Surface, picture: Picture, loader: Loader) {
    this.#surface = surface;
    this.#picture = picture;
    this.#overlay = raster.createSurface(surface.width, surface.height, true);
    this.#below = new Drawing(vega, surface, picture, loader);
    this.#above = new Drawing(vega, this.#overlay, picture, loader);
    this.#masks = new SymbolMasks(raster, new vega.CanvasRenderer(loader), picture.scale);
  }

  /** What was done since the drawing was made. */
  get work(): CanvasWork & Pick<Work, "approximations"> {
    const [below, above] = [this.#below.work, this.#above.work];
    return {
      draws: below.draws,
      layers: below.layers,
      calls: below.calls + above.calls,
      sets: below.sets + above.sets,
      approximations: this.#approximations,
    };
  }

  /** Draws the whole frame, as `Drawing` does. */
  async draw(view: View): Promise<boolean> {
    const wasStamped = this.#stamped !== undefined;
    const found = find(view.scenegraph().root);
    const below = await this.#below.draw(view, found && { mark: found.mark, side: "before" });
    if (below) this.#free();
    if (!found) {
      this.#stamped = undefined;
      return below || wasStamped;
    }
    if (await this.#above.draw(view, { mark: found.mark, side: "after" })) this.#cover = undefined;
    const { scale, left, top } = this.#picture;
    const padding = view.padding();
    const [x, y] = view.origin();
    this.#stamped = {
      stamps: found.stamps,
      left: left + scale * (padding.left + x + found.x),
      top: top + scale * (padding.top + y + found.y),
    };
    this.#approximations++;
    return true;
  }

  /** Reads the frame's pixels. */
  read(pixels: Uint8Array): void {
    if (!this.#stamped) return this.#below.read(pixels);
    const { stamps, left, top } = this.#stamped;
    pixels.set(this.#ground ??= this.#surface.read());
    this.#masks.stamp(pixels, this.#surface.width, stamps, left, top);
    lay(pixels, this.#cover ??= coverOf(this.#overlay.read()));
  }

  #free(): void {
    if (this.#ground) free(this.#ground);
    this.#ground = undefined;
  }
}

/** The first mark that can be stamped. */
function find(root: SceneMark): Stamped | undefined {
  // What is blended in another way needs to see what lies below it.
  for (const { mark } of marksOf(root)) if (mark.items.some(({ blend }) => blend)) return undefined;
  for (const { mark, x, y, isCut } of marksOf(root)) {
    const stamps = isCut ? undefined : stampsOf(mark);
    if (stamps) return { mark, stamps, x, y };
  }
  return undefined;
}

interface PlacedMark {
  mark: SceneMark;
  /** Where its group lies, in CSS pixels from the root. */
  x: number;
  y: number;
  /** True if the mark, or a group that it is in, cuts what lies outside. */
  isCut: boolean;
}

function* marksOf(mark: SceneMark, x = 0, y = 0, inCut = false): Generator<PlacedMark> {
  const isCut = inCut || Boolean(mark.clip);
  yield { mark, x, y, isCut };
  if (mark.marktype !== "group") return;
  for (const item of mark.items as unknown as GroupItem[]) {
    for (const child of item.items) {
      yield* marksOf(child, x + (item.x || 0), y + (item.y || 0), isCut || Boolean(item.clip));
    }
  }
}

interface GroupItem {
  x?: number;
  y?: number;
  clip?: unknown;
  items: SceneMark[];
}

/** Premultiplied pixels, and where they are not empty: from and to, in pixels. */
interface Cover {
  pixels: Uint8Array<ArrayBuffer>;
  spans: number[];
}

function coverOf(pixels: Uint8Array<ArrayBuffer>): Cover {
  const words = new Uint32Array(pixels.buffer, pixels.byteOffset, pixels.length / 4);
  const spans: number[] = [];
  for (let i = 0; i < words.length; i++) {
    if (words[i] === 0) continue;
    const from = i;
    while (i < words.length && words[i] !== 0) i++;
    spans.push(from, i);
  }
  return { pixels, spans };
}

/** Lays the cover over opaque pixels. */
function lay(pixels: Uint8Array, cover: Cover): void {
  for (let i = 0; i < cover.spans.length; i += 2) {
    for (let at = 4 * cover.spans[i]; at < 4 * cover.spans[i + 1]; at += 4) {
      const rest = 1 - cover.pixels[at + 3] / 255;
      for (let part = at; part < at + 3; part++) {
        pixels[part] = Math.min(255, cover.pixels[part] + pixels[part] * rest + 0.5);
      }
    }
  }
}
