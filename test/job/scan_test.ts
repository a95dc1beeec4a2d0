/** One look at all frames before the first segment, and only where something can change. */
import assert from "node:assert/strict";
import { animate } from "vega-reel";
import { settle } from "../../kernel-lib/job/scan.ts";
import { prepare } from "../../kernel-lib/job/prepare.ts";
import { type AnimateOptions, readOptions } from "../../kernel-lib/job/options.ts";
import type { Executor, Job, ScanTask } from "../../kernel-lib/run/executor.ts";
import { unpack } from "../../kernel-lib/render/pack.ts";
import { localExecutor } from "../../kernel-lib/local_executor.ts";
import type { Frame } from "../../kernel-lib/render/update.ts";
import { keepWorkers } from "../keep_workers.ts";
import { fixedWaveSpec, waveFrames, waveSpec } from "../wave.ts";

keepWorkers();

/** Notes what an executor is given. */
class Recorder implements Executor {
  readonly jobs: Job[] = [];
  readonly scans: ScanTask[] = [];
  readonly workers: number;
  readonly #executor: Pick<Executor, "open" | "scan" | "render" | "close">;

  constructor(executor: Executor) {
    this.#executor = executor;
    this.workers = executor.workers;
  }
  open(...given: Parameters<Executor["open"]>) {
    this.jobs.push(given[0]);
    return this.#executor.open(...given);
  }
  scan(...given: Parameters<Executor["scan"]>) {
    this.scans.push(given[0]);
    return this.#executor.scan(...given);
  }
  render(...given: Parameters<Executor["render"]>) {
    return this.#executor.render(...given);
  }
  close() {
    return this.#executor.close();
  }
}

const events = { onFrames() {}, onScanned() {}, onLog() {} };

async function scan(
  spec: Record<string, unknown>,
  params: unknown,
  options: AnimateOptions = {},
  executor: Executor = localExecutor(2, "cairo"),
) {
  const recorder = new Recorder(executor);
  const { signal } = new AbortController();
  try {
    const resolved = readOptions(options);
    const prepared = await prepare(spec, params, resolved, "cairo", signal);
    using settled = await settle(recorder, prepared, resolved, events, signal);
    const frames = [];
    for (let next, source = settled.frames(); (next = await source.next());) frames.push(next);
    return { recorder, frames, job: settled.job };
  } finally {
    await recorder.close();
  }
}

const { y: _y, ...others } = waveSpec.encoding;
/** The wave with a domain from its data. */
const free = { encoding: { ...others, y: { field: "y", type: "quantitative" } } };

/** A spec whose rows go through a transform, which does nothing to them. */
function computed(spec: Record<string, unknown>): Record<string, unknown> {
  return { ...spec, transform: [{ calculate: "datum.x", as: "x" }] };
}

/** How often each frame was looked at. */
function counts({ scans }: Recorder): number[] {
  const counts: number[] = [];
  for (const frame of scans.flatMap(({ frames }) => frames)) {
    counts[frame] = (counts[frame] ?? 0) + 1;
  }
  return counts;
}

Deno.test("settle() looks at one frame where neither domains nor layout can change", async () => {
  const { recorder, frames } = await scan(fixedWaveSpec, waveFrames(20));
  assert.deepEqual(counts(recorder), [1]);
  assert.equal(frames.length, 20);
});

Deno.test("settle() looks at all frames once for the layout, and once for the domains", async () => {
  const layout = await scan(computed(waveSpec), waveFrames(20));
  assert.deepEqual(counts(layout.recorder), Array(20).fill(1));
  const domains = await scan(computed({ ...fixedWaveSpec, ...free }), waveFrames(20));
  assert.deepEqual(counts(domains.recorder), [2, ...Array(19).fill(1)]);
  // Several workers take part.
  assert.ok(layout.recorder.scans.length >= 2);
});

Deno.test("settle() looks at few frames where rows tell the rest", async () => {
  const { recorder, job } = await scan({ ...waveSpec, ...free }, waveFrames(100));
  const looked = Object.keys(counts(recorder)).map(Number);
  assert.ok(looked.length < 20 && looked.includes(0) && looked.includes(99), looked.join());
  assert.notEqual(job.limits, undefined);
  const all = await scan(computed({ ...waveSpec, ...free }), waveFrames(100));
  assert.equal(all.job.limits, undefined);
  assert.deepEqual([job.picture, job.spec.padding], [all.job.picture, all.job.spec.padding]);
  assert.deepEqual(job.spec.scales, all.job.spec.scales);
});

Deno.test("settle() looks at one frame of a video that has no more", async () => {
  const { recorder } = await scan({ ...waveSpec, ...free }, waveFrames(1));
  assert.deepEqual(counts(recorder), [1]);
});

