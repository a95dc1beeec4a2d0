/**
 * A job that is killed, together with its program, once some of its segments are finished.
 *
 * Usage: killed.ts OUTPUT CACHE [SEGMENTS] [FRAMES]
 */
import { animate } from "vega-reel";
import { waveSpec } from "../wave.ts";

/** Number of frames of the job. */
export const FRAMES = 200;

/** Takes its time, and makes its frame. */
export async function slowWave(_: unknown, { index }: { index: number }) {
  await new Promise((resolve) => setTimeout(resolve, 10));
  return { wave: [{ x: 0, y: 0 }, { x: 10, y: Math.sin(index / 5) }] };
}

if (import.meta.main) {
  const [output, cache, segments = "3", frames = FRAMES] = Deno.args;
  const job = animate(waveSpec, Number(frames), { output, cache, update: slowWave, workers: 2 });
  for await (const _ of job.progress()) {
    const done = job.segments().filter(({ state }) => state === "done").length;
    if (done >= Number(segments)) Deno.kill(Deno.pid, "SIGKILL");
  }
}
