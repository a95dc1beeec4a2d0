/** What rows tell of scales is what a view would make of them. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { settle } from "../../kernel-lib/job/scan.ts";
import { Survey } from "../../kernel-lib/job/survey.ts";
import { prepare } from "../../kernel-lib/job/prepare.ts";
import { readOptions } from "../../kernel-lib/job/options.ts";
import { LocalPool } from "../../kernel-lib/run/pool.ts";

const spec = {
  data: { name: "points" },
  mark: "point",
  width: 100,
  height: 100,
  encoding: {
    x: { field: "x", type: "quantitative" },
    y: { field: "y", type: "quantitative", scale: { zero: false } },
    color: { field: "c", type: "nominal" },
    shape: { field: "s", type: "nominal", sort: null },
  },
};

const signal = new AbortController().signal;

async function surveyOf(frames: unknown[]) {
  const prepared = await prepare(spec, frames, readOptions({}), "cairo", signal);
  const { draft, shared } = prepared;
  const survey = new Survey(draft.spec, draft.names.datasets, shared);
  frames.forEach((values, frame) => survey.add(values, frame));
  return survey;
}

const number = fc.oneof(
  fc.integer({ min: -50, max: 50 }),
  fc.double({ min: -9, max: 9, noNaN: true }),
);
const text = fc.constantFrom("a", "b", "10", "9", "");
const row = fc.record({ x: number, y: number, c: text, s: text });
const frames = fc.array(fc.array(row, { maxLength: 4 }), { minLength: 2, maxLength: 5 });

Deno.test("settle() comes to the same domains by rows as by views", async () => {
  const pool = new LocalPool(1, "cairo");
  const events = { onFrames() {}, onScanned() {}, onLog() {} };
  const scalesOf = async (values: unknown[], change: Record<string, unknown>) => {
    const options = readOptions({});
    const prepared = await prepare({ ...spec, ...change }, values, options, "cairo", signal);
    using settled = await settle(pool, prepared, options, events, signal);
    return settled.job.spec.scales;
  };
  try {
    const property = fc.asyncProperty(frames, async (rows) => {
      const values = rows.map((points) => ({ points }));
      const byViews = await scalesOf(values, { transform: [{ calculate: "datum.x", as: "x" }] });
      const byRows = await scalesOf(values, {});
      assert.deepEqual(byRows, byViews);
    });
    await fc.assert(property, { numRuns: 25 });
  } finally {
    await pool.close();
  }
});

Deno.test("Survey tells the domains of finite numbers and texts", async () => {
  const points = [{ x: 3, y: 1, c: "a", s: "q" }, { x: -2, y: 1, c: "b", s: "p" }];
  const survey = await surveyOf([{ points }, { points: { x: [9], y: [4], c: ["a"], s: ["o"] } }]);
  const domains = survey.domains?.map((cells) => cells[""]?.values);
  assert.deepEqual(domains, [[-2, 9], [1, 4], ["a", "b"], ["q", "p", "o"]]);
  assert.deepEqual(survey.outermost, [0, 1]);
});

for (
  const [name, values] of Object.entries({
    "null": { points: [{ x: null, y: 1, c: "a", s: "q" }] },
    "a text for a number": { points: [{ x: "3", y: 1, c: "a", s: "q" }] },
    "NaN": { points: [{ x: NaN, y: 1, c: "a", s: "q" }] },
    "a date": { points: [{ x: new Date(), y: 1, c: "a", s: "q" }] },
    "a missing field": { points: [{ x: 2, y: 1, c: "a" }] },
    "a number for a text": { points: [{ x: 2, y: 1, c: 5, s: "q" }] },
    "nothing": {},
  })
) {
  Deno.test(`Survey tells no domains where a frame gives ${name}`, async () => {
    const points = [{ x: 3, y: 1, c: "a", s: "q" }];
    assert.equal((await surveyOf([{ points }, values])).domains, undefined);
    assert.notEqual((await surveyOf([{ points }, { points }])).domains, undefined);
  });
}
