import assert from "node:assert/strict";
import { tryRandomRows } from "./random_rows.ts";
import { tryRandomTransforms } from "./random_transforms.ts";

Deno.test("FrameView.show() draws random rows in jumbled order as fresh views do", async () => {
  const { inPlace, newView } = await tryRandomRows(6);
  // Both ways are tried.
  assert.ok(inPlace > 50 && newView > 50, `${inPlace} in place, ${newView} with a new view`);
});

Deno.test("FrameView.show() puts random rows through random transforms as fresh views do", async () => {
  const { inPlace, newView } = await tryRandomTransforms(150);
  assert.ok(inPlace > 100 && newView > 100, `${inPlace} in place, ${newView} with a new view`);
});
