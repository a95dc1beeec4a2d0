/** `benchmark()`: how much faster a job is with more workers. */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { animate } from "./animate.ts";
import { MAX_PULLED, type Params } from "./job/frames.ts";
import type { Video } from "./job/job.ts";
import type { AnimateOptions } from "./job/options.ts";
import { describe } from "./render/describe.ts";
import { warmPool } from "./run/warm_pool.ts";
import { type Speedup, speedupChart, speedupHTML, speedupText } from "./show/speedup.ts";
import type { SpecSource } from "./spec/load.ts";

/** The options of `animate` that a benchmark chooses by itself. */
const OWN = ["output", "cache", "executor", "embed", "show", "onProgress"] as const;

/** Options of {@linkcode benchmark}: those of `animate` that decide the work, and how often. */
// Params and context are the user's own types.
// deno-lint-ignore no-explicit-any
export interface BenchmarkOptions<Each = any, Context = any>
  extends Omit<AnimateOptions<Each, Context>, (typeof OWN)[number] | "workers"> {
  /**
   * Numbers of workers to compare; 1 is always one of them.
   *
   * @default 1, 2, 4 and so on up to the number of cores, no more than there are segments
   */
  workers?: number[];
  /** How often the job is run with each number of workers. @default {3} */
  repeats?: number;
  /** Called after each run. */
  onRun?: (run: BenchmarkRun) => void;
}

/** One run of the job. */
export interface BenchmarkRun {
  workers: number;
  /** From the call to the finished file. */
  seconds: number;
  /** Position among all runs, from 0. */
  index: number;
  /** Number of all runs. */
  runs: number;
}

/** What a benchmark has measured. In a notebook it shows itself, as a table and a chart. */
export interface Benchmark {
  /** By number of workers, from 1 up. */
  results: Speedup[];
  /** Frames of the video. */
  frames: number;
  /** Segments of the video, the units of parallel work. */
  segments: number;
  /** How often the job was run with each number of workers. */
  repeats: number;
  /** Cores of this machine. */
  cores: number;
  /** The chart as a Vega-Lite spec. */
  chart: Record<string, unknown>;
  /** The chart as an SVG image. */
  svg: string;
  /** The table as text. */
  toString(): string;
}

/** How often the job is run with each number of workers. */
const REPEATS = 3;

/**
 * Measures what more workers bring: renders the same video with different numbers of them, from
 * the call to the finished file each time, with new workers. The first run, which fills the caches
 * of the system, does not count; then each number of workers has its turn in each round, so that
 * what slows the machine down for a while slows all of them down.
 *
 * @param spec A Vega or Vega-Lite spec, or the path or URL of one.
 * @param params As for `animate`; an iterable is pulled once.
 * @param options All optional.
 * @returns Seconds, speedup S(p) = T(1) / T(p) and efficiency S(p) / p of medians.
 * @throws {TypeError} If an option has a value of the wrong type.
 * @throws {RangeError} If there are more workers than segments, which could not all work.
 */
