/** What a frame's keys may name. */
import assert from "node:assert/strict";
import { animate } from "vega-reel";
import { compileSpec } from "../../kernel-lib/spec/compile.ts";
import { namesOf } from "../../kernel-lib/spec/names.ts";
import { keepWorkers } from "../keep_workers.ts";
import { readFrames } from "../video.ts";

keepWorkers();

const encoding = {
  x: { field: "x", type: "quantitative" },
  y: { field: "y", type: "quantitative" },
  color: { condition: { param: "pick", value: "red" }, value: "blue" },
};
const values = [{ x: 1, y: 2, g: "u" }, { x: 3, y: 1, g: "v" }, { x: 2, y: 3, g: "w" }];
const chart = (params: unknown[]) => ({
  params,
  data: { name: "t", values },
  mark: { type: "circle", size: 500 },
  width: 100,
  height: 100,
  encoding,
});

async function namesFor(spec: Record<string, unknown>) {
  return namesOf(await compileSpec(spec, {}), spec);
}

async function drawn(spec: Record<string, unknown>, params: Record<string, unknown>[]) {
  const output = await Deno.makeTempFile({ suffix: ".mp4" });
  try {
    const { width, height } = await animate(spec, params, {
      output,
      crf: 0,
      show: false,
      cache: false,
    });
    return await readFrames(output, width, height);
  } finally {
    await Deno.remove(output);
  }
}

Deno.test("namesOf() lists datasets, signals and params, and why others cannot be given", async () => {
  const vega = {
    signals: [{ name: "a", value: 1 }, { name: "b", update: "a * 2" }, { name: "c", init: "a" }],
    data: [{ name: "t" }, { name: "d", source: "t" }],
    marks: [],
  };
  const names = await namesFor(vega);
  assert.deepEqual(names.datasets, ["t"]);
  assert.deepEqual(names.signals, ["a", "c"]);
  assert.deepEqual(names.computed, { b: "a * 2" });
  assert.deepEqual(names.derived, { d: ["t"] });
});

Deno.test("namesOf() lists a Vega-Lite spec's own params, not what it compiles to", async () => {
  const spec = chart([
    { name: "pick", select: { type: "point", fields: ["g"] } },
    { name: "size", value: 3 },
    { name: "double", expr: "size * 2" },
  ]);
  const names = await namesFor(spec);
  assert.deepEqual(names.datasets, ["t"]);
  assert.deepEqual(names.signals, ["size"]);
  assert.deepEqual(Object.keys(names.computed), ["double"]);
  assert.deepEqual(Object.keys(names.selections), ["pick"]);
});

Deno.test("namesOf() knows a selection by the name it was given, whatever Vega calls it", async () => {
  for (const name of ["my-pick", "2nd"]) {
    const names = await namesFor(chart([{ name, select: { type: "point", fields: ["g"] } }]));
    assert.deepEqual(Object.keys(names.selections), [name]);
    const time = { field: "x", type: "ordinal" };
    const params = [{ name, select: { type: "point", on: "timer" } }];
    const timed = { data: { values: [{ x: 1 }] }, params, mark: "point", encoding: { time } };
    const filtered = { ...timed, transform: [{ filter: { param: name } }] };
    assert.deepEqual(Object.keys((await namesFor(filtered)).selections), [name]);
  }
});

Deno.test("animate() sets a point selection as Vega-Lite's own value does", async () => {
  const select = { type: "point", fields: ["g"] };
  const given = ["u", [{ g: "v" }, { g: "w" }], { g: "w" }, null];
  const frames = await drawn(
    chart([{ name: "pick", select }]),
    given.map((value) => ({ pick: value })),
  );
  for (const [i, value] of given.slice(0, 3).entries()) {
    const [expected] = await drawn(chart([{ name: "pick", select, value }]), [{}]);
    assert.deepEqual(frames[i], expected, JSON.stringify(value));
  }
  // Nothing selected: as if no value had been given.
  const [none] = await drawn(chart([{ name: "pick", select }]), [{}]);
  assert.deepEqual(frames[3], none);
});

Deno.test("animate() sets an interval selection", async () => {
  const select = { type: "interval", encodings: ["x"] };
  const frames = await drawn(chart([{ name: "pick", select }]), [
    { pick: { x: [0, 1.5] } },
    { pick: { x: [1.5, 4] } },
    { pick: { x: [0, 4] } },
  ]);
  const red = frames.map((pixels) => {
    let count = 0;
    for (let i = 0; i < pixels.length; i += 3) if (pixels[i] > 200 && pixels[i + 2] < 80) count++;
    return count;
  });
  assert.ok(red[0] > 0 && red[1] > 1.5 * red[0] && red[2] > 1.2 * red[1], `red: ${red}`);
});

Deno.test("animate() takes columns as it takes rows", async () => {
  const rows = values.map(({ x, y }) => ({ x, y, g: "u" }));
  const columns = {
    x: Float64Array.from(rows, ({ x }) => x),
    y: Float32Array.from(rows, ({ y }) => y),
    g: rows.map(({ g }) => g),
  };
  const [fromRows, fromColumns] = await drawn(
    chart([{ name: "pick", select: { type: "point", fields: ["g"] } }]),
    [{ t: rows }, { t: columns }],
  );
  assert.deepEqual(fromColumns, fromRows);
});

Deno.test("animate() takes datasets of a Vega-Lite spec's datasets and of inner views", async () => {
  const spec = {
    datasets: { shared: values },
    hconcat: [
      { data: { name: "shared" }, mark: "point", encoding: { x: encoding.x, y: encoding.y } },
      { data: { name: "own", values }, mark: "bar", encoding: { x: encoding.x, y: encoding.y } },
    ],
  };
  const names = await namesFor(spec);
  assert.deepEqual(names.datasets.toSorted(), ["own", "shared"]);
  const frames = await drawn(spec, [{}, { shared: values.slice(1) }, { own: values.slice(1) }]);
  assert.notDeepEqual(frames[1], frames[0]);
  assert.notDeepEqual(frames[2], frames[0]);
  assert.notDeepEqual(frames[2], frames[1]);
});
