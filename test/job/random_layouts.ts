/** Holds layouts that were settled from few frames against those of all. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { readOptions } from "../../kernel-lib/job/options.ts";
import { prepare } from "../../kernel-lib/job/prepare.ts";
import { settle } from "../../kernel-lib/job/scan.ts";
import { LAYOUT_EXCEEDED } from "../../kernel-lib/render/limits.ts";
import { LocalPool } from "../../kernel-lib/run/pool.ts";

const number = fc.oneof(
  { weight: 9, arbitrary: fc.double({ min: -9, max: 9, noNaN: true }) },
  { weight: 1, arbitrary: fc.double({ min: -900, max: 900, noNaN: true }) },
);
const row = fc.record({ x: number, y: number, s: number, c: fc.constantFrom("a", "bb", "ccc") });
const frames = fc.array(fc.array(row, { minLength: 1, maxLength: 3 }), {
  minLength: 40,
  maxLength: 60,
});

const quantitative = (field: string) =>
  fc.record({
    field: fc.constant(field),
    type: fc.constant("quantitative"),
    scale: fc.constantFrom({}, { domain: [-5, 5] }, { zero: false }, { type: "symlog" }),
    title: fc.constantFrom(undefined, null, "a title"),
  });
const spec = fc.record({
  data: fc.constant({ name: "points" }),
  width: fc.constantFrom(40, 100),
  height: fc.constantFrom(40, 100),
  title: fc.constantFrom(undefined, "a title that is wider than its plot is"),
  mark: fc.constantFrom(
    ...["line", "area", "point", "circle", "rule", "trail", "bar", "rect", "tick"],
    { type: "line", point: true },
    { type: "line", strokeWidth: 9 },
    { type: "point", size: 900 },
    { type: "circle", size: { expr: "abs(datum.x * datum.s) * 40" } },
  ),
  encoding: fc.record({
    x: quantitative("x"),
    y: quantitative("y"),
    color: fc.constantFrom(undefined, { field: "c", type: "nominal" }),
    size: fc.constantFrom(undefined, { field: "s", type: "quantitative" }),
  }),
});

const events = { onFrames() {}, onScanned() {}, onLog() {} };
const { signal } = new AbortController();

/**
 * Settles random charts. Throws where a layout of few frames is not that of all, and none says so.
 *
 * @returns How often few frames were right, how often one did not fit, and how often all were
 * looked at.
 */
export async function examineLayouts(runs: number): Promise<Record<string, number>> {
  const pool = new LocalPool(1, "cairo");
  const counts = { right: 0, found: 0, all: 0 };
  const property = fc.asyncProperty(spec, frames, async (spec, rows) => {
    const options = readOptions({});
    const values = rows.map((points) => ({ points }));
    const written = JSON.parse(JSON.stringify(spec));
    const prepared = await prepare(written, values, options, "cairo", signal);
    using settled = await settle(pool, prepared, options, events, signal);
    const { job, lookAtAll } = settled;
    if (!lookAtAll) return void counts.all++;
    const of = ({ spec, picture }: typeof job) => ({ ...spec, picture });
    const whole = of(await lookAtAll());
    await pool.open({ ...job, encoding: { kind: "png" } }, events);
    const source = settled.frames();
    let exceeded = false;
    for (let index = 0, params; !exceeded && (params = await source.next()); index++) {
      const task = { job: job.id, index, first: index, frames: 1, params: [params] };
      exceeded = await pool.render(task, signal).then(() => false, (error) => {
        assert.equal(error.name, LAYOUT_EXCEEDED);
        return true;
      });
    }
    counts[exceeded ? "found" : "right"]++;
    if (!exceeded) assert.deepEqual(rounded(of(job)), rounded(whole));
  });
  try {
    await fc.assert(property, { numRuns: runs });
    return counts;
  } finally {
    await pool.close();
  }
}

/** Places differ by what adding them up in another order leaves. */
function rounded(value: unknown): unknown {
  const round = (_: string, part: unknown) =>
    typeof part === "number" ? Math.round(part * 1e4) / 1e4 : part;
  return JSON.parse(JSON.stringify(value, round));
}
