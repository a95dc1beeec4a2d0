/** What is left of an endless loop of the user's once its job was cancelled. */
import assert from "node:assert/strict";
import { animate } from "vega-reel";
import { fixedWaveSpec } from "../wave.ts";
import { workerThreads } from "../worker_threads.ts";

Deno.test({
  name: "Animation.cancel() ends a thread that computes for ever, within a minute",
  // Where else threads are listed is not known.
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const job = animate(fixedWaveSpec, 12, {
      ...{ workers: 2, segmentFrames: 2, show: false, cache: false },
      update(_params: unknown, { index }: { index: number }) {
        while (index === 3);
        return {};
      },
    });
    job.catch(() => {});
    for await (const { frames } of job.progress()) if (frames >= 11) break;
    job.cancel();
    await assert.rejects(job, { name: "AbortError" });
    assert.ok(workerThreads().length > 0);
    for (let i = 0; i < 60 && workerThreads().length > 0; i++) {
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
    assert.deepEqual(workerThreads(), []);
  },
});