Deno.test("settle() calls update once for each frame, and sends context to nobody after", async () => {
  const update = (_: unknown, { index, context, random }: Frame<{ scale: number }>) => ({
    wave: [{ x: index, y: context.scale * (1 + random()) }],
  });
  const options = { update, context: { scale: 3 } };
  const { recorder, frames, job } = await scan({ ...waveSpec, ...free }, 10, options);
  const called = recorder.scans.filter(({ params }) => params.some(({ update }) => update));
  const calledFor = called.flatMap(({ frames }) => frames).sort((a, b) => a - b);
  assert.deepEqual(calledFor, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.ok(frames.every(({ update }) => !update));
  assert.deepEqual(recorder.jobs.map(({ context }) => context), [{ scale: 3 }, undefined]);
  assert.equal(job.context, undefined);
});

Deno.test("settle() keeps for each frame what update gave for it, also where plots are fitted", async () => {
  const update = (_: unknown, { index }: Frame) => ({ wave: [{ x: index, y: 0 }] });
  for (const domains of ["shared", "frame"] as const) {
    const options = { update, width: 400, height: 300, domains };
    const { frames } = await scan({ ...waveSpec, autosize: "fit" }, 10, options);
    const given = frames.map(({ values }) => unpack(values as Uint8Array<ArrayBuffer>));
    assert.deepEqual(given, frames.map((_, index) => ({ wave: [{ x: index, y: 0 }] })));
  }
});

Deno.test("settle() keeps update and context for frames that it does not look at", async () => {
  const update = (_: unknown, { index }: Frame) => ({ wave: [{ x: index, y: 0 }] });
  const { frames, job } = await scan(fixedWaveSpec, 10, { update, context: 5 });
  assert.deepEqual(frames.map(({ update }) => update), [false, ...Array(9).fill(true)]);
  assert.equal(job.context, 5);
});

Deno.test("settle() comes to the same with any number of workers", async () => {
  // Points that stick out further and further at the top.
  const spec = { ...waveSpec, mark: { type: "circle", size: 900 } };
  const frames = Array.from({ length: 30 }, (_, i) => ({ wave: [{ x: 5, y: i / 30 }] }));
  const one = await scan(spec, frames, {}, localExecutor(1, "cairo"));
  const two = await scan(spec, frames, {}, localExecutor(2, "cairo"));
  assert.deepEqual({ ...one.job, id: "" }, { ...two.job, id: "" });
  const { top } = one.job.spec.padding as { top: number };
  const first = await scan(spec, [frames[0]]);
  assert.ok(top > (first.job.spec.padding as { top: number }).top, `${top} pixels`);
});

Deno.test("settle() pulls an iterable once, and up to its end", async () => {
  let pulled = 0;
  function* iterable() {
    for (const frame of waveFrames(20)) {
      pulled++;
      yield frame;
    }
  }
  const { frames, job } = await scan({ ...waveSpec, ...free }, iterable());
  assert.deepEqual([pulled, frames.length], [20, 20]);
  // What update is told does not depend on when the frames are looked at.
  assert.equal(job.frames, undefined);
});

Deno.test("settle() throws on an iterable that does not end", async () => {
  const empty: Executor = {
    workers: 2,
    open: () => Promise.resolve(),
    scan: () => Promise.resolve({ domains: [], extremes: {}, updateTime: 0, patches: [] }),
    render: () => Promise.reject(new Error("not reached")),
    close: () => Promise.resolve(),
  };
  function* endless() {
    for (;;) yield {};
  }
  await assert.rejects(scan(waveSpec, endless(), {}, empty), {
    name: "RangeError",
    message: "Cannot animate as 'params' must end, with at most 100000 frames, where domains or " +
      `layout are settled by a look at all frames: set 'domains' to "frame" or give the scales a ` +
      `fixed 'domain', and the spec's 'autosize' to "none"`,
  });
});

Deno.test("settle() tells how many frames were looked at, up to all", async () => {
  const seen: number[] = [];
  let last = 0;
  const job = animate(waveSpec, 40, {
    output: `${await Deno.makeTempDir()}/a.mp4`,
    workers: 2,
    show: false,
    cache: false,
    update: async (_, { index }) => {
      await new Promise((resolve) => setTimeout(resolve, 60));
      return { wave: [{ x: 0, y: 0 }, { x: index, y: 1 }] };
    },
    onProgress: ({ phase, scanned, frames }) => {
      if (phase !== "scan") return;
      assert.equal(frames, 0);
      seen.push(scanned);
      last = scanned;
    },
  });
  await job;
  assert.ok(new Set(seen).size > 2, `${seen}`);
  assert.deepEqual(seen, seen.toSorted((a, b) => a - b));
  assert.ok(last > 20 && last <= 40, `${last}`);
});
