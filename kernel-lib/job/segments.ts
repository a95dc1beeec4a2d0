/** Sends segments to the executor and keeps what comes back, in whatever order. */
import type { SegmentResult } from "../render/task.ts";
import type { Executor } from "../run/executor.ts";
import { abortable } from "./abortable.ts";
import { nextTask } from "./frames.ts";
import { checkSegment } from "./join.ts";
import type { Settled } from "./prepare.ts";
import type { Preview } from "./preview.ts";
import type { ProgressMeter } from "./progress.ts";
import type { SegmentSpool } from "./spool.ts";
import type { StatsMeter } from "./stats.ts";

/** Where what comes back is kept, and who is told. */
export interface Keep {
  spool: SegmentSpool;
  stats: StatsMeter;
  meter: ProgressMeter;
  preview: Preview | undefined;
}

/**
 * Renders all segments, a bounded number at a time. Each is checked and spooled.
 *
 * @returns The number of frames of each segment, and of all.
 * @throws {Error} If one of them fails; the others are given up then.
 */
export async function renderSegments(
  executor: Executor,
  { job, frames }: Settled,
  segmentFrames: number | undefined,
  { spool, stats, meter, preview }: Keep,
  signal: AbortSignal,
): Promise<{ segments: number[]; frames: number }> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const underWay = new Set<Promise<void>>();
  const segments: number[] = [];
  let parameters: string | undefined;
  let first = 0;

  const keep = ({ index, bytes, frames, stats: counted }: SegmentResult, first: number) => {
    const own = checkSegment(bytes, index, frames);
    parameters ??= own;
    if (own !== parameters) {
      throw new Error(
        `Cannot use segment ${index} as it was encoded with other parameters than the others`,
      );
    }
    spool.set(index, bytes);
    stats.add(counted, first);
    meter.end(index, "done");
    preview?.finished(index);
  };

  try {
    for (let index = 0;; index++) {
      const pulled = nextTask(frames, job.id, index, first, segmentFrames);
      // A failure elsewhere ends the waiting for params that may never come.
      const task = await Promise.race([abortable(pulled, either), failureOf(underWay)]);
      if (task === undefined) break;
      segments.push(task.frames);
      first += task.frames;
      meter.begin(task);
      const rendering = executor.render(task, either)
        .then((result) => keep(result, task.first))
        .catch((error) => {
          // The others are given up when one fails, or the job is cancelled.
          meter.end(index, either.aborted ? "waiting" : "failed");
          throw error;
        });
      rendering.catch(() => {});
      underWay.add(rendering);
      rendering.then(() => underWay.delete(rendering), () => {});
      // Two for each worker: one to render, one to follow at once.
      while (underWay.size >= 2 * executor.workers) await Promise.race(underWay);
    }
    await Promise.all(underWay);
  } catch (error) {
    stop.abort(error);
    await Promise.allSettled(underWay);
    throw error;
  }
  return { segments, frames: first };
}

/** Rejects when one of the promises does; never resolves. */
function failureOf(promises: Set<Promise<void>>): Promise<never> {
  return new Promise((_, reject) => {
    for (const promise of promises) promise.catch(reject);
  });
}
