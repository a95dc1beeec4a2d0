/**
 * A job whose workers are held up as long as a folder exists.
 *
 * Usage: held.ts OUTPUT FOLDER
 */
import { animate } from "vega-reel";
import { fixedWaveSpec } from "../wave.ts";
import { descendants, type Process, taskProcesses, until } from "../processes.ts";

/** Number of frames of the job. */
export const FRAMES = 120;

/** Waits at the tenth frame of each segment while the folder exists, and leaves its name there. */
export async function held(
  _: unknown,
  { index, context }: { index: number; context: { folder: string } },
) {
  const isHeld = () =>
    Deno.writeTextFile(`${context.folder}/${Deno.pid}`, "").then(() => true, () => false);
  while (index % 30 === 10 && await isHeld()) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { wave: [{ x: 0, y: 0 }, { x: 10, y: Math.sin(index / 5) }] };
}

/** Waits until a task below a process is held up; returns the processes that do it. */
export async function untilHeld(folder: string, root: () => number): Promise<Process[]> {
  const isHeld = () => {
    const names = [...Deno.readDirSync(folder)].map(({ name }) => Number(name));
    return descendants(root()).some(({ id }) => names.includes(id));
  };
  await until("a task is held up in a frame", isHeld);
  return taskProcesses(root());
}

if (import.meta.main) {
  const [output, folder] = Deno.args;
  const options = { output, update: held, context: { folder }, segmentFrames: 30, cache: false };
  await animate(fixedWaveSpec, FRAMES, options);
}
