/** A canvas context that knows what the canvas shows, and draws only what differs from it. */
import {
  type Call,
  dashKey,
  DisplayList,
  type Kind,
  make,
  type Operation,
  OPERATIONS,
  type Place,
} from "./display_list.ts";
import type { Surface } from "./raster.ts";
import type { Work } from "./task.ts";

/** The work that is done on a canvas. */
export type CanvasWork = Omit<Work, "approximations" | "conversions">;

/** The pixels of the canvas at one place of the list, and the calls that lead to its state. */
interface Layer {
  place: Place;
  state: Call[];
}

const BEGINNING: Readonly<Place> = { call: 0, number: 0, extra: 0, paints: 0 };

/** No value of a style. */
const UNKNOWN = Symbol("unknown");

/**
 * A 2D context in front of a surface's own. A frame is everything between `begin` and `end`.
 *
 * Its calls are compared with those of the frame before. While they are the same nothing is drawn;
 * from the first that differs on, they go to the canvas, which is first brought to that place: by
 * the calls that were held back, or by a copy of the pixels that was taken at such a place before.
 * Equal calls draw equal pixels, so the canvas always shows what all calls would have drawn.
 *
 * A style that is set to what it is does nothing. A path must be begun in the frame that uses it,
 * and does not outlive text and rectangles that are painted meanwhile; Vega keeps to that.
 */
export class RetainedContext {
  /** Read by Vega; it draws nothing. */
  pixelRatio = 1;
  /** While true, nothing is painted; all else goes on. */
  isMuted = false;
  /** What was done since the context was made. */
  readonly work: CanvasWork = { draws: 0, layers: 0, calls: 0, sets: 0 };
  readonly #surface: Surface;
  readonly #list = new DisplayList();
  /** The styles' values by operation, and those of the contexts that are saved. */
  readonly #styles: unknown[] = OPERATIONS.map(() => UNKNOWN);
  readonly #saved: unknown[][] = [];
  #depth = 0;
  /** True while all calls of the frame were those of the frame before. */
  #isSame = true;
  #isOpen = false;
  #hasPath = false;
  #layer: Layer | undefined;
  /** How often a layer was made in vain. */
  #vain = 0;

