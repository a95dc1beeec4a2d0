import assert from "node:assert/strict";
import { planSegments } from "../../kernel-lib/job/plan.ts";

Deno.test("planSegments() cuts short segments first, so that all workers are soon busy", () => {
  assert.deepEqual(planSegments(100).map((s) => s.frames), [15, 15, 15, 15, 30, 10]);
});

Deno.test("planSegments() keeps earlier segments when frames are added", () => {
  const shorter = planSegments(480);
  assert.deepEqual(planSegments(5000).slice(0, shorter.length), shorter);
});

Deno.test("planSegments() covers every frame once", () => {
  for (const frames of [1, 15, 16, 60, 61, 480, 481, 1920, 1921, 10_000]) {
    let next = 0;
    for (const { first, frames: length } of planSegments(frames)) {
      assert.equal(first, next);
      next += length;
    }
    assert.equal(next, frames);
  }
});

Deno.test("planSegments() takes a length of its own", () => {
  assert.deepEqual(planSegments(7, 3).map((s) => s.frames), [3, 3, 1]);
});

Deno.test("planSegments() throws on a count that is not a positive integer", () => {
  for (const frames of [0, -1, 1.5, NaN]) {
    assert.throws(() => planSegments(frames), {
      name: "RangeError",
      message:
        `Cannot plan segments as 'frames' must be a positive integer: current value is ${frames}`,
    });
  }
});
