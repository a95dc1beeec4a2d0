/** Two kernels that write one video. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { streamInfo } from "../video.ts";
import { Kernel, NotebookFolder, prelude } from "./kernel.ts";

Deno.test("animate() in two kernels on one output leaves the later video whole", async () => {
  using folder = new NotebookFolder();
  await using first = await Kernel.start(folder);
  await using second = await Kernel.start(folder);
  await Promise.all([first, second].map((kernel) => kernel.run(prelude)));
  const make = (frames: number, update: string) =>
    `await animate(spec, ${frames}, { output: "video.mp4", update: ${update}, workers: 1, cache: false });`;
  // Goes on when there is a file, "go".
  const held = `async (_, { index }) => {
    const { existsSync } = await import("node:fs");
    while (index >= 10 && !existsSync("go")) await new Promise((resolve) => setTimeout(resolve, 20));
    return { wave: [] };
  }`;
  const late = first.execute(make(40, held));
  await first.until(() => late.job && late.job.frames > 0 || undefined);
  const early = second.execute(make(20, "slow"));
  assert.equal(await early.ended, "ok");
  const path = join(folder.path, "video.mp4");
  assert.equal(late.job?.state, "running");
  assert.equal((await streamInfo(path)).frames, 20);
  await Deno.writeTextFile(join(folder.path, "go"), "");
  assert.equal(await late.ended, "ok");
  assert.equal((await streamInfo(path)).frames, 40);
  assert.deepEqual(folder.files, ["go", "video.mp4"]);
  for (const kernel of [first, second]) assert.deepEqual(kernel.children(), []);
});
