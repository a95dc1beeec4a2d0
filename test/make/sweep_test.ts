import * as d3Ease from "d3-ease";
import assert from "node:assert/strict";
import { type EaseName, sweep } from "vega-reel";

Deno.test("sweep() goes from the first value to the last", () => {
  assert.deepEqual(sweep("zoom", { from: 1, to: 3, frames: 5 }), [
    { zoom: 1 },
    { zoom: 1.5 },
    { zoom: 2 },
    { zoom: 2.5 },
    { zoom: 3 },
  ]);
  assert.deepEqual(sweep("zoom", { from: 1, to: 3, frames: 1 }), [{ zoom: 1 }]);
  // The ends are those that were given, whatever rounding makes of them.
  const frames = sweep("x", { from: 0.1, to: 0.7, frames: 1000 });
  assert.deepEqual([frames[0].x, frames[999].x], [0.1, 0.7]);
  const colours = sweep("x", { from: "red", to: "blue", frames: 3 }).map(({ x }) => x);
  assert.deepEqual(colours, ["red", "rgb(128, 0, 128)", "blue"]);
});

Deno.test("sweep() moves several params at once, each with an ease of its own if it has one", () => {
  const frames = sweep(
    { year: { from: 2000, to: 2010, ease: "linear" }, zoom: { from: 0, to: 1 } },
    {
      frames: 5,
      ease: "quadIn",
    },
  );
  assert.deepEqual(frames[1], { year: 2002.5, zoom: 0.0625 });
  assert.deepEqual(frames[4], { year: 2010, zoom: 1 });
});

Deno.test("sweep() takes every ease of d3-ease by name, and functions", () => {
  for (const [key, ease] of Object.entries(d3Ease)) {
    const name = key.replace("ease", "").replace(/^./, (letter) => letter.toLowerCase());
    const frames = sweep("x", { from: 0, to: 1, frames: 11, ease: name as EaseName });
    const expected = ease as (time: number) => number;
    // Some begin at -0.
    frames.forEach(({ x }, i) => assert.ok(x === expected(i / 10), `${name} at ${i / 10}`));
  }
  const there = sweep("x", { from: 0, to: 8, frames: 3, ease: (t) => 1 - Math.abs(2 * t - 1) });
  assert.deepEqual(there.map(({ x }) => x), [0, 8, 0]);
});

Deno.test("sweep() lasts as many seconds as it is told, and holds its ends", () => {
  assert.equal(sweep("x", { from: 0, to: 1, seconds: 2 }).length, 60);
  assert.equal(sweep("x", { from: 0, to: 1, seconds: 0.1, fps: 50 }).length, 5);
  assert.equal(sweep("x", { from: 0, to: 1, seconds: 0.001 }).length, 1);
  const held = sweep("x", { from: 0, to: 1, frames: 3, hold: 0.2, fps: 10 });
  assert.deepEqual(held.map(({ x }) => x), [0, 0, 0, 0.5, 1, 1, 1]);
});

