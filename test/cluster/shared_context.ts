/** Tasks that share much, and how much of that travels. */
import assert from "node:assert/strict";
import { bridgeTo } from "../../kernel-lib/bridge_to.ts";
import { readOptions } from "../../kernel-lib/job/options.ts";
import { chooseRaster, prepare } from "../../kernel-lib/job/prepare.ts";
import { fixedWaveSpec } from "../wave.ts";

/** How much the tasks share. */
export const CONTEXT_BYTES = 50 * 2 ** 20;

const TASKS = 6;

/** Scans frames, each in a task; returns how many bytes were sent for what they share. */
export async function scanWithContext(executor: string): Promise<number> {
  const context = new Float64Array(CONTEXT_BYTES / 8).fill(0.5);
  context[0] = Math.random();
  const options = readOptions({
    context,
    update: (_: unknown, { index, context }: { index: number; context: Float64Array }) => ({
      wave: [{ x: context[index], y: context.length }],
    }),
  });
  const signal = new AbortController().signal;
  const raster = await chooseRaster("auto");
  const { draft } = await prepare(fixedWaveSpec, TASKS, options, raster, signal);
  const bridge = bridgeTo(executor, "shared", raster);
  try {
    await bridge.open(draft, { onFrames() {}, onScanned() {}, onLog() {} });
    const tasks = Array.from({ length: TASKS }, (_, frame) => ({
      ...{ job: draft.id, frames: [frame], params: [{ values: undefined, update: true }] },
    }));
    const results = await Promise.all(tasks.map((task) => bridge.scan(task, signal)));
    assert.equal(results.every(({ patches }) => patches.length === 1), true);
    return bridge.delivered;
  } finally {
    await bridge.close();
  }
}
