import assert from "node:assert/strict";
import { apiDocument } from "../scripts/docs.mjs";

Deno.test("docs/api.md is what the docstrings say: npm run docs", async () => {
  const page = await Deno.readTextFile(new URL("../docs/api.md", import.meta.url));
  assert.equal(page, apiDocument(Deno.execPath()));
});
