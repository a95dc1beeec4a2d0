/** Random numbers and clocks that depend on the job and the frame alone. */
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { Vega } from "./vega.ts";

/** The instant at which every video begins, for code that asks for the time. */
const EPOCH = Date.UTC(2000, 0, 1);

/**
 * A source of random numbers in [0, 1) for one frame.
 *
 * @param seed The job's seed.
 * @param frame The frame's index.
 * @param stream Tells apart the sources of one frame, so that drawing from one leaves the
 * others as they are.
 */
export function frameRandom(seed: number, frame: number, stream: number): () => number {
  // Neighbouring seeds give neighbouring first numbers, so they are spread over all 32 bits.
  const mixed = spread(spread(spread(seed | 0) ^ frame) ^ stream);
  const generator = xoroshiro128plus(mixed);
  return () => uniformFloat64(generator);
}

/**
 * Makes everything random or dated in this thread (Vega's `random()`, `now()` and `datetime()`,
 * `Math.random`, `Date`) depend on the frame, never on the worker or the day.
 *
 * @param time The frame's time in the video, in seconds.
 */
export function seedThread(vega: Vega, seed: number, frame: number, time: number): void {
  vega.setRandom(frameRandom(seed, frame, 1));
  Math.random = frameRandom(seed, frame, 2);
  clock = EPOCH + Math.round(time * 1000);
  globalThis.Date = SeededDate;
}

/** What the thread takes for the present. */
let clock = EPOCH;

/** Dates without a time of their own are the frame's. */
const SeededDate = new Proxy(Date, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [clock] : args, newTarget),
  apply: (target) => new target(clock).toString(),
  get: (target, property) =>
    property === "now" ? () => clock : Reflect.get(target, property, target),
});

/** The finalizer of MurmurHash3 (Austin Appleby, public domain). */
function spread(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
