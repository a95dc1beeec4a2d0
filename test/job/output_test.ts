import assert from "node:assert/strict";
import { basename, win32 } from "node:path";
import fc from "fast-check";
import { FILE_NAME } from "../fuzz.ts";
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

Deno.test("defaultOutput() stays in its folder, whatever a spec is called", () => {
  const pieces = [
    "..",
    "/",
    "\\",
    "\0",
    ".",
    "-",
    "~",
    "C:",
    "CON",
    "%2e",
    "\n",
    "\u202e",
    "𠀀",
    "e\u0301",
  ];
  const piece = fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: "binary" }));
  const text = fc.array(piece, { maxLength: 80 }).map((parts) => parts.join(""));
  const title = fc.oneof(text, fc.record({ text: fc.oneof(text, fc.array(text)) }), fc.anything());
  const spec = fc.record({ title, name: title, description: title });
  fc.assert(
    fc.property(spec, (spec) => {
      const name = defaultOutput(spec as Record<string, unknown>);
      assert.match(name, FILE_NAME);
      assert.equal(basename(name), name);
      assert.equal(win32.basename(name), name);
      assert.ok(new TextEncoder().encode(name).length <= 255, "longer than file systems take");
    }),
    {
      numRuns: 1000,
      seed: 1,
      examples: [[{ title: "a" + "𠀀".repeat(60), name: "", description: "" }]],
    },
  );
});
