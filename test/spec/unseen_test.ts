/** What no picture shows is not computed, unless something reads it. */
import assert from "node:assert/strict";
import { compileSpec, type VegaSpec } from "../../kernel-lib/spec/compile.ts";
import { withoutUnseen } from "../../kernel-lib/spec/unseen.ts";

type Sets = Record<string, Record<string, unknown>>;

function encodeOf({ marks }: VegaSpec): Sets {
  return (marks as { encode: Sets }[])[0].encode;
}

function symbols(encode: Sets, more: Record<string, unknown> = {}): VegaSpec {
  return {
    data: [{ name: "d" }],
    marks: [{ type: "symbol", from: { data: "d" }, encode, ...more }],
  };
}

Deno.test("withoutUnseen() leaves out descriptions and tooltips of Vega-Lite's marks", async () => {
  const encoding = {
    x: { field: "x", type: "quantitative" },
    tooltip: { field: "x", type: "quantitative" },
    href: { field: "x" },
  };
  const { spec } = await compileSpec({ data: { name: "d" }, mark: "point", encoding }, {});
  assert.ok(["description", "tooltip", "href"].every((name) => name in encodeOf(spec).update));
  const { update } = encodeOf(withoutUnseen(spec));
  assert.deepEqual(
    Object.keys(update).sort(),
    ["fill", "opacity", "stroke", "x", "y"].filter((c) => c in encodeOf(spec).update),
  );
});

for (
  const [why, encode, more] of [
    ["draws random numbers", { update: { description: { signal: "'' + random()" } } }, {}],
    ["is sorted by", { update: { tooltip: { field: "x" } } }, { sort: { field: "tooltip" } }],
    [
      "is read by another encoding",
      { enter: { tooltip: { field: "x" } }, update: { x: { signal: "item.tooltip" } } },
      {},
    ],
  ] as [string, Sets, Record<string, unknown>][]
) {
  Deno.test(`withoutUnseen() leaves in what ${why}`, () => {
    const spec = symbols(encode, more);
    assert.deepEqual(withoutUnseen(spec), spec);
  });
}
