/** Figures that have no limit to keep: they are printed. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { animate } from "vega-reel";
import { withFolder } from "../folder.ts";
import { Kernel, NotebookFolder, prelude } from "../kernel/kernel.ts";
import { FRAMES, slowWave } from "../store/killed.ts";
import { waveFrames, waveSpec } from "../wave.ts";

const STOPS = 20;
const RESUMES = 10;
const PAIRS = 15;

/** The least, the median and the greatest of some times, in the unit of their own. */
function spread(times: number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const [least, median, most] = [0, sorted.length >> 1, sorted.length - 1].map((i) => sorted[i]);
  return `median ${median.toFixed(0)} (${least.toFixed(0)} to ${most.toFixed(0)})`;
}

Deno.test(`Stop leads to a live prompt, ${STOPS} times`, async () => {
  using folder = new NotebookFolder();
  await using kernel = await Kernel.start(folder);
  await kernel.run(prelude);
  const times: number[] = [];
  for (let i = 0; i < STOPS; i++) {
    const cell = kernel.execute(
      `await animate(spec, 300, { output: "a.mp4", update: slow, workers: 2, cache: false });`,
    );
    await kernel.until(() => cell.job && cell.job.frames > 0 || undefined);
    const begin = performance.now();
    kernel.interrupt();
    const [{ data }] = await kernel.run("6 * 7");
    times.push(performance.now() - begin);
    assert.deepEqual(data, { "text/plain": "42" });
    assert.equal(await cell.ended, "error");
  }
  assert.deepEqual(kernel.children(), []);
  console.log(`from Stop to the next cell's result: ${spread(times)} ms`);
});

Deno.test(`animate() comes to the same bytes after ${RESUMES} programs that were killed`, () =>
  withFolder(async (folder) => {
    const output = join(folder, "video.mp4");
    const options = { output, update: slowWave, workers: 2, show: false };
    await animate(waveSpec, FRAMES, { ...options, cache: false });
    const expected = await Deno.readFile(output);
    const script = fileURLToPath(new URL("../store/killed.ts", import.meta.url));
    const reused: number[] = [];
    for (let i = 0; i < RESUMES; i++) {
      const cache = join(folder, `cache${i}`);
      await Deno.remove(output);
      const args = ["run", "-A", "--no-check", script, output, cache, String(1 + i % 6)];
      const run = new Deno.Command(Deno.execPath(), { args, stdout: "null", stderr: "null" });
      assert.equal((await run.output()).signal, "SIGKILL");
      const { stats } = await animate(waveSpec, FRAMES, { ...options, cache });
      reused.push(stats.segments.reused);
      assert.deepEqual(await Deno.readFile(output), expected);
    }
    assert.ok(reused.every((count) => count > 0));
    console.log(`${RESUMES} of ${RESUMES} equal; segments reused: ${reused.join(", ")}`);
  }));

Deno.test("a store takes a part of a job's time", () =>
  withFolder(async (folder) => {
    const frames = waveFrames(300, 200);
    const times = { without: [] as number[], with: [] as number[] };
    for (let i = 0; i < PAIRS; i++) {
      for (const [kind, cache] of [["without", false], ["with", join(folder, `${i}`)]] as const) {
        const options = { output: join(folder, "video.mp4"), show: false, cache };
        const { stats } = await animate(waveSpec, frames, options);
        times[kind].push(1000 * stats.seconds.total);
      }
    }
    const differences = times.with.map((time, i) => time - times.without[i]);
    console.log(
      `300 frames in ms: ${spread(times.without)} without a store, ${spread(times.with)} with ` +
        `one; the difference of each pair: ${spread(differences)}`,
    );
  }));
