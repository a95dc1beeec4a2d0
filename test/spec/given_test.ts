/** Everything that a frame can give, in every kind of spec: as if the spec itself had it. */
import assert from "node:assert/strict";
import { compileSpec } from "../../kernel-lib/spec/compile.ts";
import { inlineData } from "../../kernel-lib/spec/data.ts";
import { namesOf } from "../../kernel-lib/spec/names.ts";
import { differenceOf } from "../../kernel-lib/render/difference.ts";
import { readPatch } from "../../kernel-lib/render/patch.ts";
import { drawPatched, plainJob } from "../render/drawing.ts";
import { drawFresh, type Pixels, type Values } from "../fresh.ts";

// deno-lint-ignore no-explicit-any
type Spec = any;

const own = [{ x: 1, y: 2, g: "u" }, { x: 3, y: 1, g: "v" }, { x: 2, y: 3, g: "u" }];
const other = [{ x: 3, y: 3, g: "v" }, { x: 2, y: 1, g: "u" }];

const x = { field: "x", type: "quantitative", scale: { domain: [0, 4] } };
const y = { field: "y", type: "quantitative", scale: { domain: [0, 4] } };
const unit = { width: 80, height: 60, mark: "circle", encoding: { x, y } };
const picked = {
  ...unit,
  mark: { type: "circle", size: 200 },
  encoding: { x, y, color: { condition: { param: "pick", value: "red" }, value: "blue" } },
};

/** A spec made of what it shows, and what makes a frame show the same. */
interface Case {
  spec: (shown: Spec) => Spec;
  own: unknown;
  other: unknown;
  frame: Values;
}

const rows = (spec: (data: Spec) => Spec, name = "t"): Case => ({
  spec,
  own,
  other,
  frame: { [name]: other },
});
const selection = (spec: (param: Spec) => Spec, select: Spec, own: unknown, other: unknown) => ({
  spec: (value: unknown) => spec({ name: "pick", select, value }),
  own,
  other,
  frame: { pick: other },
});
const point = { type: "point", fields: ["g"] };
// A frame gives what is selected; the rectangle that one would drag is not drawn.
const mark = { fillOpacity: 0, strokeOpacity: 0 };
const interval = { type: "interval", encodings: ["x"], mark };
const data = { name: "t", values: own };
const days = ["2020-01-01T00:00", "2020-03-02T00:00", "2020-07-01T00:00"];
const dated = {
  ...picked,
  data: { name: "t", values: own.map((row, i) => ({ ...row, day: days[i] })) },
};
const day = { field: "day", type: "temporal" };

