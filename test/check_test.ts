/** The option `check`: frames drawn both ways. */
import assert from "node:assert/strict";
import { animate } from "vega-reel";
import { runJob } from "../kernel-lib/job/job.ts";
import { readOptions } from "../kernel-lib/job/options.ts";
import { ProgressMeter } from "../kernel-lib/job/progress.ts";
import { LocalPool } from "../kernel-lib/run/pool.ts";
import type { Executor, Job } from "../kernel-lib/run/executor.ts";
import type { Names, Patch } from "../kernel-lib/render/patch.ts";
import { freshView } from "../kernel-lib/render/fresh.ts";
import { differenceOf } from "../kernel-lib/render/difference.ts";
import { importVega } from "../kernel-lib/render/vega.ts";
import { keepWorkers } from "./keep_workers.ts";
import { traps } from "./render/traps.ts";

keepWorkers();

async function inFolder<T>(run: (folder: string) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir();
  try {
    return await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const random = {
  width: 100,
  height: 100,
  data: [
    { name: "t", values: Array.from({ length: 40 }, (_, x) => ({ x: 2.5 * x })) },
    { name: "s", source: "t", transform: [{ type: "sample", size: 20 }] },
  ],
  marks: [{
    type: "symbol",
    from: { data: "s" },
    encode: { update: { x: { field: "x" }, y: { signal: "100 * random()" }, size: { value: 30 } } },
  }],
};

Deno.test("animate() checks each segment's last frame and every tenth", async () => {
  await inFolder(async (folder) => {
    const { spec, frames } = traps["a line"];
    const { stats } = await animate(spec, [...frames, ...frames, ...frames], {
      output: `${folder}/a.mp4`,
      segmentFrames: 12,
      check: true,
      show: false,
      cache: false,
    });
    assert.equal(stats.checked, 4);
    assert.ok(stats.patching.inPlace > 0);
  });
});

Deno.test("animate() checks nothing when it is not told to", async () => {
  await inFolder(async (folder) => {
    const { spec, frames } = traps["a line"];
    const { stats } = await animate(spec, frames, {
      output: `${folder}/a.mp4`,
      show: false,
      cache: false,
    });
    assert.equal(stats.checked, 0);
  });
});

Deno.test("animate() checks random pictures against the frame's own random numbers", async () => {
  await inFolder(async (folder) => {
    const { stats } = await animate(random, 4, {
      output: `${folder}/a.mp4`,
      segmentFrames: 1,
      workers: 2,
      check: true,
      show: false,
      cache: false,
      // Numbers that `update` draws are not the view's.
      update: (_params, { index }) => {
        for (let i = 0; i < index; i++) Math.random();
        return {};
      },
    });
    assert.equal(stats.checked, 4);
  });
});

Deno.test("animate() draws new samples for each frame's confidence intervals", async () => {
  const spec = {
    data: { name: "t" },
    width: 200,
    height: 100,
    mark: { type: "errorbar", extent: "ci" },
    encoding: {
      x: { field: "v", type: "quantitative", scale: { domain: [0, 10] } },
      y: { field: "g", type: "nominal" },
    },
  };
  const params = Array.from({ length: 4 }, (_, frame) => ({
    t: Array.from({ length: 20 }, (_, i) => ({ g: "ab"[i % 2], v: (i * 7 + frame) % 10 })),
  }));
  await inFolder(async (folder) => {
    const { stats } = await animate(spec, params, {
      output: `${folder}/a.mp4`,
      segmentFrames: 4,
      workers: 1,
      check: true,
      show: false,
      cache: false,
    });
    assert.equal(stats.patching.inPlace, 0);
  });
});

Deno.test("animate() checks specs with selections", async () => {
  const spec = {
    data: { values: [{ x: 1, g: "u" }, { x: 2, g: "v" }] },
    params: [{ name: "pick", select: { type: "point", fields: ["g"] } }],
    mark: { type: "circle", size: 200 },
    encoding: {
      x: { field: "x", type: "quantitative" },
      color: { condition: { param: "pick", value: "red" }, value: "blue" },
    },
  };
  await inFolder(async (folder) => {
    const { stats } = await animate(spec, [{ pick: "u" }, { pick: "v" }, {}], {
      output: `${folder}/a.mp4`,
      segmentFrames: 1,
      workers: 1,
      check: true,
      show: false,
      cache: false,
    });
    assert.equal(stats.checked, 3);
  });
});

Deno.test("animate() with 'check' fails where a patched frame is wrong", async () => {
  const { spec, frames } = traps["enter encodings"];
  await inFolder(async (folder) => {
    const render = (change: Partial<Job>) =>
      runJob(spec, frames, {
        options: readOptions({ output: `${folder}/a.mp4`, check: true, segmentFrames: 8 }),
        meter: new ProgressMeter(() => {}),
        signal: new AbortController().signal,
        createExecutor: (_workers, raster) => changing(new LocalPool(1, raster), change),
        onChosen() {},
        onLog() {},
      });
    await assert.rejects(
      render({ rungB: false }),
      /^Error: Cannot use frame 7 as it is not what a fresh view draws: \d+ pixels differ, between \(\d+, \d+\) and \(\d+, \d+\), by at most \d+ of 255$/,
    );
    assert.deepEqual([...Deno.readDirSync(folder)], []);
    assert.equal((await render({})).stats.checked, 1);
  });
});

/** The same executor with every job changed. */
function changing(executor: Executor, change: Partial<Job>): Executor {
  return {
    workers: executor.workers,
    open: (job, events) => executor.open({ ...job, ...change }, events),
    scan: (task, signal) => executor.scan(task, signal),
    render: (task, signal) => executor.render(task, signal),
    close: () => executor.close(),
  };
}

Deno.test("freshView() writes rows and signals into the spec", async () => {
  const spec = {
    signals: [{ name: "s", init: "1 + 1" }, { name: "twice", update: "2 * s" }],
    data: [{ name: "t", url: "missing.csv", format: { type: "csv", parse: { x: "number" } } }],
  };
  const source = {
    spec,
    names: {} as Names,
    baseURL: ".",
    localFiles: true,
    patchInPlace: true,
    rungB: true,
  };
  const patch: Patch = { datasets: { t: { x: ["1", "2"] } }, signals: { s: 5 } };
  const view = await freshView(await importVega(), source, patch);
  assert.equal(view.signal("twice"), 10);
  assert.deepEqual(view.data("t").map(({ x }) => x), [1, 2]);
  view.finalize();
});

Deno.test("differenceOf() tells where pictures differ and by how much", () => {
  const a = new Uint8Array(4 * 6);
  const b = a.slice();
  assert.equal(differenceOf(a, b, 3), undefined);
  b[4 * 1 + 2] = 7;
  b[4 * 5] = 200;
  assert.deepEqual(differenceOf(a, b, 3), {
    pixels: 2,
    largest: 200,
    left: 1,
    top: 0,
    right: 2,
    bottom: 1,
  });
});
