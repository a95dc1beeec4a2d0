/** The processes of joblib's loky, and whatever else a function of Python returns. */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { animate } from "vega-reel";
import { withFolder } from "../folder.ts";
import { fixedWaveSpec, waveFrames, waveSpec } from "../wave.ts";
import { FRAMES, held } from "./held.ts";
import { descendants, type Process, taskProcesses, until, untilGone } from "./processes.ts";

/** The processes of the bridge's engine that have started others. */
function lokyWorkers(): Process[] {
  return descendants(Deno.pid)
    .filter(({ command }) => command.includes("loky.backend.popen_loky"))
    .filter(({ id }) => taskProcesses(id).length > 0);
}

Deno.test("animate() goes on after a worker of loky is killed, to the same bytes", () =>
  withFolder(async (folder) => {
    const file = join(folder, "held");
    const output = join(folder, "video.mp4");
    const options = {
      ...{ output, show: false, cache: false, segmentFrames: 30 },
      ...{ update: held, context: { file } },
    };
    await animate(fixedWaveSpec, FRAMES, options);
    const expected = await Deno.readFile(output);
    await Deno.writeTextFile(file, "");
    const job = animate(fixedWaveSpec, FRAMES, { ...options, executor: "loky:2" });
    await until("both workers render", () => lokyWorkers().length === 2);
    const busy = lokyWorkers().flatMap(({ id }) => taskProcesses(id));
    Deno.kill(lokyWorkers()[0].id, "SIGKILL");
    await untilGone(busy);
    await Deno.remove(file);
    const { stats } = await job;
    assert.deepEqual(await Deno.readFile(output), expected);
    assert.deepEqual(stats.machines, { [Deno.hostname()]: 4 });
    await until("nothing of it is left", () => descendants(Deno.pid).length === 0);
  }));

Deno.test("animate() says so when the bridge is killed, which leaves nothing running", () =>
  withFolder(async (folder) => {
    const file = join(folder, "held");
    await Deno.writeTextFile(file, "");
    const job = animate(fixedWaveSpec, FRAMES, {
      ...{ output: join(folder, "video.mp4"), show: false, cache: false },
      ...{ update: held, context: { file }, executor: "loky:2" },
    });
    job.catch(() => {});
    await until("both workers render", () => lokyWorkers().length === 2);
    const all = descendants(Deno.pid);
    Deno.kill(all.find(({ command }) => command.includes("vega_reel.bridge"))!.id, "SIGKILL");
    await assert.rejects(job, /^Error: Cannot go on as the bridge to 'loky:2' has ended/);
    await untilGone(all);
  }));

Deno.test("animate() renders on what a function of Python returns", () =>
  withFolder(async (folder) => {
    const output = join(folder, "video.mp4");
    const options = { output, show: false, cache: false };
    await animate(waveSpec, waveFrames(20), options);
    const expected = await Deno.readFile(output);
    const modules = dirname(fileURLToPath(import.meta.url));
    Deno.env.set("PYTHONPATH", modules);
    Deno.env.set("VEGA_REEL_EXECUTOR", "made_executor:two_threads");
    try {
      const { stats } = await animate(waveSpec, waveFrames(20), options);
      assert.equal(stats.workers, 2);
      assert.deepEqual(await Deno.readFile(output), expected);
      const executor = "made_executor:local_cluster";
      const made = await animate(waveSpec, waveFrames(20), { ...options, executor });
      assert.equal(made.stats.workers, 1);
      assert.deepEqual(await Deno.readFile(output), expected);
      await assert.rejects(
        animate(waveSpec, waveFrames(20), { ...options, executor: "made_executor:nothing" }),
        /as 'made_executor:nothing' must return an executor, .*: it returned int$/,
      );
    } finally {
      Deno.env.delete("PYTHONPATH");
      Deno.env.delete("VEGA_REEL_EXECUTOR");
    }
  }));
