/** What becomes of a job when a worker, an encoder or a frame fails in it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { animate, type Animation } from "vega-reel";
import { ffmpegCommand } from "../../kernel-lib/job/encoder.ts";
import { runJob } from "../../kernel-lib/job/job.ts";
import { readOptions } from "../../kernel-lib/job/options.ts";
import { ProgressMeter } from "../../kernel-lib/job/progress.ts";
import { LocalPool } from "../../kernel-lib/run/pool.ts";
import { withFolder } from "../folder.ts";
import { lastingChildren } from "../processes.ts";
import { assertRejects, assertWorks } from "../rejects.ts";
import { fixedWaveSpec } from "../wave.ts";
import { workerThreads } from "../worker_threads.ts";

// deno-lint-ignore no-explicit-any
type Any = any;

const options = { workers: 2, segmentFrames: 2, show: false };

/** Frames of which one fails, if it is `bad`. */
const framesWith = (bad: boolean) =>
  Array.from({ length: 12 }, (_, i) => ({ y: i / 12, bad: bad && i === 1 }));

/** Takes longer in the second segment than in the first one. */
async function slowly({ y, bad }: Any, { index }: Any) {
  await new Promise((resolve) => setTimeout(resolve, index < 2 ? 50 : 200));
  if (bad) throw new Error("bad");
  return { wave: [{ x: 0, y: 0 }, { x: 10, y }] };
}

Deno.test("animate() finishes and keeps the segments that were begun when one fails", () =>
  withFolder(async (folder) => {
    const more = { ...options, output: join(folder, "video.mp4"), cache: join(folder, "cache") };
    const job: Animation = animate(fixedWaveSpec, framesWith(true), { ...more, update: slowly });
    await assert.rejects(job, {
      message: "Cannot render frame 1 as 'update' threw Error: bad",
    });
    const states = job.segments().map(({ state }) => state);
    assert.deepEqual(states, ["failed", "done", ...Array(4).fill("waiting")]);
    const { stats } = await animate(fixedWaveSpec, framesWith(false), { ...more, update: slowly });
    assert.deepEqual([stats.segments.reused, stats.segments.total], [1, 6]);
  }));

Deno.test("Animation.cancel() does not wait for what a failed job still finishes", async () => {
  const endless = async ({ bad }: Any, { index }: Any) => {
    if (index >= 2) return new Promise(() => {});
    // Until the other worker has begun, too.
    await new Promise((resolve) => setTimeout(resolve, 500));
    if (bad) throw new Error("bad");
    return {};
  };
  await assertRejects({
    spec: fixedWaveSpec,
    params: framesWith(true),
    options: { ...options, update: endless },
    during: (job) => {
      setTimeout(() => job.cancel(), 3000);
    },
  }, { name: "AbortError", message: /none of them is kept$/ });
});

/** Charts that compute without end in frame 3. */
const endless: Record<string, { spec?: Any; update: Any }> = {
  update: {
    update: (_: Any, { index }: Any) => {
      while (index === 3);
      return {};
    },
  },
  "the dataflow": {
    spec: {
      ...{ $schema: "https://vega.github.io/schema/vega/v6.json", width: 100, height: 100 },
      signals: [{ name: "iterations", value: 1 }],
      data: [{
        name: "points",
        values: [{}, {}],
        transform: [{
          ...{ type: "force", static: true, iterations: { signal: "iterations" } },
          forces: [{ force: "nbody" }],
        }],
      }],
    },
    update: (_: Any, { index }: Any) => ({ iterations: index === 3 ? 1e12 : 1 }),
  },
};

for (const [what, { spec = fixedWaveSpec, update }] of Object.entries(endless)) {
  Deno.test(`animate() with 'frameTimeout' ends the thread in which ${what} computes for ever`, async () => {
    const before = workerThreads();
    const params = framesWith(false).map(() => ({}));
    await assertRejects({ spec, params, options: { ...options, update, frameTimeout: 2 } }, {
      name: "Error",
      message: /^Cannot render frame 3 as it took longer than 'frameTimeout' allows/,
    });
    const left = () => workerThreads().filter((id) => !before.includes(id));
    for (let i = 0; i < 200 && left().length > 0; i++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.deepEqual(left(), []);
  });
}

/**
 * The policy by which the system schedules a thread, the 41st value of proc_pid_stat(5); undefined
 * for one that has ended.
 */
function policyOf(thread: string): number | undefined {
  try {
    const stat = Deno.readTextFileSync(`/proc/self/task/${thread}/stat`);
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[41 - 3]);
  } catch {
    return undefined;
  }
}

