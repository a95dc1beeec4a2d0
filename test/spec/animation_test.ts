/** Takes animations out of Vega-Lite specs. */
import assert from "node:assert/strict";
import { takeAnimation } from "../../kernel-lib/spec/animation.ts";

const animated = {
  data: { name: "rows" },
  mark: "point",
  encoding: { x: { field: "x", type: "quantitative" }, time: { field: "year" } },
};
const timer = { name: "frame", select: { type: "point", fields: ["year"], on: "timer" } };

Deno.test("takeAnimation() takes out the timer, and filters that depend on its value", async () => {
  const kept = [
    { filter: "datum.frame > datum['anim_value']" },
    { filter: { field: "group", oneOf: ["frame", "anim_value"] } },
    { calculate: "1", as: "frame" },
  ];
  const taken = [
    { filter: { param: "frame" } },
    { filter: { and: ["datum.x > 0", { not: { param: "frame" } }] } },
    { filter: "datum.year <= anim_value" },
    { filter: "datum.year == frame.year[0]" },
    { filter: { field: "year", lte: { expr: "anim_value - 1" } } },
  ];
  const other = { name: "other", value: 1 };
  const { spec, animation } = (await takeAnimation({
    ...animated,
    params: [timer, other],
    transform: [...taken, ...kept],
  }))!;
  assert.deepEqual(spec, { ...animated, params: [other], transform: kept, config: {} });
  assert.deepEqual([animation.param, animation.field], ["frame", "year"]);
  assert.deepEqual(animation.units.map(({ filters }) => filters.length), [taken.length]);
});

Deno.test("takeAnimation() leaves a filter where others work on its rows, with times to compare", async () => {
  const filter = { filter: { param: "frame" } };
  const mean = { aggregate: [{ op: "mean", field: "x", as: "x" }], groupby: [] };
  const times = [
    [{ field: "year" }, []],
    [{ field: "at.year" }, [{ calculate: 'datum["at"] && datum["at"]["year"]', as: "at.year" }]],
    [{ field: "day", type: "temporal" }, [{ calculate: 'toDate(datum["day"])', as: "day" }]],
    [{ field: "day", timeUnit: "year" }, [{ timeUnit: "year", field: "day", as: "year_day" }]],
  ] as const;
  for (const [time, read] of times) {
    const encoding = { ...animated.encoding, time };
    const transform = [filter, mean];
    const { spec } = (await takeAnimation({ ...animated, encoding, params: [timer], transform }))!;
    assert.deepEqual(spec.transform, [...read, ...transform]);
    assert.deepEqual(spec.encoding, { x: animated.encoding.x });
  }
});

for (const on of ["timer", "timer{500}", { type: "timer", throttle: 500 }]) {
  Deno.test(`takeAnimation() knows a timer by ${JSON.stringify(on)}`, async () => {
    const params = [{ ...timer, select: { ...timer.select, on } }];
    assert.equal((await takeAnimation({ ...animated, params }))!.animation.param, "frame");
  });
}

Deno.test("takeAnimation() leaves a spec without a time encoding alone", async () => {
  const { time: _time, ...encoding } = animated.encoding;
  assert.equal(await takeAnimation({ ...animated, encoding }), undefined);
});

Deno.test("takeAnimation() does not change the spec", async () => {
  const spec = { ...animated, params: [timer], transform: [{ filter: { param: "frame" } }] };
  const before = structuredClone(spec);
  await takeAnimation(spec);
  assert.deepEqual(spec, before);
});
