import assert from "node:assert/strict";
import { packSegments, type SegmentState, unpackSegments } from "../../kernel-lib/show/mime.ts";

const STATES: SegmentState[] = ["waiting", "rendering", "done", "reused", "failed"];

Deno.test("unpackSegments() reads what packSegments() wrote", () => {
  for (const length of [0, 1, 2, 100]) {
    const states = Array.from({ length }, (_, n) => STATES[(n * n + (n >> 2)) % 5]);
    const runs = unpackSegments(packSegments(states))!;
    assert.deepEqual(
      runs.flatMap(({ state, count }) => Array(count).fill(state)),
      states,
    );
  }
  assert.equal(packSegments(["done", "done", "reused", "waiting"]), "2d1k1w");
});

Deno.test("unpackSegments() refuses other texts", () => {
  for (const text of ["d", "2", "2x", "-1d", "1.5d", "2d ", "99999999d", "2d<b>"]) {
    assert.equal(unpackSegments(text), undefined, text);
  }
});
