import assert from "node:assert/strict";
import { tryRandomRows } from "../render/random_rows.ts";
import { tryRandomTransforms } from "../render/random_transforms.ts";

Deno.test("FrameView.show() draws many random rows in jumbled order as fresh views do", async () => {
  const { inPlace, newView } = await tryRandomRows(300);
  assert.ok(inPlace > 1000 && newView > 1000, `${inPlace} in place, ${newView} with a new view`);
});

Deno.test("FrameView.show() puts many random rows through random transforms as fresh views do", async () => {
  const { inPlace, newView } = await tryRandomTransforms(5000);
  assert.ok(inPlace > 1000 && newView > 1000, `${inPlace} in place, ${newView} with a new view`);
});
