/** What tasks share travels once to each machine. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { bridgeTo } from "../../kernel-lib/bridge_to.ts";
import { readOptions } from "../../kernel-lib/job/options.ts";
import { chooseRaster, prepare } from "../../kernel-lib/job/prepare.ts";

import { fixedWaveSpec } from "../wave.ts";
import { DaskCluster } from "./dask.ts";

const MEGABYTES = 50;

/** Scans frames in six tasks that share much; returns how many bytes were sent for that. */
async function scanWithContext(executor: string): Promise<number> {
  const context = new Float64Array(MEGABYTES * 2 ** 20 / 8).fill(0.5);
  context[0] = Math.random();
  const options = readOptions({
    context,
    update: (_: unknown, { index, context }: { index: number; context: Float64Array }) => ({
      wave: [{ x: context[index], y: context.length }],
    }),
  });
  const signal = new AbortController().signal;
  const raster = await chooseRaster("auto");
  const { draft } = await prepare(fixedWaveSpec, 6, options, raster, signal);
  const bridge = bridgeTo(executor, "shared", raster);
  try {
    await bridge.open(draft, { onFrames() {}, onScanned() {}, onLog() {} });
    const tasks = Array.from({ length: 6 }, (_, frame) => ({
      ...{ job: draft.id, frames: [frame], params: [{ values: undefined, update: true }] },
    }));
    const results = await Promise.all(tasks.map((task) => bridge.scan(task, signal)));
    assert.equal(results.every(({ patches }) => patches.length === 1), true);
    return bridge.delivered;
  } finally {
    await bridge.close();
  }
}

Deno.test("BridgeExecutor sends a context of 50 MB once to each worker of Dask", async () => {
  await using cluster = await DaskCluster.start();
  const workers = await Promise.all([cluster.addWorker(), cluster.addWorker()]);
  const sent = await scanWithContext(`dask:${cluster.address}`);
  // Each has a folder of its own, as machines have.
  assert.ok(sent > 2 * MEGABYTES * 2 ** 20, `${sent} bytes`);
  assert.ok(sent < 2.1 * MEGABYTES * 2 ** 20, `${sent} bytes`);
  for (const { folder } of workers) {
    const kept = [...Deno.readDirSync(join(folder, "vega-reel", "shared"))];
    const sizes = kept.map(({ name }) =>
      Deno.statSync(join(folder, "vega-reel", "shared", name)).size
    );
    assert.equal(sizes.filter((size) => size > MEGABYTES * 2 ** 20).length, 1);
  }
});

Deno.test("BridgeExecutor sends a context of 50 MB once to this machine by loky", async () => {
  const sent = await scanWithContext("loky:2");
  assert.ok(sent > MEGABYTES * 2 ** 20 && sent < 1.05 * MEGABYTES * 2 ** 20, `${sent} bytes`);
});
