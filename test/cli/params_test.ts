/** What the command line reads frames from. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { type Flags } from "../../kernel-lib/cli/flags.ts";
import { readParams } from "../../kernel-lib/cli/params.ts";
import { withExamples } from "./vega_reel.ts";

const { signal } = new AbortController();

/** All frames that flags stand for, with their files in the folder. */
async function framesOf(folder: string, flags: Flags): Promise<unknown> {
  const named = typeof flags.params === "string" ? { params: join(folder, flags.params) } : {};
  const params = await readParams({ ...flags, ...named }, { fps: 30 }, signal);
  if (typeof params !== "object") return params;
  const frames: unknown[] = [];
  for await (const frame of params) frames.push(frame);
  return frames;
}

/** Checks frames of a file that is written for it. */
async function assertFrames(file: string, text: string, flags: Flags, expected: unknown) {
  await withExamples(async (folder) => {
    await Deno.writeTextFile(join(folder, file), text);
    assert.deepEqual(await framesOf(folder, { ...flags, params: file }), expected);
  });
}

const TOWNS = "year,town,zip,day\n2001,Birk,00501,2001-01-01\n2000,Arden,,2000-01-01\n" +
  "2001,Cole,00502,2001-01-02\n";

Deno.test("readParams() makes a frame of each row of a CSV, with its types", () =>
  assertFrames(
    "a.csv",
    '\uFEFFyear,"a, b",on,day\n2000,x,true,2000-01-01\n2001.5,,false,\n',
    {},
    [
      { year: 2000, "a, b": "x", on: true, day: "2000-01-01" },
      { year: 2001.5, "a, b": null, on: false, day: null },
    ],
  ));

Deno.test("readParams() makes a frame of each value of a column, numbers going up", () =>
  assertFrames(
    "a.csv",
    TOWNS,
    { data: "towns", frameBy: "year", frameParam: "now", text: ["zip"] },
    [
      { towns: { year: [2000], town: ["Arden"], zip: [null], day: ["2000-01-01"] }, now: 2000 },
      {
        towns: {
          year: [2001, 2001],
          town: ["Birk", "Cole"],
          zip: ["00501", "00502"],
          day: ["2001-01-01", "2001-01-02"],
        },
        now: 2001,
      },
    ],
  ));

Deno.test("readParams() keeps the order in which words appear, and lets dates go up", () =>
  withExamples(async (folder) => {
    await Deno.writeTextFile(join(folder, "a.tsv"), TOWNS.replaceAll(",", "\t"));
    const by = async (frameBy: string) => {
      const flags = { params: "a.tsv", data: "rows", frameBy, frameParam: "now" };
      return (await framesOf(folder, flags) as { now: unknown }[]).map(({ now }) => now);
    };
    assert.deepEqual(await by("town"), ["Birk", "Arden", "Cole"]);
    assert.deepEqual(await by("day"), ["2000-01-01", "2001-01-01", "2001-01-02"]);
  }));

Deno.test("readParams() reads Arrow as pandas writes it, by LZ4 and Zstandard, and Parquet", () =>
  withExamples(async (folder) => {
    const day = (year: number) => new Date(Date.UTC(year, 0, 1));
    for (const params of ["towns.arrow", "towns.feather", "towns.parquet"]) {
      // Arrow's columns stay as compact as they are.
      const numbers = (values: number[]) =>
        params === "towns.parquet" ? values : Float64Array.from(values);
      const frame = (year: number, people: number[], share: unknown[]) => ({
        towns: {
          year: numbers([year, year]),
          town: ["Arden", "Birk"],
          people: numbers(people),
          share,
          day: [day(year), day(year)],
        },
      });
      const expected = [frame(2000, [40, 30], [0.5, null]), frame(2001, [45, 28], [0.25, 0.75])];
      const flags = { params, data: "towns", frameBy: "year" };
      assert.deepEqual(await framesOf(folder, flags), expected, params);
    }
  }));

