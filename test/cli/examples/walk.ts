import type { Frame } from "vega-reel";

/** A random walk of as many steps as there were frames. */
export default function walk(_params: unknown, { index, random }: Frame) {
  const walk = [{ step: 0, at: 0 }];
  for (let step = 1; step <= index; step++) {
    walk.push({ step, at: walk[step - 1].at + (random() < 0.5 ? -1 : 1) });
  }
  return { walk };
}