Deno.test({
  name: "Animation.cancel() leaves to a thread that computes only what nobody else wants",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const before = workerThreads();
    const spinning = (_: Any, { index }: Any) => {
      // Not for ever: Deno 2.9 does not end a thread that computes, and other tests come after.
      for (let i = 0; index === 3 && i < 3e9; i++);
      return {};
    };
    const params = framesWith(false).map(() => ({}));
    await assertRejects({
      spec: fixedWaveSpec,
      params,
      options: { ...options, update: spinning },
      during: async (job: Animation) => {
        // All but the one that never ends.
        for await (const { frames } of job.progress()) if (frames >= 11) break;
        job.cancel();
      },
    }, { name: "AbortError", message: /^The animation was cancelled/ });
    const left = workerThreads().filter((id) => !before.includes(id));
    const idle = 5;
    const policies = left.map(policyOf);
    assert.ok(policies.includes(idle), `${policies}`);
  },
});

/** Ends its thread in frame 3, once or each time. */
function ending({ marker }: Any, { index }: Any) {
  const fs = (globalThis as Any).process.getBuiltinModule("node:fs");
  if (index === 3 && !(marker && fs.existsSync(marker))) {
    if (marker) fs.writeFileSync(marker, "");
    (globalThis as Any).process.exit(0);
  }
  return { wave: [{ x: 0, y: 0 }, { x: 10, y: index / 12 }] };
}

Deno.test("animate() gives the segment of a worker that ended to another one, once", () =>
  withFolder(async (folder) => {
    for (const workers of [1, 2]) {
      const make = async (name: string, marker: string) => {
        const output = join(folder, name);
        const params = Array.from({ length: 12 }, () => ({ marker }));
        const more = { ...options, workers, output, cache: false, update: ending };
        await animate(fixedWaveSpec, params, more);
        return await Deno.readFile(output);
      };
      const marker = join(folder, `ended${workers}`);
      const disturbed = await make("a.mp4", marker);
      assert.ok(Deno.statSync(marker).isFile, "no worker has ended");
      assert.deepEqual(disturbed, await make("b.mp4", marker));
    }
    const params = Array.from({ length: 12 }, () => ({}));
    await assertRejects({ spec: fixedWaveSpec, params, options: { ...options, update: ending } }, {
      name: "Error",
      message: "Cannot render frame 3 as its worker ended while 'update' was under way",
    });
  }));

Deno.test({
  name: "animate() starts an encoder again that was killed, once",
  // On Windows a script is no program that can be started.
  ignore: Deno.build.os === "windows",
  fn: () =>
    withFolder(async (folder) => {
      const real = ffmpegCommand();
      const command = join(folder, "ffmpeg");
      const script = (limit: number) =>
        `#!/bin/sh\ni=0; while [ $i -lt ${limit} ]; do\n` +
        `  if mkdir "$0.$i" 2>/dev/null; then head -c 1000 >/dev/null; kill -9 $$; fi\n` +
        `  i=$((i+1)); done\nexec "${real}" "$@"\n`;
      const write = (limit: number) =>
        Deno.writeTextFileSync(command, script(limit), { mode: 0o755 });
      const before = Deno.env.get("FFMPEG_PATH");
      const output = join(folder, "video.mp4");
      const params = framesWith(false).slice(0, 2);
      const run = (workers: number) =>
        animate(fixedWaveSpec, params, {
          ...{ ...options, workers, output, cache: false },
          update: ({ y }: Any) => ({ wave: [{ x: 0, y: 0 }, { x: 10, y }] }),
        });
      await run(1);
      const expected = await Deno.readFile(output);
      try {
        Deno.env.set("FFMPEG_PATH", command);
        for (const workers of [1, 2]) {
          write(1);
          await run(workers);
          assert.deepEqual(await Deno.readFile(output), expected);
          assert.ok(Deno.statSync(`${command}.0`).isDirectory, "no encoder was killed");
          Deno.removeSync(`${command}.0`);
        }
        write(2);
        await assert.rejects(run(1), { message: /^Cannot encode as '.*' was ended by SIGKILL/ });
      } finally {
        if (before === undefined) Deno.env.delete("FFMPEG_PATH");
        else Deno.env.set("FFMPEG_PATH", before);
      }
    }),
});

