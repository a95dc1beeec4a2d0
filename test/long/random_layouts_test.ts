/** Many random charts, settled from few frames and from all. */
import assert from "node:assert/strict";
import { examineLayouts } from "../job/random_layouts.ts";

Deno.test("settle() comes to the layout of all frames for many random charts", async () => {
  const counts = await examineLayouts(400);
  console.log(counts);
  assert.ok(counts.right > 100 && counts.found > 0);
});
