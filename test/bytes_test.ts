/** The same job gives the same bytes. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { animate, type AnimateOptions } from "vega-reel";
import { keepWorkers } from "./keep_workers.ts";
import { traps } from "./render/traps.ts";
import { waveFrames, waveSpec } from "./wave.ts";

keepWorkers();

async function hashOf(spec: Record<string, unknown>, params: unknown[], options: AnimateOptions) {
  const output = await Deno.makeTempFile({ suffix: ".mp4" });
  try {
    await animate(spec, params, { ...options, output, show: false, cache: false });
    return createHash("sha256").update(await Deno.readFile(output)).digest("hex");
  } finally {
    await Deno.remove(output);
  }
}

Deno.test("animate() gives the same bytes with 1, 2 and 5 workers", async () => {
  const hashes = new Set<string>();
  for (const workers of [1, 2, 5]) {
    hashes.add(await hashOf(waveSpec, waveFrames(70), { workers }));
  }
  assert.equal(hashes.size, 1);
});

Deno.test("animate() gives the same bytes whichever views were patched before", async () => {
  for (const name of ["names given on some frames only", "missing values"]) {
    const { spec, frames } = traps[name];
    const many = Array.from({ length: 6 }, () => frames).flat();
    const hashes = new Set<string>();
    for (const workers of [1, 2, 5]) {
      hashes.add(await hashOf(spec, many, { workers, segmentFrames: 5 }));
    }
    assert.equal(hashes.size, 1, name);
  }
});

Deno.test("animate() gives the same bytes in runs more than a second apart", async () => {
  const first = await hashOf(waveSpec, waveFrames(5), {});
  // The times in an MP4 file are in whole seconds.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  assert.equal(await hashOf(waveSpec, waveFrames(5), {}), first);
});

Deno.test("animate() gives the same bytes for an array, a generator and an async generator", async () => {
  const frames = waveFrames(40);
  async function* later() {
    for (const frame of frames) {
      await Promise.resolve();
      yield frame;
    }
  }
  const hashes = new Set([
    await hashOf(waveSpec, frames, { workers: 2 }),
    await hashOf(waveSpec, frames.values() as never, { workers: 2 }),
    await hashOf(waveSpec, later() as never, { workers: 2 }),
  ]);
  assert.equal(hashes.size, 1);
});

Deno.test("animate() gives the same random numbers and times whoever draws the frame", async () => {
  const spec = {
    width: 100,
    height: 100,
    signals: [{ name: "n", value: 0 }],
    data: [{
      name: "t",
      transform: [
        { type: "sequence", start: 0, stop: 50 },
        { type: "formula", as: "x", expr: "100 * random()" },
        { type: "formula", as: "y", expr: "n + (now() + time(datetime())) % 100" },
        { type: "sample", size: 20 },
      ],
    }],
    marks: [{
      type: "symbol",
      from: { data: "t" },
      encode: {
        update: { x: { field: "x" }, y: { field: "y" }, fill: { value: "black" } },
      },
    }],
  };
  const update = (_: unknown, frame: { random(): number }) => ({
    n: 10 * frame.random() + 10 * Math.random() + new Date().getTime() % 10 + Date.now() % 10,
  });
  const hashes = new Set<string>();
  for (const workers of [1, 3]) {
    hashes.add(await hashOf(spec, 20 as never, { update, workers, segmentFrames: 4 }));
  }
  assert.equal(hashes.size, 1);
  hashes.add(await hashOf(spec, 20 as never, { update, seed: 1 }));
  assert.equal(hashes.size, 2);
});

Deno.test("animate() takes what an iterable gives as it is then, not as it becomes", async () => {
  function* fresh() {
    for (const { wave } of waveFrames(20)) yield { wave };
  }
  function* same() {
    const values: Record<string, unknown> = {};
    for (const { wave } of waveFrames(20)) yield Object.assign(values, { wave });
  }
  const [expected, actual] = [
    await hashOf(waveSpec, fresh() as never, {}),
    await hashOf(waveSpec, same() as never, {}),
  ];
  assert.equal(actual, expected);
});

Deno.test("animate() joins segments with different numbers of key frames", async () => {
  const output = await Deno.makeTempFile({ suffix: ".mp4" });
  try {
    const options = { output, segmentFrames: 300, show: false, cache: false };
    assert.equal((await animate(waveSpec, waveFrames(400, 5), options)).frames, 400);
  } finally {
    await Deno.remove(output);
  }
});
