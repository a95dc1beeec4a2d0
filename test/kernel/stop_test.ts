import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { type Cell, type Kernel, type NotebookFolder, sharedKernel } from "./kernel.ts";

/** Starts a job of 300 slow frames. */
const START = `await animate(spec, 300, { output: "never.mp4", update: slow, workers: 2 });`;

/** A chart that needs no look at its frames before they are rendered. */
const FIXED = `{ ...spec, autosize: "none", padding: 40 }`;

// Each test has to leave the kernel fit for the next.
const shared = sharedKernel();

/** Runs a test with a kernel that knows the prelude, and then checks what is left of it. */
async function withKernel(test: (kernel: Kernel, folder: NotebookFolder) => Promise<void>) {
  const { kernel, folder } = shared;
  // What another test has rendered would be reused.
  rmSync(join(folder.path, ".cache"), { recursive: true, force: true });
  await test(kernel, folder);
  assert.deepEqual(folder.files, []);
  assert.deepEqual(kernel.children(), []);
  const outputs = await kernel.run("6 * 7");
  assert.deepEqual(outputs.map(({ data }) => data), [{ "text/plain": "42" }]);
  assert.equal(await kernel.isAlive(), true);
}

async function rendering(kernel: Kernel, cell: Cell): Promise<void> {
  await kernel.until(() => cell.job && cell.job.frames > 0 || undefined);
}

/** Checks that a cell ends, soon from now, as one that was stopped. */
async function assertStopped(cell: Cell): Promise<void> {
  const begin = performance.now();
  assert.equal(await cell.ended, "error");
  assert.ok(performance.now() - begin < 2500);
  assert.equal(cell.error?.ename, "AbortError");
  const counts = /^The animation was cancelled: (\d+)( of \d+)? frames were done/;
  assert.match(cell.error!.evalue!, counts);
  assert.equal(cell.job?.state, "cancelled");
  assert.equal(cell.job.error, cell.error!.evalue);
  assert.equal(Number(counts.exec(cell.job.error!)![1]), cell.job.frames);
}

Deno.test("Stop ends a job and leaves the kernel, no process and no file", () =>
  withKernel(async (kernel, folder) => {
    const cell = kernel.execute(START);
    await rendering(kernel, cell);
    assert.ok(kernel.children().some((command) => command.includes("ffmpeg")));
    kernel.interrupt();
    await assertStopped(cell);
    assert.match(cell.error!.evalue!, /: [1-9]\d* of 300 frames/);
    // A second click comes late.
    kernel.interrupt();
    assert.equal(await kernel.isAlive(), true);
    assert.deepEqual(folder.files, []);
    const next = kernel.execute(`await animate(spec, waveFrames(3), { output: "next.mp4" });`);
    assert.equal(await next.ended, "ok");
    assert.equal(next.job?.state, "done");
    Deno.removeSync(`${folder.path}/next.mp4`);
  }));

Deno.test("Stop ends a job also when it is pressed twice", () =>
  withKernel(async (kernel) => {
    const cell = kernel.execute(START);
    await rendering(kernel, cell);
    kernel.interrupt();
    kernel.interrupt();
    await assertStopped(cell);
  }));

Deno.test("Stop ends a job that has not begun to render", () =>
  withKernel(async (kernel) => {
    const cell = kernel.execute(START);
    await kernel.until(() => cell.job);
    kernel.interrupt();
    await assertStopped(cell);
  }));

Deno.test("Stop ends a job whose update never returns", () =>
  withKernel(async (kernel) => {
    const cell = kernel.execute(`
      await animate(${FIXED}, 60, {
        output: "never.mp4",
        workers: 2,
        update: (_, frame) => {
          while (frame.index === 40);
          return { wave: [] };
        },
      });
    `);
    // Until nothing is left but the endless frame and the rest of its segment.
    await kernel.until(() => cell.job?.frames === 55 || undefined);
    kernel.interrupt();
    await assertStopped(cell);
  }));

Deno.test("Stop ends a job whose params never come", () =>
  withKernel(async (kernel) => {
    const cell = kernel.execute(`
      await animate(${FIXED}, (async function* () {
        yield* waveFrames(20);
        await new Promise(() => {});
      })(), { output: "never.mp4" });
    `);
    await rendering(kernel, cell);
    kernel.interrupt();
    await assertStopped(cell);
  }));

Deno.test("Stop after a job has ended leaves the kernel", () =>
  withKernel(async (kernel, folder) => {
    await kernel.run(`await animate(spec, waveFrames(3), { output: "done.mp4" });`);
    kernel.interrupt();
    assert.equal(await kernel.isAlive(), true);
    Deno.removeSync(`${folder.path}/done.mp4`);
  }));

Deno.test("cancel() ends a job as Stop does", () =>
  withKernel(async (kernel) => {
    const cell = kernel.execute(`
      const job = animate(spec, 300, { output: "never.mp4", update: slow, workers: 2 });
      for await (const { frames } of job.progress()) {
        if (frames > 10) job.cancel();
      }
      await job;
    `);
    await kernel.until(() => cell.job && cell.job.frames > 10 || undefined);
    await assertStopped(cell);
  }));
