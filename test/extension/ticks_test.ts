import assert from "node:assert/strict";
import { packSegments, type SegmentState, unpackSegments } from "../../kernel-lib/show/mime.ts";
import { tallyOf, ticksOf } from "../../extension/src/output/ticks.ts";

/** What the definition says, segment by segment. */
function expected(states: SegmentState[], max: number): SegmentState[] {
  const share = Math.ceil(states.length / max);
  return Array.from({ length: Math.ceil(states.length / share) }, (_, tick) => {
    const own = states.slice(tick * share, (tick + 1) * share);
    if (own.includes("failed")) return "failed";
    if (own.every((state) => state === "reused")) return "reused";
    if (own.every((state) => state === "done" || state === "reused")) return "done";
    return own.every((state) => state === "waiting") ? "waiting" : "rendering";
  });
}

const STATES: SegmentState[] = ["waiting", "rendering", "done", "reused", "failed"];

Deno.test("ticksOf() gives each segment a tick as long as there are few", () => {
  const states = [...STATES, ...STATES.toReversed()];
  assert.deepEqual(ticksOf(unpackSegments(packSegments(states))!), states);
  assert.deepEqual(ticksOf([]), []);
});

Deno.test("ticksOf() lets neighbouring segments share a tick", () => {
  // Any mixture will do, as long as it is the same each time.
  for (const count of [200, 201, 999, 1000, 4321]) {
    const states = Array.from({ length: count }, (_, n) => STATES[(n * n + (n >> 3)) % 5]);
    const calm = states.map((_, n) => STATES[Math.floor((n * 4) / count)]);
    for (const each of [states, calm]) {
      assert.deepEqual(ticksOf(unpackSegments(packSegments(each))!), expected(each, 200));
    }
  }
});

Deno.test("ticksOf() does not count through millions of segments", () => {
  const runs = Array.from({ length: 2000 }, (_, n) => ({ state: STATES[n % 5], count: 9_999_999 }));
  assert.equal(ticksOf(runs).length, 200);
  assert.equal(tallyOf(runs).failed, 400 * 9_999_999);
});
