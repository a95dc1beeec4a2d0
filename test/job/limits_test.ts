/** A layout that was settled from a few frames is that of all, or a frame says that it is not. */
import assert from "node:assert/strict";
import { examineLayouts } from "./random_layouts.ts";

Deno.test("settle() comes to the layout of all frames, or one of them exceeds it", async () => {
  const counts = await examineLayouts(8);
  assert.equal(counts.right + counts.found + counts.all, 8);
});
