/** The processes of joblib's loky, and whatever else a function of Python returns. */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { animate } from "vega-reel";
import { withFolder } from "../folder.ts";
import { fixedWaveSpec, waveFrames } from "../wave.ts";
import { FRAMES, held, untilHeld } from "./held.ts";
import { assertHolds } from "./same_bytes.ts";
import { CONTEXT_BYTES, scanWithContext } from "./shared_context.ts";
import { descendants, type Process, taskProcesses, until, untilGone } from "../processes.ts";

/** Waits until both workers are held up; returns them. */
async function untilBothHeld(gate: string): Promise<Process[]> {
  const workers = () =>
    descendants(Deno.pid).filter(({ command }) => command.includes("loky.backend.popen_loky"));
  await until("there are two workers", () => workers().length === 2);
  for (const { id } of workers()) await untilHeld(gate, () => id);
  return workers();
}

Deno.test("animate() goes on after a worker of loky is killed, to the same bytes", () =>
  withFolder(async (folder) => {
    const gate = join(folder, "held");
    const output = join(folder, "video.mp4");
    const options = {
      ...{ output, show: false, cache: false, segmentFrames: 30 },
      ...{ update: held, context: { folder: gate } },
    };
    await animate(fixedWaveSpec, FRAMES, options);
    const expected = await Deno.readFile(output);
    await Deno.mkdir(gate);
    const job = animate(fixedWaveSpec, FRAMES, { ...options, executor: "loky:2" });
    const both = await untilBothHeld(gate);
    const busy = both.flatMap(({ id }) => taskProcesses(id));
    Deno.kill(both[0].id, "SIGKILL");
    await untilGone(busy);
    await Deno.remove(gate, { recursive: true });
    const { stats } = await job;
    assertHolds(output, expected);
    assert.deepEqual(stats.machines, { [Deno.hostname()]: 4 });
    await until("nothing of it is left", () => descendants(Deno.pid).length === 0);
  }));

Deno.test("animate() says so when the bridge is killed, which leaves nothing running", () =>
  withFolder(async (folder) => {
    const gate = join(folder, "held");
    await Deno.mkdir(gate);
    const job = animate(fixedWaveSpec, FRAMES, {
      ...{ output: join(folder, "video.mp4"), show: false, cache: false },
      ...{ update: held, context: { folder: gate }, executor: "loky:2" },
    });
    job.catch(() => {});
    await untilBothHeld(gate);
    const all = descendants(Deno.pid);
    Deno.kill(all.find(({ command }) => command.includes("vega_reel.bridge"))!.id, "SIGKILL");
    await assert.rejects(job, /^Error: Cannot go on as the bridge to 'loky:2' has ended/);
    await untilGone(all);
  }));

Deno.test("animate() renders on what a function of Python returns", () =>
  withFolder(async (folder) => {
    const output = join(folder, "video.mp4");
    const options = { output, show: false, cache: false };
    await animate(fixedWaveSpec, waveFrames(20), options);
    const expected = await Deno.readFile(output);
    const modules = dirname(fileURLToPath(import.meta.url));
    Deno.env.set("PYTHONPATH", modules);
    Deno.env.set("VEGA_REEL_EXECUTOR", "made_executor:two_threads");
    try {
      const { stats } = await animate(fixedWaveSpec, waveFrames(20), options);
      assert.equal(stats.workers, 2);
      assertHolds(output, expected);
      const executor = "made_executor:local_cluster";
      const made = await animate(fixedWaveSpec, waveFrames(20), { ...options, executor });
      assert.equal(made.stats.workers, 1);
      assertHolds(output, expected);
      await assert.rejects(
        animate(fixedWaveSpec, waveFrames(20), { ...options, executor: "made_executor:nothing" }),
        /as 'made_executor:nothing' must return an executor, .*: it returned int$/,
      );
    } finally {
      Deno.env.delete("PYTHONPATH");
      Deno.env.delete("VEGA_REEL_EXECUTOR");
    }
  }));

Deno.test("BridgeExecutor sends a context of 50 MB once to this machine by loky", async () => {
  const sent = await scanWithContext("loky:2");
  assert.ok(sent > CONTEXT_BYTES && sent < 1.05 * CONTEXT_BYTES, `${sent} bytes`);
});
