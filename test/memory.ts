/**
 * Renders frames and prints, as lines of JSON, what is still in memory once the garbage is gone.
 *
 * Usage: deno run --v8-flags=--expose-gc memory.ts FRAMES EVERY
 */
import { animate } from "vega-reel";
import { fixedWaveSpec, waveFrames } from "./wave.ts";

/** What is in memory, in MB: in a thread's heap, and in the whole process, workers included. */
export interface Sample {
  frame: number;
  /** `main`, or the worker that drew the frame. */
  thread: string;
  heap: number;
  resident: number;
}

const [frames, every] = Deno.args.map(Number);
const [wave] = waveFrames(1, 200);
const collect = (globalThis as unknown as { gc(): void }).gc;

function* moving() {
  for (let frame = 0; frame < frames; frame++) {
    if (frame % every === 0) {
      collect();
      const { heapUsed, external, rss } = Deno.memoryUsage();
      const heap = (heapUsed + external) / 1e6;
      console.log(JSON.stringify({ frame, thread: "main", heap, resident: rss / 1e6 }));
    }
    yield { wave: wave.wave.map(({ x }) => ({ x, y: Math.cos(x + frame / 10) })), every };
  }
}

await animate(fixedWaveSpec, moving(), {
  output: await Deno.makeTempFile({ suffix: ".mp4" }),
  cache: false,
  show: false,
  workers: 1,
  update({ every, wave }, { index }) {
    if (index % every === 0) {
      // deno-lint-ignore no-explicit-any
      (globalThis as any).gc();
      // deno-lint-ignore no-explicit-any
      const { heapUsed, external, rss } = (globalThis as any).Deno.memoryUsage();
      const heap = (heapUsed + external) / 1e6;
      console.log(JSON.stringify({ frame: index, thread: "worker", heap, resident: rss / 1e6 }));
    }
    return { wave };
  },
}).then(({ path }) => Deno.remove(path));