Deno.test("readParams() reads JSON, NDJSON and what a module gives", async () => {
  const expected = [{ year: 1 }, { year: 2 }];
  await assertFrames("a.json", JSON.stringify(expected), {}, expected);
  await assertFrames("a.ndjson", '\uFEFF{"year":1}\r\n\n{"year":2}', {}, expected);
  await assertFrames("a.dat", '{"year":1}\n{"year":2}', { paramsFormat: "ndjson" }, expected);
  await assertFrames("a.mjs", "export default [{ year: 1 }, { year: 2 }];", {}, expected);
  const generator = "export default async function* () { yield { year: 1 }; yield { year: 2 }; }";
  await assertFrames("a.ts", generator, {}, expected);
  const grouped = [{ rows: { year: [1] } }, { rows: { year: [2] } }];
  await assertFrames(
    "b.ndjson",
    '{"year":1}\n{"year":2}',
    { data: "rows", frameBy: "year" },
    grouped,
  );
});

Deno.test("readParams() pulls NDJSON no further than it is needed", () =>
  withExamples(async (folder) => {
    await Deno.writeTextFile(join(folder, "a.ndjson"), '{"year":1}\nno JSON\n');
    const params = await readParams({ params: join(folder, "a.ndjson") }, {}, signal);
    const frames = (params as AsyncIterable<unknown>)[Symbol.asyncIterator]();
    assert.deepEqual((await frames.next()).value, { year: 1 });
    await assert.rejects(frames.next(), {
      message: /^Cannot read line 2 of the params '.*a\.ndjson'/,
    });
    const missing = await readParams({ params: join(folder, "none.ndjson") }, {}, signal);
    await assert.rejects(Array.fromAsync(missing as AsyncIterable<unknown>), /none\.ndjson/);
  }));

Deno.test("readParams() takes params from one value to another", async () => {
  const flags = { sweep: { year: "2000:2002", colour: "#000:#fff" }, frames: 3 };
  assert.deepEqual(await framesOf("", flags), [
    { year: 2000, colour: "#000" },
    { year: 2001, colour: "rgb(128, 128, 128)" },
    { year: 2002, colour: "#fff" },
  ]);
  assert.equal(await framesOf("", {}), undefined);
  assert.equal(await readParams({ frames: 9 }, { update: "walk.ts" }, signal), 9);
});

/** Flags that do not go together, and what is said of them. */
const MISTAKES: [Flags, RegExp][] = [
  [{ frames: 3 }, /^--frames goes with --update or --sweep$/],
  [{ sweep: { year: "1:2" } }, /^--sweep goes with --frames$/],
  [{ sweep: { year: "1" }, frames: 3 }, /must be of the form name=from:to: current value is '1'$/],
  [{ sweep: { year: "1:2" }, frames: 3, params: "a.csv" }, /^--sweep and --params do not go/],
  [{ frames: 3, params: "years.csv" }, /^--frames and --params do not go together$/],
  [
    { params: "years.xls" },
    /by its ending: known are \.json, .*--params-format says it otherwise$/,
  ],
  [{ params: "years.csv", data: "towns" }, /^--data and --frame-by go together/],
  [{ params: "years.csv", frameBy: "year" }, /^--data and --frame-by go together/],
  [{ params: "years.csv", frameParam: "year" }, /^--frame-param goes with --frame-by$/],
  [{ params: "years.csv", data: "rows", frameBy: "yeer" }, /no column 'yeer' .*: there are year$/],
  [{ params: "frames.ndjson", text: ["year"] }, /^--text is for CSV and TSV/],
];

for (const [flags, message] of MISTAKES) {
  Deno.test(`readParams() throws on ${JSON.stringify(flags)}`, () =>
    withExamples(async (folder) => {
      await assert.rejects(framesOf(folder, flags), { name: "UsageError", message });
    }));
}

Deno.test("readParams() names the file that it cannot read", () =>
  withExamples(async (folder) => {
    const fails = (params: string, message: RegExp, flags: Flags = {}) =>
      assert.rejects(framesOf(folder, { ...flags, params }), { name: "Error", message });
    await fails("none.csv", /^Cannot read the params '.*none\.csv'/);
    await fails("chart.vl.json", /as json: it must be an array with one object for each frame$/);
    await fails("years.csv", /as csv: it has no column 'yeer': there are year$/, {
      text: ["yeer"],
    });
    await fails("towns.parquet", /towns\.parquet' as arrow: /, { paramsFormat: "arrow" });
    await fails("towns.arrow", /towns\.arrow' as parquet: /, { paramsFormat: "parquet" });
    await fails("none.ndjson", /^Cannot read the params '.*none\.ndjson': ENOENT/);
    await Deno.writeTextFile(join(folder, "throws.mjs"), 'throw "no data today";');
    await fails("throws.mjs", /throws\.mjs': "no data today"$/);
  }));
