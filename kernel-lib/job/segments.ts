/** Sends segments to the executor and keeps what comes back, in whatever order. */
import { LAYOUT_EXCEEDED } from "../render/limits.ts";
import type { SegmentResult, SegmentTask } from "../render/task.ts";
import type { Executor } from "../run/executor.ts";
import { concurrently } from "./concurrently.ts";
import { type FrameSource, nextTask } from "./frames.ts";
import type { checkSegment } from "./join.ts";
import type { Preview } from "./preview.ts";
import type { ProgressMeter } from "./progress.ts";
import type { SegmentSpool } from "./spool.ts";
import type { StatsMeter } from "./stats.ts";

/** Where what comes back is kept, and who is told. */
export interface Keep {
  /** Throws where a segment is not what it must be; tells what all must share. */
  check: typeof checkSegment;
  spool: SegmentSpool;
  stats: StatsMeter;
  meter: ProgressMeter;
  preview: Preview | undefined;
}

/**
 * Renders all segments, a bounded number at a time. Each is checked and spooled.
 *
 * @returns The number of frames of each segment, and of all.
 * @throws {Error} If one of them fails; those that were begun are finished then, so that they can
 * be kept, and the others are given up.
 */
export async function renderSegments(
  executor: Executor,
  job: string,
  source: FrameSource,
  segmentFrames: number | undefined,
  { check, spool, stats, meter, preview }: Keep,
  signal: AbortSignal,
): Promise<{ segments: number[]; frames: number }> {
  const segments: number[] = [];
  let parameters: string | undefined;
  let first = 0;

  const keep = (
    { index, bytes, frames, stats: counted, store, where }: SegmentResult,
    first: number,
  ) => {
    const own = check(bytes, index, frames);
    parameters ??= own;
    if (own !== parameters) {
      throw new Error(
        `Cannot use segment ${index} as it was encoded with other parameters than the others`,
      );
    }
    spool.set(index, bytes);
    stats.add(counted, first, store === "reused", where);
    meter.end(index, store === "reused" ? "reused" : "done", store !== undefined, where);
    preview?.finished(index);
  };

  const next = async () => {
    const task = await nextTask(source, job, segments.length, first, segmentFrames);
    if (task === undefined) return undefined;
    segments.push(task.frames);
    first += task.frames;
    meter.begin(task);
    return task;
  };
  const render = async (task: SegmentTask, signal: AbortSignal, unbegun: AbortSignal) => {
    try {
      keep(await executor.render(task, signal, unbegun), task.first);
    } catch (error) {
      // The others are given up when one fails, or the job is cancelled.
      const isGivenUp = signal.aborted || (unbegun.aborted && error === unbegun.reason);
      meter.end(task.index, isGivenUp ? "waiting" : "failed");
      throw error;
    }
  };
  // Two for each worker: one to render, one to follow at once.
  await concurrently(next, render, () => 2 * executor.workers, signal, isFinal);
  return { segments, frames: first };
}

/** False where all segments are rendered again anyway. */
function isFinal(error: unknown): boolean {
  return (error as Error).name !== LAYOUT_EXCEEDED;
}
