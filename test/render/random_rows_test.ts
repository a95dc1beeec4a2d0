import assert from "node:assert/strict";
import { tryRandomRows } from "./random_rows.ts";

Deno.test("FrameView.show() draws random rows in jumbled order as fresh views do", async () => {
  const { inPlace, newView } = await tryRandomRows(6);
  // Both ways are tried.
  assert.ok(inPlace > 50 && newView > 50, `${inPlace} in place, ${newView} with a new view`);
});
