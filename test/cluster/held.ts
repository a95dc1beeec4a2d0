/**
 * A job whose workers are held up as long as a file exists.
 *
 * Usage: held.ts OUTPUT FILE
 */
import { animate } from "vega-reel";
import { fixedWaveSpec } from "../wave.ts";

/** Number of frames of the job. */
export const FRAMES = 120;

/** Waits at the tenth frame of each segment while the file of its context exists. */
export async function held(
  _: unknown,
  { index, context }: { index: number; context: { file: string } },
) {
  const exists = () => Deno.stat(context.file).then(() => true, () => false);
  while (index % 30 === 10 && await exists()) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { wave: [{ x: 0, y: 0 }, { x: 10, y: Math.sin(index / 5) }] };
}

if (import.meta.main) {
  const [output, file] = Deno.args;
  const options = { output, update: held, context: { file }, segmentFrames: 30, cache: false };
  await animate(fixedWaveSpec, FRAMES, options);
}
