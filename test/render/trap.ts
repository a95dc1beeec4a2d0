/** What the traps are made of. */
import type { Values } from "../fresh.ts";

/** An animation, and whether some of its frames need a new view. */
export interface Trap {
  // deno-lint-ignore no-explicit-any
  spec: any;
  frames: Values[];
  needsNewView: boolean;
  /** True if scales or ticks move, after which the library takes a new view to be safe. */
  movesScales?: boolean;
}

/** Large and translucent, each of its own colour: which of two lies on top is seen. */
export const stacked = {
  size: { value: 400 },
  opacity: { value: 0.6 },
  fill: { signal: "'' + hsl(datum.id * 15, 0.8, 0.5)" },
};

/** Park and Miller's generator, so that the frames are the same each time. */
export function generator(seed: number): () => number {
  let state = seed * 7919 % 2147483647 || 1;
  return () => (state = state * 48271 % 2147483647) / 2147483647;
}

export interface RowOptions {
  count?: number;
  groups?: string;
}

export function rows(frame: number, { count = 24, groups = "abcd" }: RowOptions = {}) {
  const random = generator(frame + 1);
  return Array.from({ length: count }, (_, id) => ({
    id,
    x: 10 * id / count,
    y: 10 * random(),
    g: groups[Math.floor(groups.length * random())],
    v: 3 * random() - 0.3,
  }));
}

/** Frames that follow no order, so that each differs from its neighbours in every way. */
export const ORDER = [3, 0, 7, 2, 5, 1, 11, 4];

export function frames(options: (frame: number) => RowOptions = () => ({})): Values[] {
  return ORDER.map((frame) => ({ t: rows(frame, options(frame)) }));
}

export const x = { field: "x", type: "quantitative", scale: { domain: [0, 10] } };
export const y = { field: "y", type: "quantitative", scale: { domain: [0, 10] } };
export const lite = (spec: object) => ({ data: { name: "t" }, width: 160, height: 120, ...spec });

export const base = {
  width: 160,
  height: 120,
  padding: 8,
  scales: [
    { name: "x", type: "linear", range: "width", domain: [0, 10] },
    { name: "y", type: "linear", range: "height", domain: [0, 10] },
  ],
};
export const xy = { x: { scale: "x", field: "x" }, y: { scale: "y", field: "y" } };
export const symbols = (from: string, encode: object) => ({
  type: "symbol",
  from: { data: from },
  encode,
});
