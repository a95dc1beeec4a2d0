/** The calls that draw a frame, kept so that the next frame's can be compared with them. */

/** What a call does to a canvas; `fill` paints the path, `paint` something else. */
export type Kind =
  | ("save" | "restore" | "set" | "transform")
  | ("begin" | "path" | "clip" | "fill" | "paint");

/** A call that is kept: its numbers, and one argument more where it has one. */
export interface Operation {
  kind: Kind;
  name: string;
  /** How many numbers it takes. */
  numbers: number;
  /** The argument that is no number: text comes before the numbers, a flag after them. */
  extra: "none" | "text" | "flag" | "value";
}

/** All calls that are kept; anything else counts as different each time. */
export const OPERATIONS: readonly Operation[] = [
  ...operations("save", { save: 0 }),
  ...operations("restore", { restore: 0 }),
  ...operations("transform", { translate: 2, rotate: 1, setTransform: 6 }),
  ...operations("begin", { beginPath: 0 }),
  ...operations("path", { closePath: 0, moveTo: 2, lineTo: 2, quadraticCurveTo: 4 }),
  ...operations("path", { bezierCurveTo: 6, rect: 4 }),
  ...operations("path", { arc: 5 }, "flag"),
  ...operations("clip", { clip: 0 }),
  ...operations("fill", { fill: 0, stroke: 0 }),
  ...operations("paint", { fillRect: 4, clearRect: 4 }),
  ...operations("paint", { fillText: 2, strokeText: 2 }, "text"),
  ...operations("set", { globalAlpha: 0, globalCompositeOperation: 0, fillStyle: 0 }, "value"),
  ...operations("set", { strokeStyle: 0, lineWidth: 0, lineCap: 0, lineJoin: 0 }, "value"),
  ...operations("set", { miterLimit: 0, lineDashOffset: 0, font: 0, textAlign: 0 }, "value"),
  ...operations("set", { imageSmoothingEnabled: 0 }, "value"),
  ...operations("set", { setLineDash: 0 }, "value"),
];

function operations(
  kind: Kind,
  names: Record<string, number>,
  extra: Operation["extra"] = "none",
): Operation[] {
  return Object.entries(names).map(([name, numbers]) => ({ kind, name, numbers, extra }));
}

/** One call. */
export interface Call {
  operation: Operation;
  numbers: Float64Array;
  extra: unknown;
}

/** The code of a call that is like no other, not even like itself. */
const OPAQUE = 255;

/** The most calls that are kept of a frame; what follows them counts as different. */
const MAX_CALLS = 2 ** 20;

/** A place between two calls of a list. */
export interface Place {
  /** How many calls lie before it, how many numbers and other arguments they have. */
  call: number;
  number: number;
  extra: number;
  /** How many of the calls paint. */
  paints: number;
}

/** The calls of one frame. They can be compared with those of the next while that is drawn. */
export class DisplayList {
  #codes = new Uint8Array(1024);
  #numbers = new Float64Array(4096);
  readonly #extras: unknown[] = [];
  #length = 0;
  #isWhole = false;
  /** The place of the call that comes next. */
  readonly at: Place = { call: 0, number: 0, extra: 0, paints: 0 };

  /** Begins a frame: the next call is compared with the first. */
  rewind(): void {
    Object.assign(this.at, { call: 0, number: 0, extra: 0, paints: 0 });
  }

  /** True if the frame that ends here has all the calls of the one before. */
  isAtEnd(): boolean {
    return this.#isWhole && this.at.call === this.#length;
  }

  /** Ends a frame whose calls were written. */
  end(): void {
    this.#isWhole = this.at.call < MAX_CALLS;
    this.#length = this.at.call;
  }

  /** Forgets all calls. */
  clear(): void {
    this.rewind();
    this.#length = 0;
    this.#isWhole = false;
  }

