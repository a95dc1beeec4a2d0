/** A program that is killed costs no finished segment. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { animate } from "vega-reel";
import { withFolder } from "../folder.ts";
import { Kernel, NotebookFolder, prelude } from "../kernel/kernel.ts";
import { FRAMES, slowWave } from "./killed.ts";
import { waveSpec } from "../wave.ts";

Deno.test("animate() goes on where a program was killed, to the same bytes", () =>
  withFolder(async (folder) => {
    const output = join(folder, "video.mp4");
    const cache = join(folder, "cache");
    const script = fileURLToPath(new URL("killed.ts", import.meta.url));
    const killed = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", script, output, cache],
      stdout: "null",
      stderr: "null",
    }).output();
    assert.equal(killed.signal, "SIGKILL");
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name);
    assert.deepEqual(names, ["cache"]);

    const options = { output, update: slowWave, workers: 2, show: false };
    const { stats } = await animate(waveSpec, FRAMES, { ...options, cache });
    const { total, rendered, reused } = stats.segments;
    assert.ok(reused >= 3 && reused < total, `${reused} of ${total}`);
    assert.equal(rendered + reused, total);
    const resumed = await Deno.readFile(output);
    await animate(waveSpec, FRAMES, { ...options, cache: false });
    assert.deepEqual(resumed, await Deno.readFile(output));
  }));

Deno.test("animate() goes on where a kernel was killed, to the same bytes", async () => {
  using folder = new NotebookFolder();
  const cell = (more: string) =>
    `const job = animate(spec, 200, { output: "video.mp4", update: slow, workers: 2, ${more} });`;
  {
    await using kernel = await Kernel.start(folder);
    await kernel.run(prelude);
    kernel.execute(`
      ${cell("")}
      for await (const _ of job.progress()) {
        const done = job.segments().filter(({ state }) => state === "done").length;
        if (done >= 3) Deno.kill(Deno.pid, "SIGKILL");
      }
    `);
    for (let i = 0; i < 300 && await kernel.isAlive(); i++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.equal(await kernel.isAlive(), false);
    assert.deepEqual(folder.files, []);
  }
  await using kernel = await Kernel.start(folder);
  await kernel.run(prelude);
  const [{ data }] = await kernel.run(`${cell("show: false")} (await job).stats.segments.reused`);
  assert.ok(Number(data!["text/plain"]) >= 3, `${data!["text/plain"]} reused`);
  const resumed = await Deno.readFile(join(folder.path, "video.mp4"));
  const again = kernel.execute(`await animate(spec, 200, {
    output: "video.mp4", update: slow, workers: 2, cache: false });`);
  assert.equal(await again.ended, "ok");
  assert.deepEqual(resumed, await Deno.readFile(join(folder.path, "video.mp4")));
});