/**
 * Keeps typed arrays in frame 3, which are in no heap: a gigabyte, in some seconds. It comes to an
 * end as Deno 2.9 does not end a thread that computes.
 */
function filling(_: Any, { index }: Any) {
  const held: Float64Array[] = [];
  for (let i = 0; index === 3 && i < 60; i++) {
    held.push(new Float64Array(2e6));
    for (let value = 0; value < 20; value++) held[i].fill(value);
  }
  return { wave: [{ x: 0, y: 0 }, { x: 10, y: 1 }] };
}

/** Renders with two workers that share so much memory. */
function runWith(free: number, spec: unknown, params: unknown, more: Record<string, unknown>) {
  return runJob(spec, params, {
    options: readOptions({ ...options, cache: false, ...more }),
    createExecutor: (workers, raster) => new LocalPool(workers, raster, free),
    meter: new ProgressMeter(() => {}),
    onChosen() {},
    onLog() {},
    signal: new AbortController().signal,
  });
}

Deno.test("LocalPool ends the worker whose typed arrays fill the memory, and names its frame", () =>
  withFolder(async (folder) => {
    const output = join(folder, "video.mp4");
    await assert.rejects(runWith(300e6, fixedWaveSpec, 12, { output, update: filling }), {
      message:
        /^Cannot render frame 3 as memory ran out while 'update' was under way: the program's limit is \d+ MB$/,
    });
    assert.deepEqual([...Deno.readDirSync(folder)], []);
    assert.equal((await runWith(300e6, fixedWaveSpec, 3, { output, update: filling })).frames, 3);
  }));

/** Fill the heap in frame 3, at once or by and by. */
const hoarding: Record<string, (_: Any, frame: Any) => unknown> = {
  "'update'": (_, { index }) => {
    const rows: number[][] = [];
    while (index === 3) rows.push(new Array(1e6).fill(0.5));
    return {};
  },
  "an asynchronous 'update'": async (_, { index }) => {
    const rows: number[][] = [];
    while (index === 3) {
      rows.push(new Array(1e6).fill(0.5));
      await new Promise((resolve) => setTimeout(resolve));
    }
    return {};
  },
};

for (const [what, update] of Object.entries(hoarding)) {
  Deno.test(`LocalPool names the frame in which ${what} fills the worker's heap`, () =>
    withFolder(async (folder) => {
      // Of 800 MB, four workers have heaps of about 100 each, which are full before the rest is.
      const more = { output: join(folder, "video.mp4"), workers: 4, update };
      await assert.rejects(runWith(800e6, fixedWaveSpec, 12, more), {
        message:
          /^Cannot render frame 3 as its worker (ran|died, most likely) out of memory,? while 'update' was under way: its limit is \d+ MB$/,
      });
      assert.deepEqual([...Deno.readDirSync(folder)], []);
      assert.deepEqual(await lastingChildren(), []);
    }));
}

Deno.test("LocalPool names the frame in which Vega runs out of memory", () =>
  withFolder(async (folder) => {
    const output = join(folder, "video.mp4");
    const spec = {
      ...{ width: 40, height: 40, autosize: "none" },
      signals: [{ name: "rows", value: 1 }],
      data: [{ name: "t", transform: [{ type: "sequence", start: 0, stop: { signal: "rows" } }] }],
      marks: [{ type: "symbol", from: { data: "t" } }],
    };
    const params = Array.from({ length: 8 }, (_, i) => ({ rows: i === 3 ? 2e7 : 2 }));
    await assert.rejects(runWith(500e6, spec, params, { output }), {
      // Its own limit, or that of the program, is found out first.
      message:
        /^Cannot render frame 3 as .*memory.* while 'dataflow' was under way: .* limit is \d+ MB$/,
    });
    assert.deepEqual([...Deno.readDirSync(folder)], []);
    assert.equal((await runWith(500e6, spec, params.slice(0, 3), { output })).frames, 3);
  }));

Deno.test("animate() works after all that failed in its pool", assertWorks);
