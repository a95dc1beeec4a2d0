/** How time grows with workers, frames, points and pixels. */
import type { Video } from "vega-reel";
import { reel } from "./programs.ts";
import { run, spreadOf } from "./timing.ts";

/** One number of workers. */
export interface Scaling {
  workers: number;
  seconds: number;
  /** S(p) = T(1) / T(p). */
  speedup: number;
  /** S(p) / p. */
  efficiency: number;
  /** T(1) / T(p) where each worker has as many frames as the one of T(1). */
  weak: number;
  /** The most memory that the process held in the renders of `weak`, in MB; 0 if not known. */
  peakMb: number;
}

/** What one render cost. */
export interface Cost {
  /** What was varied: how many frames, points or pixels. */
  amount: number;
  frames: number;
  seconds: number;
  /** Milliseconds a frame of the render alone, without start and scan. */
  frameTime: number;
}

async function render(
  scene: string,
  frames: number,
  folder: string,
  options: Record<string, unknown>,
): Promise<Video & { peakMb?: number }> {
  const output = `${folder}/scaling.mp4`;
  return JSON.parse(await run(reel(scene, scene, frames, output, options)));
}

/**
 * Renders a scene with 1, 2, 4 … workers, in turn.
 *
 * @param frames How many frames all workers have together, and how many each has in `weak`.
 */
export async function measureScaling(
  scene: string,
  frames: { all: number; each: number },
  counts: number[],
  rounds: number,
  folder: string,
): Promise<Scaling[]> {
  const runs = counts.map(() => ({ strong: [] as number[], weak: [] as number[], peaks: [0] }));
  for (let round = 0; round < rounds; round++) {
    for (const [i, workers] of counts.entries()) {
      const { strong, weak, peaks } = runs[i];
      const { stats } = await render(scene, frames.all, folder, { workers });
      strong.push(stats.seconds.total);
      const more = await render(scene, workers * frames.each, folder, { workers });
      weak.push(more.stats.seconds.total);
      peaks.push(more.peakMb ?? 0);
    }
  }
  const medians = runs.map(({ strong, weak }) =>
    [strong, weak].map((runs) => spreadOf(runs).median)
  );
  return counts.map((workers, i) => {
    const [seconds, weak] = medians[i];
    const speedup = medians[0][0] / seconds;
    const efficiency = speedup / workers;
    const peakMb = Math.max(...runs[i].peaks);
    return { workers, seconds, speedup, efficiency, weak: medians[0][1] / weak, peakMb };
  });
}

/** Renders a scene with more and more of something. */
export async function measureCost(
  scene: string,
  amounts: { amount: number; frames: number; options?: Record<string, unknown> }[],
  folder: string,
): Promise<Cost[]> {
  const costs: Cost[] = [];
  for (const { amount, frames, options = {} } of amounts) {
    const { stats } = await render(scene, frames, folder, options);
    const { render: rendering, total } = stats.seconds;
    costs.push({ amount, frames, seconds: total, frameTime: 1000 * rendering / frames });
    console.error(`  ${scene} ${amount}: ${total.toFixed(2)} s`);
  }
  return costs;
}

/** Milliseconds a frame by stage of a scene, as the render itself counts them. */
export async function measureStages(
  scene: string,
  frames: number,
  folder: string,
): Promise<Pick<Video["stats"], "stages" | "patching" | "work"> & { scene: string; fps: number }> {
  const { stats } = await render(scene, frames, folder, {});
  const { stages, patching, work, framesPerSecond } = stats;
  return { scene, stages, patching, work, fps: framesPerSecond };
}