const cases: Record<string, Case> = {
  "a named dataset": rows((values) => ({ data: { name: "t", values }, ...unit })),
  "a dataset without a name": rows((values) => ({ data: { values }, ...unit }), "source_0"),
  "an entry of 'datasets'": rows((t) => ({ datasets: { t }, data: { name: "t" }, ...unit })),
  "a dataset by URL": rows((values) => ({
    data: { name: "t", url: `data:application/json,${JSON.stringify(values)}` },
    ...unit,
  })),
  "a dataset that others derive from": rows((values) => ({
    signals: [],
    width: 80,
    height: 60,
    data: [
      { name: "t", values },
      { name: "d", source: "t", transform: [{ type: "formula", as: "z", expr: "20 * datum.y" }] },
    ],
    marks: [{
      type: "symbol",
      from: { data: "d" },
      encode: { update: { x: { field: "z" }, y: { field: "x", mult: 10 } } },
    }],
  })),
  "the dataset of layers": rows((values) => ({
    data: { name: "t", values },
    width: 80,
    height: 60,
    layer: [{ mark: "line", encoding: { x, y } }, { mark: "point", encoding: { x, y } }],
  })),
  "the dataset of facets": rows((values) => ({
    data: { name: "t", values },
    facet: { column: { field: "g" } },
    spec: unit,
  })),
  "the dataset of repeated views": rows((values) => ({
    data: { name: "t", values },
    repeat: ["x", "y"],
    spec: { ...unit, encoding: { x, y: { ...y, field: { repeat: "repeat" } } } },
  })),
  "the dataset of one of two views side by side": rows((values) => ({
    hconcat: [{ data: { values: own.slice(1) }, ...unit }, {
      data: { name: "t", values },
      ...unit,
    }],
  })),
  "the dataset of both of two views": rows((values) => ({
    data: { name: "t", values },
    vconcat: [unit, { ...unit, mark: "line" }],
  })),
  "a signal": {
    spec: (value) => ({
      signals: [{ name: "s", value }, { name: "twice", update: "2 * s" }],
      width: 80,
      height: 60,
      marks: [{
        type: "rect",
        encode: {
          update: { width: { signal: "twice" }, height: { value: 9 }, fill: { value: "red" } },
        },
      }],
    }),
    own: 10,
    other: 30,
    frame: { s: 30 },
  },
  "a signal of the config": {
    spec: (value) => ({
      config: { signals: [{ name: "s", value }] },
      width: 80,
      height: 60,
      marks: [{
        type: "rect",
        encode: {
          update: { width: { signal: "s" }, height: { value: 9 }, fill: { value: "red" } },
        },
      }],
    }),
    own: 10,
    other: 30,
    frame: { s: 30 },
  },
  "a param of the config": {
    spec: (value) => ({
      config: { params: [{ name: "p", value }] },
      data,
      ...unit,
      mark: { type: "circle", size: { expr: "p" } },
    }),
    own: 20,
    other: 300,
    frame: { p: 300 },
  },
  "a param of layers": {
    spec: (value) => ({
      data,
      params: [{ name: "p", value }],
      ...{ width: 80, height: 60 },
      layer: [
        { mark: { type: "circle", size: { expr: "p" } }, encoding: { x, y } },
        { mark: "line", encoding: { x, y } },
      ],
    }),
    own: 20,
    other: 300,
    frame: { p: 300 },
  },
  "a selection of points": selection(
    (pick) => ({ data, ...picked, params: [pick] }),
    point,
    [{ g: "u" }],
    [{ g: "v" }],
  ),
  "a selection of null": selection(
    (pick) => ({
      data: { name: "t", values: [...own, { x: 1, y: 1, g: null }] },
      ...picked,
      params: [pick],
    }),
    point,
    [{ g: "u" }],
    [{ g: null }],
  ),
  "a selection by a path into objects": selection(
    (pick) => ({
      data: { name: "t", values: own.map((row) => ({ ...row, at: { g: row.g } })) },
      ...picked,
      params: [pick],
    }),
    { type: "point", fields: ["at.g"] },
    [{ "at.g": "u" }],
    [{ "at.g": "v" }],
  ),
  "a selection of rows by their numbers": selection(
    (pick) => ({ data, ...picked, params: [pick] }),
    { type: "point" },
    [{ _vgsid_: 1 }],
    [{ _vgsid_: 2 }, { _vgsid_: 3 }],
  ),
  "a selection of dates in parts": selection(
    (pick) => ({ ...dated, encoding: { ...picked.encoding, x: day }, params: [pick] }),
    { type: "point", encodings: ["x"] },
    [{ x: { year: 2020 } }],
    [{ x: { year: 2020, month: "March", date: 2 } }, { x: { year: 2020, quarter: 3 } }],
  ),
  "an interval of dates in parts": selection(
    (pick) => ({ ...dated, encoding: { ...picked.encoding, x: day }, params: [pick] }),
    interval,
    { x: [{ year: 2020 }, { year: 2021 }] },
    { x: [{ year: 2020, month: 2, utc: true }, { year: 2020, month: 3, date: 2, hours: 5 }] },
  ),
  "a selection of points by encoding": selection(
    (pick) => ({ data, ...picked, params: [pick] }),
    { type: "point", encodings: ["x"] },
    [{ x: 1 }],
    [{ x: 3 }, { x: 2 }],
  ),
  "an interval": selection(
    (pick) => ({ data, ...picked, params: [pick] }),
    interval,
    { x: [0, 1.5] },
    { x: [1.5, 4] },
  ),
  "an interval of both channels": selection(
    (pick) => ({ data, ...picked, params: [pick] }),
    { type: "interval", mark },
    { x: [0, 2.5], y: [0, 2.5] },
    { x: [0, 2.5], y: [1.5, 4] },
  ),
  "a selection of a layer": selection(
    (pick) => ({
      data,
      ...{ width: 80, height: 60 },
      layer: [{ ...picked, params: [pick] }, { mark: "line", encoding: { x, y } }],
    }),
    point,
    [{ g: "u" }],
    [{ g: "v" }],
  ),
  "a selection that filters another view": selection(
    (pick) => ({
      data,
      hconcat: [
        { ...picked, params: [pick] },
        { ...unit, transform: [{ filter: { param: "pick" } }] },
      ],
    }),
    interval,
    { x: [0, 1.5] },
    { x: [1.5, 4] },
  ),
};

