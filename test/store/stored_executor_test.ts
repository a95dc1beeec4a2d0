import assert from "node:assert/strict";
import { join } from "node:path";
import { encoderVersion } from "../../kernel-lib/job/encoder.ts";
import { runJob } from "../../kernel-lib/job/job.ts";
import { checkSegment } from "../../kernel-lib/job/join.ts";
import { readOptions } from "../../kernel-lib/job/options.ts";
import { ProgressMeter } from "../../kernel-lib/job/progress.ts";
import { LocalPool } from "../../kernel-lib/run/pool.ts";
import { SegmentStore } from "../../kernel-lib/store/segment_store.ts";
import { StoredExecutor } from "../../kernel-lib/store/stored_executor.ts";
import { withFolder } from "../folder.ts";
import { fixedWaveSpec as waveSpec, waveFrames } from "../wave.ts";

/** Runs a job with a store in the folder; tells how often, and when, a pool was made. */
async function run(folder: string, frames: unknown[], like: unknown = "the same") {
  const meter = new ProgressMeter(() => {});
  const phases: string[] = [];
  const video = await runJob(waveSpec, frames, {
    options: readOptions({ output: join(folder, "video.mp4"), workers: 2 }),
    meter,
    signal: new AbortController().signal,
    onChosen() {},
    onLog() {},
    createExecutor: (workers, raster) =>
      new StoredExecutor(new SegmentStore(join(folder, "cache")), raster, {
        workers,
        create() {
          phases.push(meter.progress.phase);
          return new LocalPool(workers, raster);
        },
        check: ({ bytes, index, frames }) => checkSegment(bytes, index, frames),
        encoder: "x264",
        encoderVersion,
        like,
      }),
  });
  meter.close();
  return { phases, reused: video.stats.segments.reused };
}

Deno.test("StoredExecutor makes the executor behind it only for what is not in the store", () =>
  withFolder(async (folder) => {
    const frames = waveFrames(60, 5);
    // A job that is unlike all before begins at once, while the spec compiles.
    assert.deepEqual(await run(folder, frames), { phases: ["compile"], reused: 0 });
    assert.deepEqual(await run(folder, frames), { phases: [], reused: 4 });
    const changed = frames.with(40, frames[0]);
    assert.deepEqual(await run(folder, changed), { phases: ["render"], reused: 3 });
    const other = frames.with(0, frames[1]);
    assert.deepEqual(await run(folder, other), { phases: ["scan"], reused: 3 });
    assert.deepEqual(await run(folder, frames, "others"), { phases: ["compile"], reused: 4 });
  }));
