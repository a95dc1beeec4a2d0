/** What a job takes on the workers of an engine, beside the same job on this machine. */
import { join } from "node:path";
import { animate } from "../../kernel-lib/mod.ts";
import { DaskCluster } from "../../test/cluster/dask.ts";
import { fixedWaveSpec } from "../../test/wave.ts";
import { type Spread, spreadOf } from "../timing.ts";

/** Frames of each segment. */
export const SEGMENT_FRAMES = 15;

/** What a segment of small frames takes. */
export interface Overhead {
  name: string;
  /** From a segment's beginning to its end, in milliseconds. */
  segment: Spread;
  /** The whole job, in seconds. */
  total: Spread;
}

/** What segments of heavy frames take on so many workers. */
export interface Scaling {
  name: string;
  workers: number;
  /** Seconds in which they were rendered. */
  seconds: Spread;
  /** T(1) / T(p), of the medians. */
  speedup: number;
}

/** An `update` that computes for so many rounds: it counts and does not look at the clock. */
function busy(_: unknown, { index, context }: { index: number; context: { rounds: number } }) {
  let sum = 0;
  for (let i = 1; i < context.rounds; i++) sum += Math.sin(i * index) / i;
  return { wave: [{ x: 0, y: 0 }, { x: 10, y: Math.sin(index / 5) + sum * 1e-9 }] };
}

/** Renders so many segments; returns the seconds that it took, by part. */
async function render(
  executor: string,
  workers: number,
  segments: number,
  rounds: number,
  folder: string,
) {
  const { stats } = await animate(fixedWaveSpec, SEGMENT_FRAMES * segments, {
    ...{ output: join(folder, "video.mp4"), executor, workers, show: false, cache: false },
    ...{ update: busy, context: { rounds }, segmentFrames: SEGMENT_FRAMES },
  });
  return stats.seconds;
}

/** One worker and small frames: what is left is what a segment costs by itself. */
export async function measureOverhead(
  segments: number,
  repeats: number,
  folder: string,
): Promise<Overhead[]> {
  await using cluster = await DaskCluster.start();
  await cluster.addWorker();
  const executors = { local: "local", loky: "loky:1", Dask: `dask:${cluster.address}` };
  const names = Object.entries(executors);
  const times = names.map(() => ({ segment: [] as number[], total: [] as number[] }));
  for (let i = 0; i < repeats; i++) {
    for (const [j, [, executor]] of names.entries()) {
      const { render: seconds, total } = await render(executor, 1, segments, 0, folder);
      times[j].segment.push(1000 * seconds / segments);
      times[j].total.push(total);
    }
  }
  return names.map(([name], j) => ({
    name,
    segment: spreadOf(times[j].segment),
    total: spreadOf(times[j].total),
  }));
}

/** Heavy frames on 1, 2, 4 and so on workers. */
export async function measureScaling(
  maxWorkers: number,
  segments: number,
  rounds: number,
  repeats: number,
  folder: string,
): Promise<Scaling[]> {
  await using cluster = await DaskCluster.start();
  const found: Scaling[] = [];
  const executors = { local: "local", Dask: `dask:${cluster.address}` };
  for (let workers = 1, started = 0; workers <= maxWorkers; workers *= 2) {
    for (; started < workers; started++) await cluster.addWorker();
    const times: Record<string, number[]> = { local: [], Dask: [] };
    for (let i = 0; i < repeats; i++) {
      for (const [name, executor] of Object.entries(executors)) {
        times[name].push((await render(executor, workers, segments, rounds, folder)).render);
      }
    }
    for (const name of Object.keys(executors)) {
      const seconds = spreadOf(times[name]);
      const first = found.find((other) => other.name === name)?.seconds ?? seconds;
      found.push({ name, workers, seconds, speedup: first.median / seconds.median });
    }
  }
  return found;
}
