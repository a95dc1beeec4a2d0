/** Workers that are kept for the next call, and those that are not. */
import assert from "node:assert/strict";
import { animate, type AnimateOptions, keepPool, releasePool } from "vega-reel";
import { waveFrames, waveSpec } from "../wave.ts";
import { workerThreads } from "../worker_threads.ts";

/** Threads end a moment after they were told to. */
async function assertLeft(count: number): Promise<void> {
  for (let i = 0; i < 400 && workerThreads().length > count; i++) {
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assert.equal(workerThreads().length, count);
}

const assertEnded = () => assertLeft(0);

async function render(
  folder: string,
  options: AnimateOptions = {},
  params: unknown = waveFrames(30),
) {
  const output = `${folder}/wave.mp4`;
  const given = { output, workers: 2, show: false, cache: false, ...options };
  await animate(waveSpec, params as unknown[], given);
  return await Deno.readFile(output);
}

async function inFolder(run: (folder: string) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  try {
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("keepPool() keeps workers from one call to the next, which gives the same bytes", async () => {
  await inFolder(async (folder) => {
    const cold = await render(folder);
    await assertEnded();
    {
      await using _pool = keepPool();
      assert.deepEqual(await render(folder), cold);
      const kept = workerThreads();
      assert.equal(kept.length, 2);
      assert.deepEqual(await render(folder), cold);
      assert.deepEqual(await render(folder, { workers: 1 }), cold);
      assert.deepEqual(workerThreads(), kept);
      await render(folder, { workers: 3, segmentFrames: 5 });
      assert.deepEqual(workerThreads().filter((id) => kept.includes(id)), kept);
      await releasePool();
      await assertEnded();
      assert.deepEqual(await render(folder), cold);
    }
    await assertEnded();
  });
});

Deno.test("keepPool() does not keep workers that have run update, hold much, or were cancelled", async () => {
  await inFolder(async (folder) => {
    await using _pool = keepPool();
    const update = (_: unknown, { index }: { index: number }) => ({ wave: [{ x: index, y: 0 }] });
    await render(folder, { update }, 30);
    await assertEnded();
    await assert.rejects(render(folder, { onProgress: () => Promise.reject(new Error("no")) }));
    await render(folder);
    await assertLeft(2);
    await using _small = keepPool({ megabytes: 1 });
    await render(folder);
    await assertEnded();
  });
});

Deno.test("keepPool() ends workers after a while", async () => {
  await inFolder(async (folder) => {
    await using _pool = keepPool({ seconds: 0.05 });
    await render(folder);
    await assertEnded();
  });
});

Deno.test("keepPool() lets a program end", async () => {
  const code = `
    import { animate, keepPool } from "vega-reel";
    keepPool();
    const output = Deno.args[0] + "/wave.mp4";
    const params = [{ d: [{ x: 1 }] }, { d: [{ x: 2 }] }];
    const encoding = { x: { field: "x", type: "quantitative" } };
    await animate({ data: { name: "d" }, mark: "bar", encoding }, params, { output, cache: false });
    console.log("done");`;
  await inFolder(async (folder) => {
    const file = new URL("../.keep_pool.ts", import.meta.url);
    await Deno.writeTextFile(file, code);
    try {
      const args = ["run", "-A", "--no-check", file.pathname, folder];
      const { stdout, success } = await new Deno.Command(Deno.execPath(), { args }).output();
      assert.ok(success);
      assert.match(new TextDecoder().decode(stdout), /done/);
    } finally {
      await Deno.remove(file);
    }
  });
});