  constructor(surface: Surface) {
    this.#surface = surface;
    for (const [code, { kind, name }] of OPERATIONS.entries()) {
      if (name === "setLineDash") this.#defineDashes(code);
      else if (kind === "set") this.#defineStyle(code, name);
      else if (kind === "save" || kind === "restore") this.#defineSaving(code, kind);
      else this.#define(code, OPERATIONS[code]);
    }
    const { context } = surface;
    // These change nothing on the canvas.
    for (const name of ["createLinearGradient", "createRadialGradient", "createPattern"]) {
      this.#add(name, { value: context[name].bind(context) });
    }
    this.#add("drawImage", {
      value: (...args: unknown[]) => {
        if (this.isMuted) return;
        // An image may have changed since.
        this.#stepOpaque();
        context.drawImage(...args);
      },
    });
    // A style that is not known here must not be lost.
    Object.preventExtensions(this);
  }

  /** Begins a frame. */
  begin(): void {
    if (this.#isOpen || this.#depth > 0) this.#forget();
    this.#isOpen = true;
    this.#isSame = true;
    this.#hasPath = false;
    this.#saved.length = 0;
    this.#styles.fill(UNKNOWN);
    this.#list.rewind();
  }

  /**
   * Ends a frame.
   *
   * @returns False if it is the same as the one before; then nothing was drawn.
   */
  end(): boolean {
    this.#isOpen = false;
    if (this.#isSame && this.#list.isAtEnd()) return false;
    if (this.#isSame) this.#diverge();
    this.#list.end();
    this.work.draws++;
    return true;
  }

  /** After a frame that failed, or left a context saved: what the canvas shows is not known. */
  #forget(): void {
    for (; this.#depth > 0; this.#depth--) this.#surface.context.restore();
    this.#list.clear();
    this.#layer = undefined;
  }

  #add(name: string, property: PropertyDescriptor): void {
    Object.defineProperty(this, name, property);
  }

  #define(code: number, { kind, name, numbers, extra }: Operation): void {
    const { context } = this.#surface;
    const method = context[name];
    const values = new Float64Array(numbers);
    const first = extra === "text" ? 1 : 0;
    const last = first + numbers;
    const paints = kind === "fill" || kind === "paint";
    // Called thousands of times a frame, so without rest parameters.
    const value = (a: unknown, b: unknown, c: unknown, d: unknown, e: unknown, f: unknown) => {
      if (paints && this.isMuted) return;
      const args = ARGUMENTS;
      args[0] = a, args[1] = b, args[2] = c, args[3] = d, args[4] = e, args[5] = f;
      let isPlain = extra !== "text" || typeof a === "string";
      for (let i = first; i < last; i++) {
        const arg = args[i];
        if (typeof arg === "number") values[i - first] = arg;
        else isPlain = false;
      }
      if (!isPlain) this.#stepOpaque();
      else if (!this.#step(code, values, extra === "text" ? a : Boolean(args[numbers]))) return;
      switch (last) {
        case 0:
          return method.call(context);
        case 1:
          return method.call(context, a);
        case 2:
          return method.call(context, a, b);
        case 3:
          return method.call(context, a, b, c);
        case 4:
          return method.call(context, a, b, c, d);
        case 5:
          return method.call(context, a, b, c, d, e, Boolean(f));
        default:
          return method.call(context, a, b, c, d, e, f);
      }
    };
    this.#add(name, { value });
  }

  #defineSaving(code: number, kind: "save" | "restore"): void {
    const { context } = this.#surface;
    const value = () => {
      if (kind === "save") this.#saved.push([...this.#styles]);
      else Object.assign(this.#styles, this.#saved.pop());
      if (!this.#step(code, NO_NUMBERS, undefined)) return;
      this.#depth += kind === "save" ? 1 : -1;
      context[kind]();
    };
    this.#add(kind, { value });
  }

  #defineStyle(code: number, name: string): void {
    const { context } = this.#surface;
    const set = (value: unknown) => {
      const styles = this.#styles;
      if (Object.is(styles[code], value)) return;
      const isPlain = typeof value !== "object" || value === null;
      styles[code] = isPlain ? value : UNKNOWN;
      if (!isPlain) this.#stepOpaque();
      else if (!this.#step(code, NO_NUMBERS, value)) return;
      this.work.sets++;
      context[name] = value;
    };
    this.#add(name, { set, get: () => this.#styles[code] });
  }

  #defineDashes(code: number): void {
    const { context } = this.#surface;
    const value = (dashes: unknown[]) => {
      const key = dashKey(dashes);
      if (key !== undefined && key === this.#styles[code]) return;
      this.#styles[code] = key ?? UNKNOWN;
      // Cairo forgets the offset where there are no dashes.
      this.#styles[LINE_DASH_OFFSET] = UNKNOWN;
      if (key === undefined) this.#stepOpaque();
      else if (!this.#step(code, NO_NUMBERS, key)) return;
      this.work.sets++;
      context.setLineDash(dashes);
    };
    this.#add("setLineDash", { value });
  }

  /** Notes a call. Returns true if it has to be carried out now. */
  #step(code: number, numbers: Float64Array, extra: unknown): boolean {
    this.#checkPath(OPERATIONS[code].kind);
    if (this.#isSame) {
      if (this.#list.skip(code, numbers, extra)) return false;
      this.#diverge();
    }
    this.#list.write(code, numbers, extra);
    this.work.calls++;
    return true;
  }

  /** Cairo loses some of the path under way when it draws text, so nobody may count on that. */
  #checkPath(kind: Kind): void {
    if (kind === "begin") this.#hasPath = true;
    else if (kind === "paint") this.#hasPath = false;
    else if (!this.#hasPath && (kind === "path" || kind === "clip" || kind === "fill")) {
      throw new Error("Cannot go on with a path after text or a rectangle: begin another");
    }
  }

  #stepOpaque(): void {
    if (this.#isSame) this.#diverge();
    this.#list.writeOpaque();
    this.work.calls++;
  }

  /** Brings the canvas to where the frame has got to. */
  #diverge(): void {
    this.#isSame = false;
    const place = { ...this.#list.at };
    const least = this.#surface.layerPaints * 2 ** this.#vain;
    let from: Place = BEGINNING;
    if (this.#layer && this.#layer.place.call <= place.call) {
      this.#surface.bringLayer();
      this.#make(this.#layer.state);
      from = this.#layer.place;
      this.#vain = Math.max(0, this.#vain - 1);
      this.work.layers++;
    } else if (this.#layer) {
      this.#layer = undefined;
      this.#vain++;
    }
    this.#make(this.#list.calls(from, place));
    if (place.paints - from.paints < least) return;
    this.#surface.keepLayer();
    this.#layer = { place, state: this.#list.stateCalls(place) };
  }

  #make(calls: Iterable<Call>): void {
    for (const call of calls) {
      const { kind } = call.operation;
      if (kind === "save") this.#depth++;
      if (kind === "restore") this.#depth--;
      if (kind === "set") this.work.sets++;
      this.work.calls++;
      make(this.#surface.context, call);
    }
  }
}

const LINE_DASH_OFFSET = OPERATIONS.findIndex(({ name }) => name === "lineDashOffset");

const NO_NUMBERS = new Float64Array(0);

/** The arguments of the call under way. */
const ARGUMENTS: unknown[] = new Array(6).fill(undefined);