Deno.test("sweep() takes steps, which stay decimal numbers", () => {
  const years = sweep("year", { from: 1955, to: 2005, step: 5 });
  assert.deepEqual(years.map(({ year }) => year), [
    ...[1955, 1960, 1965, 1970, 1975, 1980, 1985, 1990, 1995, 2000, 2005],
  ]);
  const tenths = sweep("x", { from: 0, to: 1, step: 0.1 }).map(({ x }) => x);
  assert.deepEqual(tenths, [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
  const few = sweep("x", { from: 0, to: 0.3, step: 0.1 }).map(({ x }) => x);
  assert.deepEqual(few, [0, 0.1, 0.2, 0.3]);
  assert.deepEqual(sweep("x", { from: 3, to: -4, step: 2 }).map(({ x }) => x), [3, 1, -1, -3]);
  assert.deepEqual(sweep("x", { from: 1 / 3, to: 1, step: 1 }), [{ x: 1 / 3 }]);
});

Deno.test("sweep() stays on its steps where frames or an ease ask for more", () => {
  const years = sweep("year", { from: 1955, to: 2005, step: 1, frames: 100, ease: "backInOut" })
    .map(({ year }) => year);
  assert.equal(years.length, 100);
  assert.ok(years.every((year) => Number.isInteger(year) && year >= 1955 && year <= 2005));
  assert.deepEqual([years[0], years[99]], [1955, 2005]);
  assert.deepEqual(
    sweep({ year: { from: 1, to: 3, step: 1 }, zoom: { from: 0, to: 1 } }),
    [{ year: 1, zoom: 0 }, { year: 2, zoom: 0.5 }, { year: 3, zoom: 1 }],
  );
});

Deno.test("sweep() interpolates dates, colours, strings with numbers, and what holds them", () => {
  const middle = (from: unknown, to: unknown) => sweep("x", { from, to, frames: 3 })[1].x;
  const date = middle(new Date("2020-01-01"), new Date("2020-01-03")) as Date;
  assert.ok(date instanceof Date);
  assert.equal(date.toISOString(), "2020-01-02T00:00:00.000Z");
  assert.equal(middle("red", "blue"), "rgb(128, 0, 128)");
  assert.equal(middle("10px", "20px"), "15px");
  assert.deepEqual(middle([0, 10], [10, 30]), [5, 20]);
  assert.deepEqual(middle(Float32Array.of(0, 1), Float32Array.of(1, 2)), Float32Array.of(0.5, 1.5));
  assert.deepEqual(middle({ x: [0, 2], y: "a" }, { x: [2, 4], y: "a" }), { x: [1, 3], y: "a" });
});

Deno.test("sweep() gives each frame values of its own", () => {
  const dates = { from: new Date(0), to: new Date(9), frames: 4 };
  for (
    const frames of [
      sweep("x", { from: [0, 0], to: [9, 9], frames: 4 }),
      sweep("x", dates),
      sweep("x", { ...dates, interpolate: "date" }),
    ]
  ) {
    assert.equal(new Set(frames.map(({ x }) => JSON.stringify(x))).size, 4);
  }
});

Deno.test("sweep() interpolates as it is told", () => {
  const hues = sweep("angle", { from: 350, to: 10, frames: 3, interpolate: "hue" });
  assert.deepEqual(hues.map(({ angle }) => angle), [350, 0, 10]);
  const own = sweep("x", { from: 1, to: 9, frames: 3, interpolate: (a, b) => () => [a, b] });
  assert.deepEqual(own[1], { x: [1, 9] });
});

const bad: [string, () => unknown, "TypeError" | "RangeError", string | RegExp][] = [
  [
    "an unknown option",
    () => sweep("year", { from: 1, to: 2, frame: 10 } as never),
    "TypeError",
    /^Cannot sweep 'year' as there is no option 'frame': the nearest is 'frames', known options/,
  ],
  [
    "a number of frames that is none",
    () => sweep("year", { from: 1, to: 2, frames: 0 }),
    "RangeError",
    "Cannot sweep 'year' as 'frames' must be an integer from 1 to 10000000: current value is 0",
  ],
  [
    "frames together with seconds",
    () => sweep("year", { from: 1, to: 2, frames: 5, seconds: 2 }),
    "TypeError",
    "Cannot sweep 'year' as 'frames' and 'seconds' do not go together: current values are 5 and 2",
  ],
  [
    "no length",
    () => sweep("year", { from: 1, to: 2 }),
    "TypeError",
    "Cannot sweep 'year' as one of 'frames', 'seconds' and 'step' must say for how long",
  ],
  [
    "an ease that does not exist",
    () => sweep("year", { from: 1, to: 2, frames: 5, ease: "cubic-in-out" as never }),
    "TypeError",
    "Cannot sweep 'year' as 'ease' must be a function or the name of one of d3-ease " +
    `(the nearest is "cubicInOut"): current value is "cubic-in-out"`,
  ],
  [
    "an ease that returns no number",
    () => sweep("year", { from: 1, to: 2, frames: 3, ease: () => NaN }),
    "TypeError",
    "Cannot sweep 'year' as 'ease' must return a finite number: for 0 it returned NaN",
  ],
  [
    "an interpolation that does not exist",
    () => sweep("year", { from: 1, to: 2, frames: 5, interpolate: "rouned" as never }),
    "TypeError",
    /^Cannot sweep 'year' as 'interpolate' must be a function or one of .* \(the nearest is "round"\)/,
  ],
  [
    "ends with nothing between them",
    () => sweep("group", { from: "a", to: "b", frames: 5 }),
    "TypeError",
    /^Cannot sweep 'group' as 'from' and 'to' must both be .*: current values are "a" and "b"$/,
  ],
  [
    "dates as text",
    () => sweep("day", { from: "2020-01-01", to: "2021-01-01", frames: 5 }),
    "TypeError",
    /must both be finite numbers, Date objects, .*: current values are "2020-01-01" and "2021-01-01"$/,
  ],
  [
    "integers of another kind",
    () => sweep("n", { from: 0n, to: 9n, frames: 5 }),
    "TypeError",
    /: current values are 0n and 9n$/,
  ],
  [
    "an end that is missing",
    () => sweep("group", { to: 5, frames: 5 } as never),
    "TypeError",
    /: current values are undefined and 5$/,
  ],
  [
    "an end that is not finite",
    () => sweep("group", { from: 0, to: Infinity, frames: 5 }),
    "TypeError",
    /must both be finite numbers/,
  ],
  [
    "an invalid date",
    () => sweep("date", { from: new Date("soon"), to: new Date(0), frames: 5 }),
    "TypeError",
    /: current values are an invalid Date and a Date$/,
  ],
  [
    "steps of what is no number",
    () => sweep("date", { from: new Date(), to: new Date(), step: 1 }),
    "TypeError",
    /^Cannot sweep 'date' as 'from' and 'to' must be finite numbers where 'step' is given/,
  ],
  [
    "an unknown option of one of several",
    () => sweep({ year: { from: 1, to: 2, frames: 5 } as never }, { frames: 5 }),
    "TypeError",
    /^Cannot sweep 'year' as there is no option 'frames'/,
  ],
  [
    "steps that make too many frames",
    () => sweep("x", { from: 0, to: 1, step: 1e-12 }),
    "RangeError",
    /^Cannot sweep 'x' as there must be at most 10000000 frames: 'seconds' or 'step' make 1000000000001$/,
  ],
  [
    "no name",
    () => sweep(5 as never, { frames: 5 }),
    "TypeError",
    /^Cannot sweep as the first argument must be a name, .*: current value is 5$/,
  ],
];

for (const [what, call, name, message] of bad) {
  Deno.test(`sweep() throws on ${what}`, () => assert.throws(call, { name, message }));
}
