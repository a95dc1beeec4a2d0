/** Draws a job's frames through the executor, as pictures. */
import { Buffer } from "node:buffer";
import { createCanvas, loadImage } from "canvas";
import { prepare } from "../../kernel-lib/job/prepare.ts";
import { settle } from "../../kernel-lib/job/scan.ts";
import { readOptions } from "../../kernel-lib/job/options.ts";
import type { Executor } from "../../kernel-lib/run/executor.ts";
import type { Pixels, Values } from "../fresh.ts";
import type { SettledJob } from "../settled.ts";

/** What a job made of its frames. */
export interface Drawn {
  /** The job as the workers had it, its layout settled. */
  job: SettledJob;
  /** The pixels of each drawing: the index of its frame, and in which order it was asked for. */
  drawings: { frame: number; pixels: Pixels }[];
}

/**
 * Draws frames, each as a task of its own, on the workers of an executor.
 *
 * @param spec A spec.
 * @param frames The values of all frames.
 * @param order The indices of the frames to draw.
 */
export async function drawJob(
  executor: Executor,
  spec: Record<string, unknown>,
  frames: Values[],
  order: number[],
): Promise<Drawn> {
  const { signal } = new AbortController();
  const events = { onFrames() {}, onScanned() {}, onLog() {} };
  const options = readOptions({ raster: "cairo", frameTimeout: 60 });
  const prepared = await prepare(spec, frames, options, "cairo", signal);
  try {
    using settled = await settle(executor, prepared, options, events, signal);
    const { job } = settled;
    await executor.open({ ...job, encoding: { kind: "png" } }, events);
    const tasks = order.map(async (frame, index) => {
      const params = [{ values: frames[frame], update: false }];
      const task = { job: job.id, index, first: frame, frames: 1, params };
      const { bytes } = await executor.render(task, signal);
      return { frame, pixels: await decode(bytes) };
    });
    // The executor takes another job only when all tasks of this one have ended.
    await Promise.allSettled(tasks);
    return { job, drawings: await Promise.all(tasks) };
  } finally {
    prepared.frames.close();
  }
}

async function decode(png: Uint8Array): Promise<Pixels> {
  const image = await loadImage(Buffer.from(png));
  const { width, height } = image;
  const context = createCanvas(width, height).getContext("2d");
  context.drawImage(image, 0, 0);
  return { width, height, rgba: new Uint8Array(context.getImageData(0, 0, width, height).data) };
}
