import assert from "node:assert/strict";
import { merge, sweep } from "vega-reel";

const years = sweep("year", { from: 1, to: 3, step: 1 });

Deno.test("merge() puts what happens at the same time into one frame", () => {
  const zooms = sweep("zoom", { from: 0, to: 1, frames: 3 });
  const merged = merge(years, zooms, [{ a: 1 }, { a: 2 }, {}]);
  assert.deepEqual(merged, [
    { year: 1, zoom: 0, a: 1 },
    { year: 2, zoom: 0.5, a: 2 },
    { year: 3, zoom: 1 },
  ]);
});

Deno.test("merge() throws on different numbers of frames", () => {
  assert.throws(() => merge(years, years.slice(1)), {
    name: "RangeError",
    message: "Cannot merge as all must have the same number of frames: current values are 3, 2",
  });
});

Deno.test("merge() throws on a name that is given twice", () => {
  assert.throws(() => merge(years, years), {
    name: "TypeError",
    message: "Cannot merge frame 0 as two of them give 'year'",
  });
});

Deno.test("merge() throws on what is no array of objects", () => {
  assert.throws(() => merge(years, undefined as never), {
    message: "Cannot merge as all arguments must be arrays of params: current value is undefined",
  });
  assert.throws(() => merge(years, 3 as never), {
    name: "TypeError",
    message: "Cannot merge as all arguments must be arrays of params: current value is 3",
  });
  const generator = (function* () {})();
  assert.throws(() => merge(years, generator as never), {
    message: "Cannot merge as all arguments must be arrays of params: current value is a Generator",
  });
  assert.throws(() => merge(years, [{}, 5, {}] as never), {
    name: "TypeError",
    message: "Cannot merge frame 1 as its params must be objects: current value is 5",
  });
});
