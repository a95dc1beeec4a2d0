import assert from "node:assert/strict";
import { defaultOutput } from "../../kernel-lib/job/output.ts";

Deno.test("defaultOutput() names a video after the spec's title or name", () => {
  const slug = (spec: Record<string, unknown>) =>
    defaultOutput(spec).replace(/-[0-9a-f]{8}\.mp4$/, "");
  assert.equal(slug({ title: "Stock Prices, 2000–2010" }), "stock-prices-2000-2010");
  assert.equal(slug({ title: { text: ["Données", "à jour"] } }), "donnees-a-jour");
  assert.equal(slug({ name: "../../etc/passwd" }), "etc-passwd");
  assert.equal(slug({}), "video");
});

Deno.test("defaultOutput() depends on the chart, not on its data", () => {
  const spec = { title: "A", mark: "line", data: { values: [{ x: 1 }] } };
  assert.equal(defaultOutput({ ...spec, data: { values: [{ x: 2 }] } }), defaultOutput(spec));
  assert.notEqual(defaultOutput({ ...spec, mark: "bar" }), defaultOutput(spec));
});