for (const [name, { spec, own, other, frame }] of Object.entries(cases)) {
  Deno.test(`a frame can give ${name}`, async () => {
    const [job, expected] = await Promise.all(
      [spec(own), spec(other)].map(async (spec) => await plainJob(await loaded(spec))),
    );
    const patched = await drawPatched(job, [{}, frame, {}], true);
    const fresh = await Promise.all(
      [job, expected].map(async (job) => (await drawFresh(job as never, [{}])).get(0)!),
    );
    const { width } = fresh[0];
    const difference = (a: Pixels, b: Pixels) => differenceOf(a.rgba, b.rgba, width);
    assert.notEqual(difference(fresh[0], fresh[1]), undefined, "nothing is to be seen");
    for (const [index, expected] of [fresh[0], fresh[1], fresh[0]].entries()) {
      assert.equal(difference(patched.get(index)!, expected), undefined, `frame ${index}`);
    }
  });
}

/** The spec with the rows that it loads written in, as the library does before it renders. */
async function loaded(spec: Spec): Promise<Spec> {
  if (!JSON.stringify(spec).includes('"url"')) return spec;
  const { signal } = new AbortController();
  return (await inlineData(
    (await compileSpec(spec, {})).spec,
    { baseURL: ".", localFiles: true },
    signal,
  )).spec;
}

Deno.test("readPatch() throws on what a selection cannot be set to", async () => {
  const select = { type: "interval", encodings: ["x"] };
  const spec = {
    ...dated,
    encoding: { ...picked.encoding, x: day },
    params: [{ name: "pick", select }],
  };
  const names = namesOf(await compileSpec(spec, {}), spec);
  for (
    const [pick, rule] of [
      [{}, "give 'x': current value is an object with the keys []"],
      [{ x: 3 }, "give a list of two values for 'x': current value is 3"],
      [{ x: [{ month: "Brumaire" }, 5] }, "give dates that exist: current value is an array of 2"],
    ] as const
  ) {
    assert.throws(
      () => readPatch({ pick }, names, 7),
      new TypeError(`Cannot set the selection 'pick' of frame 7 as its value must ${rule}`),
    );
  }
});

Deno.test("readPatch() names what a computed signal is computed from", async () => {
  const spec = {
    signals: [
      { name: "s", value: 1 },
      { name: "unused", value: 1 },
      { name: "top", update: "ends[1] + s" },
      { name: "twice", update: "2 * top" },
      { name: "fixed", update: "6 * 7" },
    ],
    data: [
      { name: "t", values: own },
      { name: "d", source: "t", transform: [{ type: "extent", field: "x", signal: "ends" }] },
    ],
    marks: [],
  };
  const names = namesOf(await compileSpec(spec, {}), spec);
  assert.throws(
    () => readPatch({ twice: 3 }, names, 4),
    new TypeError(
      "Cannot read the params of frame 4 as signal 'twice' is computed (2 * top) and cannot be " +
        "given: give what it is computed from, 's', 't'",
    ),
  );
  assert.throws(
    () => readPatch({ fixed: 3 }, names, 4),
    /signal 'fixed' is computed \(6 \* 7\) and cannot be given: nothing that it is computed from can be given$/,
  );
  assert.throws(
    () => readPatch({ ends: [0, 1] }, names, 0),
    /signal 'ends' is computed \(by 'extent' of dataset 'd'\) and cannot be given: give what it is computed from, 't'$/,
  );
});

Deno.test("readPatch() names what a dataset is made from that cannot be given", async () => {
  const spec = {
    signals: [{ name: "n", value: 5 }],
    data: [
      { name: "t", transform: [{ type: "sequence", start: 0, stop: { signal: "n" } }] },
      { name: "d", source: "t", transform: [{ type: "filter", expr: "datum.data > 1" }] },
    ],
    marks: [],
  };
  const names = namesOf(await compileSpec(spec, {}), spec);
  assert.throws(
    () => readPatch({ t: [] }, names, 0),
    /dataset 't' is generated and cannot be given: give what it is computed from, 'n'$/,
  );
  assert.throws(
    () => readPatch({ d: [] }, names, 0),
    /dataset 'd' is derived from 't' and cannot be given: give what it is computed from, 'n'$/,
  );
});

Deno.test("readPatch() names the selection that a computed param is computed from", async () => {
  const spec = {
    data,
    ...picked,
    params: [{ name: "pick", select: interval }, { name: "p", expr: "pick.x ? 1 : 2" }],
  };
  const names = namesOf(await compileSpec(spec, {}), spec);
  assert.throws(() => readPatch({ p: 1 }, names, 0), /give what it is computed from, 'pick'$/);
});