// As above.
// deno-lint-ignore no-explicit-any
export async function benchmark<Each = any, Context = any>(
  spec: SpecSource,
  params?: Params<Each>,
  { workers, repeats = REPEATS, onRun, ...options }: BenchmarkOptions<Each, Context> = {},
): Promise<Benchmark> {
  checkCount("repeats", repeats);
  if (workers !== undefined && !(Array.isArray(workers) && workers.length > 0)) {
    throw new TypeError(
      `Cannot benchmark as 'workers' must be an array of numbers: current value is ${
        describe(workers)
      }`,
    );
  }
  for (const count of workers ?? []) checkCount("workers", count);
  const own = OWN.find((name) => name in options);
  if (own !== undefined) {
    throw new TypeError(
      `Cannot benchmark as there is no option '${own}': a benchmark chooses that by itself`,
    );
  }
  const again = await repeatable(params);
  const folder = await Deno.makeTempDir({ prefix: "vega-reel-" });
  try {
    const render = (count: number) =>
      animate(spec, again, {
        ...options,
        output: join(folder, "benchmark.mp4"),
        workers: count,
        cache: false,
        executor: "local",
        show: false,
      });
    const most = Math.max(...workers ?? [availableParallelism()]);
    const video = await render(most);
    const counts = countsOf(workers, video);
    const times = new Map(counts.map((count) => [count, [] as number[]]));
    const runs = repeats * counts.length;
    let index = 0;
    for (let round = 0; round < repeats; round++) {
      // There and back, so that none is always the last.
      for (const count of round % 2 ? counts.toReversed() : counts) {
        // Every run starts its own workers.
        await warmPool.release();
        const begin = performance.now();
        await render(count);
        const seconds = (performance.now() - begin) / 1000;
        times.get(count)!.push(seconds);
        onRun?.({ workers: count, seconds, index: index++, runs });
      }
    }
    return await benchmarkOf(times, video, repeats);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function checkCount(name: string, value: unknown): void {
  if (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 1024) return;
  throw new RangeError(
    `Cannot benchmark as '${name}' must be integers from 1 to 1024: ` +
      `current value is ${describe(value)}`,
  );
}

/** Params that can be gone through more than once. */
async function repeatable(params: Params | undefined): Promise<Params | undefined> {
  if (typeof params !== "object" || params === null || Array.isArray(params)) return params;
  const frames: unknown[] = [];
  for await (const frame of params) {
    if (frames.length === MAX_PULLED) {
      throw new RangeError(
        `Cannot benchmark as an iterable may give at most ${MAX_PULLED} frames: it gives more`,
      );
    }
    // An iterable may change and give one and the same object again.
    frames.push(structuredClone(frame));
  }
  return frames;
}

function countsOf(workers: number[] | undefined, { stats }: Video): number[] {
  const segments = stats.segments.total;
  if (workers) {
    const most = Math.max(...workers);
    if (most <= segments) return ascending([1, ...workers]);
    throw new RangeError(
      `Cannot benchmark as 'workers' must be at most the number of segments, ${segments}: ` +
        `current value is ${most}. More frames, or the option 'segmentFrames', make more of them`,
    );
  }
  const most = Math.min(availableParallelism(), segments);
  const powers = Array.from({ length: Math.floor(Math.log2(most)) + 1 }, (_, i) => 2 ** i);
  return ascending([...powers, most]);
}

function ascending(counts: number[]): number[] {
  return [...new Set(counts)].sort((a, b) => a - b);
}

async function benchmarkOf(
  times: Map<number, number[]>,
  { frames, stats }: Video,
  repeats: number,
): Promise<Benchmark> {
  const first = median(times.get(1)!);
  const results = [...times].map(([workers, seconds]): Speedup => ({
    workers,
    seconds: median(seconds),
    spread: [Math.min(...seconds), Math.max(...seconds)],
    speedup: first / median(seconds),
    efficiency: first / median(seconds) / workers,
  }));
  const chart = speedupChart(results);
  const svg = await draw(chart);
  const text = speedupText(results);
  const measured: Benchmark = {
    results,
    frames,
    segments: stats.segments.total,
    repeats,
    cores: availableParallelism(),
    chart,
    svg,
    toString: () => text,
  };
  const shown = {
    [Symbol.for("Jupyter.display")]: () => ({
      "text/html": speedupHTML(results, svg),
      "text/plain": text,
    }),
    [Symbol.for("Deno.customInspect")]: () => text,
  };
  for (const symbol of Object.getOwnPropertySymbols(shown)) {
    Object.defineProperty(measured, symbol, { value: shown[symbol] });
  }
  return measured;
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

async function draw(chart: Record<string, unknown>): Promise<string> {
  const [{ compile }, vega] = await Promise.all([import("vega-lite"), import("vega")]);
  // The chart is our own, and right; its type is too long to be written out.
  const view = new vega.View(vega.parse(compile(chart as never).spec), { renderer: "none" });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}