  /** Goes over the next call if it is this one. */
  skip(code: number, numbers: readonly number[] | Float64Array, extra: unknown): boolean {
    const { at } = this;
    if (at.call >= this.#length || this.#codes[at.call] !== code) return false;
    const { kind, numbers: count, extra: hasExtra } = OPERATIONS[code];
    for (let i = 0; i < count; i++) {
      if (!Object.is(this.#numbers[at.number + i], numbers[i])) return false;
    }
    if (hasExtra !== "none" && !Object.is(this.#extras[at.extra], extra)) return false;
    this.#pass(kind, count, hasExtra);
    return true;
  }

  /** Writes a call over what follows. */
  write(code: number, numbers: readonly number[] | Float64Array, extra: unknown): void {
    const { at } = this;
    if (at.call >= MAX_CALLS) return;
    this.#grow();
    const { kind, numbers: count, extra: hasExtra } = OPERATIONS[code];
    this.#codes[at.call] = code;
    for (let i = 0; i < count; i++) this.#numbers[at.number + i] = numbers[i];
    if (hasExtra !== "none") this.#extras[at.extra] = extra;
    this.#pass(kind, count, hasExtra);
  }

  /** Writes a call that no other will be equal to. */
  writeOpaque(): void {
    if (this.at.call >= MAX_CALLS) return;
    this.#grow();
    this.#codes[this.at.call++] = OPAQUE;
  }

  /** The calls between two places. */
  *calls(from: Place, to: Place): Generator<Call> {
    let { number, extra } = from;
    for (let call = from.call; call < to.call; call++) {
      const operation = OPERATIONS[this.#codes[call]];
      const end = number + operation.numbers;
      yield {
        operation,
        numbers: this.#numbers.subarray(number, end),
        extra: this.#extras[extra],
      };
      number = end;
      if (operation.extra !== "none") extra++;
    }
  }

  /**
   * The calls before a place that the state of a canvas depends on: transforms, clips, styles and
   * the path under way. Without those that paint, and those that were undone since.
   */
  stateCalls(place: Place): Call[] {
    const wanted = new Set<number>();
    const saves: number[] = [];
    /** What a `restore` ended, if nothing uses the path that was made in there. */
    let undone: { from: number; to: number }[] = [];
    /** The calls of the path under way, those apart that a clip needs. */
    let path: number[] = [];
    let lastOfPath = -1;
    for (let call = 0; call < place.call; call++) {
      const kind = this.#kind(call);
      if (paints(kind)) continue;
      wanted.add(call);
      if (kind === "begin") {
        for (const used of path) wanted.delete(used);
        for (const { from, to } of undone) remove(wanted, from, to);
        path = [];
      }
      if (kind === "begin" || kind === "path" || kind === "clip") undone = [];
      if (kind === "clip") path = [];
      if (kind === "begin" || kind === "path") {
        path.push(call);
        lastOfPath = call;
      }
      if (kind === "save") saves.push(call);
      if (kind !== "restore") continue;
      const from = saves.pop();
      if (from === undefined) continue;
      // A path outlives `restore`.
      if (lastOfPath > from) undone.push({ from, to: call });
      else remove(wanted, from, call);
    }
    const all = this.calls({ call: 0, number: 0, extra: 0, paints: 0 }, place);
    // The list may be written over; these calls stay.
    return [...all].filter((_, call) => wanted.has(call))
      .map(({ numbers, ...rest }) => ({ ...rest, numbers: numbers.slice() }));
  }

  #kind(call: number): Kind {
    return OPERATIONS[this.#codes[call]].kind;
  }

  #pass(kind: Kind, numbers: number, extra: Operation["extra"]): void {
    const { at } = this;
    at.call++;
    at.number += numbers;
    if (extra !== "none") at.extra++;
    if (paints(kind)) at.paints++;
  }

  #grow(): void {
    const { call, number } = this.at;
    if (call >= this.#codes.length) {
      const longer = new Uint8Array(2 * this.#codes.length);
      longer.set(this.#codes);
      this.#codes = longer;
    }
    if (number + 8 > this.#numbers.length) {
      const longer = new Float64Array(2 * this.#numbers.length);
      longer.set(this.#numbers);
      this.#numbers = longer;
    }
  }
}

function paints(kind: Kind): boolean {
  return kind === "fill" || kind === "paint";
}

function remove(calls: Set<number>, from: number, to: number): void {
  for (let call = from; call <= to; call++) calls.delete(call);
}

/** Makes a call on a canvas context. */
// The context is the DOM's, whose types a worker does not have.
// deno-lint-ignore no-explicit-any
export function make(context: any, { operation, numbers, extra }: Call): void {
  const { name, kind } = operation;
  if (name === "setLineDash") context.setLineDash(dashOf(extra as string));
  else if (kind === "set") context[name] = extra;
  else if (operation.extra === "text") context[name](extra, ...numbers);
  else if (operation.extra === "flag") context[name](...numbers, extra);
  else context[name](...numbers);
}

/** A line's dashes as text, which can be compared; undefined where they are not all numbers. */
export function dashKey(dashes: readonly unknown[]): string | undefined {
  if (dashes.length === 0) return "";
  return dashes.every((dash) => typeof dash === "number") ? dashes.join() : undefined;
}

function dashOf(key: string): number[] {
  return key === "" ? [] : key.split(",").map(Number);
}
