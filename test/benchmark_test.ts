import assert from "node:assert/strict";
import { benchmark, type BenchmarkRun } from "vega-reel";
import { waveFrames, waveSpec } from "./wave.ts";

Deno.test("benchmark() gives medians, speedup and efficiency, and shows itself", async () => {
  const runs: BenchmarkRun[] = [];
  // An iterable that is gone once it was pulled, and gives one and the same object.
  function* frames() {
    const frame = { wave: [{}], index: 0 };
    for (const { wave } of waveFrames(30)) {
      yield Object.assign(frame, { wave });
      frame.index++;
    }
  }
  const update = (params: { wave: object[]; index: number }, frame: { index: number }) => {
    if (params.index !== frame.index) throw new Error(`it is given ${params.index}`);
    return { wave: params.wave };
  };
  const onRun = (run: BenchmarkRun) => runs.push(run);
  const measured = await benchmark(waveSpec, frames(), { workers: [2], repeats: 2, update, onRun });
  // There and back.
  assert.deepEqual(runs.map(({ workers, index }) => [workers, index]), [[1, 0], [2, 1], [2, 2], [
    1,
    3,
  ]]);
  assert.deepEqual([measured.frames, measured.segments, measured.repeats], [30, 2, 2]);
  const [one, two] = measured.results;
  const seconds = (workers: number) =>
    runs.filter((run) => run.workers === workers).map((run) => run.seconds).sort((a, b) => a - b);
  assert.deepEqual([one.workers, one.speedup, one.efficiency], [1, 1, 1]);
  assert.deepEqual(two.spread, seconds(2));
  assert.equal(two.seconds, (two.spread[0] + two.spread[1]) / 2);
  assert.equal(two.speedup, one.seconds / two.seconds);
  assert.equal(two.efficiency, two.speedup / 2);
  assert.match(
    String(measured),
    /^workers {2}seconds {2}fastest {2}slowest {2}speedup {2}efficiency\n/,
  );
  assert.match(measured.svg, /^<svg /);
  const display = Reflect.get(measured, Symbol.for("Jupyter.display"))();
  assert.deepEqual(Object.keys(display), ["text/html", "text/plain"]);
  assert.match(display["text/html"], /<table>.*<td>1\.00<\/td>.*<svg /s);
  assert.equal(Deno.inspect(measured), String(measured));
});

Deno.test("benchmark() throws on workers that could not all work, and on what is no number", async () => {
  await assert.rejects(benchmark(waveSpec, waveFrames(20), { workers: [3], repeats: 1 }), {
    name: "RangeError",
    message: /^Cannot benchmark as 'workers' must be at most the number of segments, 2: .* is 3\./,
  });
  await assert.rejects(benchmark(waveSpec, waveFrames(2), { repeats: 0 }), RangeError);
  for (const workers of [2 as never, []]) {
    await assert.rejects(benchmark(waveSpec, waveFrames(2), { workers }), {
      message: /^Cannot benchmark as 'workers' must be an array of numbers: /,
    });
  }
  await assert.rejects(benchmark(waveSpec, waveFrames(2), { cache: true } as never), {
    message: /there is no option 'cache'/,
  });
});
