/**
 * A property: whatever transforms the rows of a dataset go through, and whatever rows a view was
 * shown before, its datasets hold what those of a fresh view do.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { readPatch } from "../../kernel-lib/render/patch.ts";
import { importVega, type View } from "../../kernel-lib/render/vega.ts";
import { FrameView } from "../../kernel-lib/render/view.ts";
import { namesOf } from "../../kernel-lib/spec/names.ts";
import { freshView, type Values } from "../fresh.ts";

const ROWS = 8;

const number = fc.constantFrom("x", "y", "v", "in.y", "out", "other");
const field = fc.oneof(number, fc.constantFrom("g", "h"));
const groupby = fc.subarray(["g", "h"]);
// What is written may be what another transform reads, or what the rows give.
const as = fc.constantFrom("out", "other", "y", "z");
const sort = fc.record({
  field,
  order: fc.constantFrom("ascending", "descending"),
});
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const type = (type: string) => fc.constant(type);

/** Operations of windows, those first that need no field. */
const windowed = fc.oneof(
  fc.tuple(fc.constantFrom("row_number", "rank", "count", "cume_dist"), fc.constant(null)),
  fc.tuple(fc.constantFrom("sum", "mean", "first_value", "lag"), number),
);

const transform: fc.Arbitrary<object> = fc.oneof(
  fc.tuple(
    as,
    number,
    fc.constantFrom("* 2", "+ p", "+ sum", "+ (first ? first.y : 0)", "+ data('u')[0].y"),
  ).map(([as, field, rest]) => ({ type: "formula", as, expr: `datum.${field} ${rest}` })),
  fc.tuple(number, as).map(([field, as]) => ({
    type: "bin",
    field,
    extent: [0, 10],
    as: [as, "end"],
  })),
  fc.tuple(windowed, as, groupby, maybe(sort)).map(([[op, field], as, groupby, sort]) => ({
    ...{ type: "window", ops: [op], fields: [field], params: [1], as: [as], groupby },
    ...(sort && { sort }),
  })),
  fc.tuple(fc.constantFrom("mean", "min", "median", "count"), number, as, groupby).map((
    [op, field, as, groupby],
  ) => ({ type: "joinaggregate", ops: [op], fields: [field], as: [as], groupby })),
  fc.tuple(fc.constantFrom("sum", "max", "stdev", "distinct"), number, groupby).map((
    [op, field, groupby],
  ) => ({ type: "aggregate", ops: [op, "mean"], fields: [field, "y"], as: ["out", "y"], groupby })),
  fc.record({ type: type("stack"), field: number, groupby, as: fc.constant(["out", "end"]) }),
  fc.record({ type: type("pie"), field: number, as: fc.constant(["out", "end"]) }),
  fc.record({ type: type("collect"), sort }),
  fc.tuple(number, fc.constantFrom("> 2", "> p", "!= null")).map(([field, rest]) => ({
    type: "filter",
    expr: `datum.${field} ${rest}`,
  })),
  fc.tuple(fc.constantFrom("u", "sums"), number, as).map(([from, field, as]) => ({
    ...{ type: "lookup", from, key: from === "u" ? "x" : "g", values: ["y"], as: [as] },
    fields: [from === "u" ? field : "g"],
  })),
  fc.record({
    type: type("quantile"),
    field: number,
    probs: fc.constant([0.2, 0.5]),
    groupby,
    as: fc.constant(["x", "y"]),
  }),
  fc.record({ type: type("regression"), x: number, y: number, as: fc.constant(["x", "y"]) }),
  fc.record({ type: type("fold"), fields: fc.tuple(number, number), as: fc.constant(["g", "y"]) }),
);

/** Rows as they come in one frame; those of groups that stay can be changed in place. */
const rows = (groups: string[] | undefined) =>
  fc.array(
    fc.record({ y: fc.nat(100), v: fc.nat(30), g: fc.constantFrom("a", "b", "c"), h: fc.nat(1) }),
    { minLength: ROWS, maxLength: ROWS },
  ).map((rows) =>
    rows.map((row, x) => ({
      ...row,
      x,
      y: row.y / 10,
      in: { y: row.v / 3 },
      ...(groups && { g: groups[x], h: x % 2 }),
    }))
  );

const given = fc.constantFrom(["t"], ["u"], ["t", "u"], ["t", "p"], ["p"]);
const groups = fc.array(fc.constantFrom("a", "b", "c"), { minLength: ROWS, maxLength: ROWS });

const shows = fc.tuple(given, maybe(groups)).chain(([names, groups]) => {
  const values = { t: rows(groups), u: rows(groups), p: fc.nat(4) };
  const frame = Object.fromEntries(names.map((name) => [name, values[name as "t"]]));
  return fc.record({
    own: rows(undefined),
    transforms: fc.array(transform, { minLength: 1, maxLength: 3 }),
    more: fc.array(transform, { maxLength: 1 }),
    frames: fc.array(fc.record(frame) as fc.Arbitrary<Values>, { minLength: 2, maxLength: 4 }),
  });
});

const vega = await importVega();

/**
 * Tries random transforms of random rows.
 *
 * @param numRuns How many specs.
 * @returns Frames by rung, over all of them.
 */
export async function tryRandomTransforms(numRuns: number): Promise<Record<string, number>> {
  const rungs: Record<string, number> = {};
  const property = fc.asyncProperty(shows, async ({ own, transforms, more, frames }) => {
    const spec = {
      signals: [
        { name: "p", value: 2 },
        { name: "sum", update: "length(data('u')) + data('u')[1].y" },
        { name: "first", update: "data('u')[0]" },
      ],
      data: [
        { name: "u", values: own },
        {
          name: "sums",
          source: "u",
          transform: [
            { type: "aggregate", groupby: ["g"], ops: ["mean"], fields: ["y"], as: ["y"] },
          ],
        },
        { name: "t", values: own },
        { name: "d", source: "t", transform: transforms },
        { name: "e", source: "d", transform: more },
      ],
      marks: [],
    };
    for (const rung of await holds(spec, frames)) rungs[rung] = (rungs[rung] ?? 0) + 1;
  });
  await fc.assert(property, { numRuns, seed: 1 });
  return rungs;
}

/** Shows the frames to one view, there and back, and compares its datasets with a fresh one's. */
async function holds(spec: { data: { name: string }[] }, frames: Values[]): Promise<string[]> {
  const names = namesOf({ language: "vega", spec, fitted: false, source: spec }, spec);
  const view = new FrameView(vega, {
    ...{ spec: structuredClone(spec), names, baseURL: ".", localFiles: true },
    ...{ patchInPlace: true, rungB: true },
  });
  const rungs: string[] = [];
  const textOf = (view: View) =>
    // Where there is no row, Vega has an empty list or none.
    spec.data.map(({ name }) => `${name}: ${JSON.stringify(view.data(name) ?? [])}`);
  try {
    for (const index of [...frames.keys(), ...[...frames.keys()].reverse()]) {
      const fresh = await freshView(spec, frames[index]).catch(() => undefined);
      const patch = readPatch(structuredClone(frames[index]), names, index);
      const rung = await view.show(patch).catch(() => undefined);
      assert.equal(rung === undefined, fresh === undefined, `frame ${index} alone fails`);
      if (!rung || !fresh) continue;
      rungs.push(rung);
      assert.deepEqual(textOf(view.view), textOf(fresh as unknown as View), `frame ${index}`);
      fresh.finalize();
    }
  } finally {
    view.close();
  }
  return rungs;
}
