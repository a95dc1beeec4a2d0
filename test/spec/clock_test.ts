/** Which value each frame of an animation shows. */
import assert from "node:assert/strict";
import * as vega from "vega";
import { frameValues, type TimeScale } from "../../kernel-lib/spec/clock.ts";

function scale(type: string, domain: unknown[], range: number[]): TimeScale {
  // deno-lint-ignore no-explicit-any
  return (vega.scale(type) as any)().domain(domain).range(range);
}

const three = scale("band", ["a", "b", "c"], [0, 1500]);

/** Runs of equal values, such as `a2 b2`. */
function runs(values: unknown[]): string {
  const counted: [unknown, number][] = [];
  for (const value of values) {
    if (counted.at(-1)?.[0] === value) counted.at(-1)![1]++;
    else counted.push([value, 1]);
  }
  return counted.map(([value, count]) => `${value}${count}`).join(" ");
}

Deno.test("frameValues() shows each value for its step, and no frame more", () => {
  assert.equal(runs(frameValues(three, { pause: [] }, 2)), "a1 b1 c1");
  assert.equal(runs(frameValues(three, { pause: [] }, 30)), "a15 b15 c15");
  // 10.5 frames: the last one begins before the end.
  assert.equal(runs(frameValues(three, { pause: [] }, 7)), "a4 b3 c4");
});

Deno.test("frameValues() begins a value at the very frame where its step begins", () => {
  for (const fps of [1, 3, 7, 12, 24, 25, 29.97, 30, 60, 120]) {
    const domain = Array.from({ length: 97 }, (_, i) => i);
    const steps = scale("band", domain, [0, 97 * 1000 / fps]);
    assert.deepEqual(frameValues(steps, { pause: [] }, fps), domain, `${fps}`);
  }
});

Deno.test("frameValues() keeps the order of the domain", () => {
  const explicit = scale("band", ["c", "a"], [0, 1000]);
  assert.equal(runs(frameValues(explicit, { pause: [] }, 2)), "c1 a1");
});

Deno.test("frameValues() stands still at a pause for its duration besides the step", () => {
  const pause = [{ value: "c", duration: 500 }, { value: "b", duration: 1000 }];
  assert.equal(runs(frameValues(three, { pause }, 4)), "a2 b6 c4");
});

Deno.test("frameValues() runs through the clock as the easing says", () => {
  assert.equal(runs(frameValues(three, { pause: [], ease: (t) => t * t }, 6)), "a6 b2 c1");
  // What swings beyond the ends stays at them.
  assert.equal(runs(frameValues(three, { pause: [], ease: (t) => 4 * t - 1 }, 6)), "a3 b1 c5");
});

Deno.test("frameValues() pauses where an eased clock comes to the value", () => {
  const pause = [{ value: "b", duration: 1000 }];
  assert.equal(runs(frameValues(three, { pause, ease: (t) => t * t }, 6)), "a6 b8 c1");
});

Deno.test("frameValues() passes between the values of a continuous scale", () => {
  const linear = scale("linear", [1990, 2010], [0, 1000]);
  assert.deepEqual(frameValues(linear, { pause: [] }, 4), [1990, 1995, 2000, 2005]);
});

Deno.test("frameValues() gives dates as timestamps", () => {
  const dates = [new Date(0), new Date(86_400_000)];
  assert.deepEqual(frameValues(scale("band", dates, [0, 2]), { pause: [] }, 1000), [0, 86_400_000]);
});

Deno.test("frameValues() shows the least value where a value is missing, as Vega-Lite does", () => {
  for (const missing of [null, undefined, NaN, new Date(NaN)]) {
    const gap = scale("band", [missing, 2, 1], [0, 1500]);
    assert.equal(runs(frameValues(gap, { pause: [] }, 2)), "11 21 11", `${missing}`);
    assert.deepEqual(frameValues(scale("band", [missing], [0, 500]), { pause: [] }, 2), []);
  }
});

Deno.test("frameValues() gives no frame where there is no value", () => {
  assert.deepEqual(frameValues(scale("band", [], [0, 0]), { pause: [] }, 30), []);
});

Deno.test("frameValues() pauses at a date as it is written or as its timestamp", () => {
  const [first, second] = ["2000-01-01", "2000-02-01"].map((text) => new Date(text));
  for (const domain of [[first, second], [first.getTime(), second.getTime()]]) {
    for (const value of ["2000-02-01", second.getTime()]) {
      const dates = scale("band", domain, [0, 1000]);
      const shown = frameValues(dates, { pause: [{ value, duration: 500 }] }, 2);
      assert.deepEqual(shown, [first, second, second].map(Number));
    }
  }
});

Deno.test("frameValues() throws on a pause at what is no value", () => {
  const pause = [{ value: "d", duration: 500 }];
  assert.throws(() => frameValues(three, { pause }, 30), { name: "TypeError", message: /"d"/ });
});

Deno.test("frameValues() throws on more frames than a video may have", () => {
  const years = scale("band", [1, 2], [0, 1e12]);
  assert.throws(() => frameValues(years, { pause: [] }, 30), RangeError);
});
