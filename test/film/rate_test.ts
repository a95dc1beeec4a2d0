/** The rate of a video's frames. */
import assert from "node:assert/strict";
import { exactRate, rateOf } from "../../kernel-lib/film/rate.ts";

Deno.test("rateOf() takes the times of a video of any length, in any order", () => {
  // More than a function takes as arguments.
  assert.equal(rateOf(Array.from({ length: 200_000 }, (_, i) => i / 60)), 60);
  assert.equal(rateOf([0, 0.12, 0.04, 0.08]), 25);
  assert.equal(rateOf([0]), undefined);
});

Deno.test("exactRate() believes what is known as long as the file does not say another rate", () => {
  assert.equal(exactRate(23.98, 23.976), 23.976);
  assert.equal(exactRate(60, 30), 60);
  assert.equal(exactRate(undefined, 30), 30);
  assert.equal(exactRate(60, undefined), 60);
});
