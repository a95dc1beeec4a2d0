/** What is done for known scenes is counted, not timed: a faster way that is lost is seen here. */
import assert from "node:assert/strict";
import { animate } from "vega-reel";
import type { Values } from "../fresh.ts";
import { keepWorkers } from "../keep_workers.ts";

keepWorkers();

const FRAMES = 30;
const x = { field: "x", type: "quantitative", scale: { domain: [0, 100] } };
const y = { field: "y", type: "quantitative", scale: { domain: [0, 100] } };
const size = { width: 320, height: 240 };

const framesOf = (rows: (frame: number) => Record<string, unknown>[]): Values[] =>
  Array.from({ length: FRAMES }, (_, frame) => ({ t: rows(frame) }));
const rowsOf = (count: number, frame: number) =>
  Array.from({ length: count }, (_, i) => ({
    i,
    x: 50 + 45 * Math.sin(i * 0.37 + frame / 30),
    y: 50 + 45 * Math.cos(i * 0.73 + frame / 20),
    g: i % 10,
  }));

const line = { data: { name: "t" }, title: "Wave", ...size, mark: "line", encoding: { x, y } };
const scatter = {
  data: { name: "t" },
  ...size,
  mark: { type: "circle", opacity: 0.7 },
  encoding: { x, y, color: { field: "g", type: "ordinal", scale: { domain: [0, 9] } } },
};
const bars = {
  data: { name: "t" },
  ...size,
  encoding: { x: { field: "i", type: "ordinal" }, y },
  layer: [{ mark: "bar" }, {
    mark: { type: "text", dy: -6 },
    encoding: { text: { field: "y", format: ".1f" } },
  }],
};

/** Renders in one worker and one segment, and returns what was done a frame. */
async function workOf(spec: Record<string, unknown>, frames: Values[]) {
  const folder = await Deno.makeTempDir();
  try {
    const options = {
      workers: 1,
      segmentFrames: FRAMES,
      raster: "cairo",
      show: false,
      cache: false,
    } as const;
    const { stats } = await animate(spec, frames, { ...options, output: `${folder}/a.mp4` });
    return stats.work;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The first frame is drawn in full, the second makes the layer. */
const LAYERS = FRAMES - 2;

Deno.test("animate() makes only the calls of the line that moves, not those of its axes", async () => {
  const points = 200;
  const work = await workOf(line, framesOf((frame) => rowsOf(points, frame)));
  assert.deepEqual([work.draws, work.conversions, work.layers], [FRAMES, FRAMES, LAYERS]);
  // A point is one call; the axes alone would be hundreds.
  assert.ok(work.calls < FRAMES * (points + 50) + 1500, `${work.calls} calls`);
  assert.ok(work.sets < FRAMES * 20 + 200, `${work.sets} sets`);
});

Deno.test("animate() sets of 2,000 symbols only the colours", async () => {
  const points = 2000;
  const work = await workOf(scatter, framesOf((frame) => rowsOf(points, frame)));
  assert.equal(work.layers, LAYERS);
  // Two translations, a path of three calls and its filling; and the colour.
  assert.ok(work.calls < FRAMES * points * 7.2, `${work.calls} calls`);
  assert.ok(work.sets < FRAMES * points * 1.1, `${work.sets} sets`);
});

Deno.test("animate() copies what lies below bars with labels", async () => {
  const work = await workOf(bars, framesOf((frame) => rowsOf(12, frame)));
  assert.equal(work.layers, LAYERS);
  assert.ok(work.calls < FRAMES * 300 + 1500, `${work.calls} calls`);
});

Deno.test("animate() neither draws nor converts frames that are as the one before", async () => {
  const held = framesOf((frame) => rowsOf(50, Math.floor(frame / 10)));
  const work = await workOf(scatter, held);
  assert.deepEqual([work.draws, work.conversions], [3, 3]);
});

Deno.test("animate() finds equal frames also where each has a new view", async () => {
  // An encoding in `enter` cannot be patched in place.
  const xy = { x: { scale: "x", field: "x" }, y: { scale: "y", field: "y" } };
  const linear = (name: string, range: string) => ({
    name,
    type: "linear",
    range,
    domain: [0, 100],
  });
  const spec = {
    ...size,
    data: [{ name: "t" }],
    scales: [linear("x", "width"), linear("y", "height")],
    axes: [{ scale: "x", orient: "bottom" }],
    marks: [{ type: "symbol", from: { data: "t" }, encode: { enter: xy } }],
  };
  const work = await workOf(spec, framesOf((frame) => rowsOf(50, Math.floor(frame / 10))));
  assert.deepEqual([work.draws, work.conversions], [3, 3]);
});
