/** One set of scale domains for the whole video. */
import assert from "node:assert/strict";
import { animate, type AnimateOptions } from "vega-reel";
import { assertFresh } from "./assert_fresh.ts";
import { freshView, type Values } from "./fresh.ts";
import { keepWorkers } from "./keep_workers.ts";
import { settledJob } from "./settled.ts";

keepWorkers();

// Specs are plain JSON here.
// deno-lint-ignore no-explicit-any
type Any = any;

const x = { field: "x", type: "quantitative" };
const y = { field: "y", type: "quantitative" };
const lite = (spec: object): Any => ({ data: { name: "t" }, width: 160, height: 120, ...spec });

/** The domain of a scale in a fresh view of each frame. */
async function domainsOf(
  scale: string,
  spec: Any,
  frames: Values[],
  options: AnimateOptions = {},
): Promise<unknown[][]> {
  const job = await settledJob(spec, frames, options);
  return await Promise.all(frames.map(async (frame) => {
    const view = await freshView(job.spec, frame);
    return view.scale(scale).domain();
  }));
}

/** Frames with rows that hold one value each in `x`, and how many there are in `y`. */
function frames(...values: unknown[][]): Values[] {
  return values.map((list) => ({ t: list.map((x, i) => ({ x, y: i, g: "ab"[i % 2] })) }));
}

const point = lite({ mark: "point", encoding: { x, y } });

Deno.test("animate() gives a continuous scale the domain of all frames", async () => {
  const domains = await domainsOf("x", point, frames([3, 5], [71, 93], [4]));
  // Zero and nice ends come in once, as for one dataset with all rows.
  assert.deepEqual(domains, [[0, 100], [0, 100], [0, 100]]);
});

Deno.test("animate() applies what a scale makes of its domain to that of all frames", async () => {
  const given = frames([3.2, 5], [71, 92.7]);
  const scaled = (scale: object) => lite({ mark: "point", encoding: { x: { ...x, scale }, y } });
  const domain = async (scale: object) => (await domainsOf("x", scaled(scale), given))[0];
  assert.deepEqual(await domain({ zero: false, nice: false }), [3.2, 92.7]);
  assert.deepEqual(await domain({ zero: false }), [0, 100]);
  assert.deepEqual(await domain({ nice: false }), [0, 92.7]);
  assert.deepEqual(await domain({ zero: false, nice: false, domainMax: 80 }), [3.2, 80]);
  assert.deepEqual(await domain({ zero: false, nice: false, reverse: true }), [3.2, 92.7]);
  assert.deepEqual(await domain({ type: "log", nice: false }), [3.2, 92.7]);
  assert.deepEqual(await domain({ domain: [1, 2] }), [1, 2]);
});

Deno.test("animate() gives a temporal scale the domain of all frames", async () => {
  const spec = lite({
    mark: "point",
    encoding: { x: { field: "x", type: "temporal", scale: { type: "utc", nice: false } }, y },
  });
  const dates = (...days: number[]) => days.map((day) => Date.UTC(2020, 0, day));
  const domains = await domainsOf("x", spec, frames(dates(3, 5), dates(9, 11)));
  assert.deepEqual(domains.map((ends) => ends.map(Number)), [dates(3, 11), dates(3, 11)]);
});

Deno.test("animate() shares a domain that a date of the spec is part of", async () => {
  const time = { field: "x", type: "temporal", scale: { nice: false } };
  const spec = lite({
    layer: [{ mark: "line", encoding: { x: time, y } }, {
      mark: "rule",
      encoding: { x: { datum: { year: 2020, month: 3 } } },
    }],
  });
  const given = frames([new Date(2020, 0, 3)], [new Date(2020, 0, 1)]);
  const domains = await domainsOf("x", spec, given);
  assert.deepEqual(domains, Array(2).fill([new Date(2020, 0, 1), new Date(2020, 2, 1)]));
});

Deno.test("animate() sorts the values of all frames as the spec does", async () => {
  const given = frames(["b", "d"], ["a", "b"], ["c"]);
  const bars = (sort: unknown) =>
    lite({ mark: "bar", encoding: { x: { field: "x", type: "nominal", sort }, y } });
  const domain = async (sort: unknown) => (await domainsOf("x", bars(sort), given))[2];
  assert.deepEqual(await domain(undefined), ["a", "b", "c", "d"]);
  assert.deepEqual(await domain("descending"), ["d", "c", "b", "a"]);
  // Without an order, as they first appear.
  assert.deepEqual(await domain(null), ["b", "d", "a", "c"]);
  // As the spec lists them, though no frame has all.
  assert.deepEqual(await domain(["c", "d", "a", "b"]), ["c", "d", "a", "b"]);
});

Deno.test("animate() puts what is missing where Vega sorts it", async () => {
  const spec = lite({ mark: "bar", encoding: { x: { field: "x", type: "ordinal" }, y } });
  const domains = await domainsOf("x", spec, frames([4, undefined, 6], [null, 5]));
  assert.deepEqual(domains, Array(2).fill([undefined, null, 4, 5, 6]));
});

Deno.test("animate() leaves domains of objects to each frame, whose very objects they are", async () => {
  const spec = lite({ mark: "bar", encoding: { x: { field: "x", type: "nominal" }, y } });
  const domains = await domainsOf("x", spec, frames([["b", 1], ["a", 2]], [["b", 1]]));
  assert.deepEqual(domains, [[["a", 2], ["b", 1]], [["b", 1]]]);
});

Deno.test("animate() sorts as the spec lists them where a facet has data of the same name", async () => {
  const sort = ["c", "a", "d", "b"];
  const bars = {
    mark: "bar",
    encoding: { x: { field: "x", sort }, y: { ...y, aggregate: "sum" } },
  };
  const spec = { data: { name: "t" }, facet: { row: { field: "g" } }, spec: bars };
  const domains = await domainsOf("x", spec, frames(["a", "b"], ["d", "c"]));
  assert.deepEqual(domains, [sort, sort]);
});

Deno.test("animate() gives colours that are sorted by a value in the order that they first have", async () => {
  const color = {
    field: "x",
    type: "nominal",
    sort: { field: "y", op: "max", order: "descending" },
  };
  const spec = lite({ mark: "point", encoding: { y, color } });
  const domains = await domainsOf("color", spec, frames(["a", "b"], ["c", "d"]));
  assert.deepEqual(domains, Array(2).fill(["b", "a", "d", "c"]));
});

Deno.test("animate() keeps the dates of a discrete scale", async () => {
  const spec = lite({ mark: "bar", encoding: { x: { field: "x", type: "ordinal" }, y } });
  const days = [new Date(2020, 0, 2), new Date(2020, 0, 1)];
  const domains = await domainsOf("x", spec, frames([days[0]], [days[1]]));
  assert.deepEqual(domains[0], [days[1], days[0]]);
});

Deno.test("animate() shares the domains of colours, sizes and shapes", async () => {
  const spec = lite({
    mark: "point",
    encoding: {
      x,
      y,
      size: { ...x, scale: { zero: false, nice: false } },
      color: { field: "x", type: "quantitative", scale: { zero: false, nice: false } },
      shape: { field: "g", type: "nominal" },
    },
  });
  const given = frames([1, 2], [7]);
  assert.deepEqual(await domainsOf("size", spec, given), [[1, 7], [1, 7]]);
  assert.deepEqual(await domainsOf("color", spec, given), [[1, 7], [1, 7]]);
  assert.deepEqual(await domainsOf("shape", spec, given), [["a", "b"], ["a", "b"]]);
});

Deno.test("animate() shares the colours of a scale that takes its domain from the marks", async () => {
  const fill = { scale: "color", field: "x" };
  const spec = {
    ...{ width: 20, height: 20, data: [{ name: "t" }] },
    scales: [{ name: "color", type: "ordinal", range: ["red", "green", "blue"] }],
    marks: [{ type: "symbol", from: { data: "t" }, encode: { update: { fill } } }],
  };
  const given = frames(["a", "b"], ["b", "c"], []);
  assert.deepEqual(await domainsOf("color", spec, given), Array(3).fill(["a", "b", "c"]));
  const each = { domains: { color: "frame" } } as const;
  assert.deepEqual(await domainsOf("color", spec, given, each), [["a", "b"], ["b", "c"], []]);
});

/** A histogram of numbers whose extent, and with it Vega's bins, changes from frame to frame. */
const histogram = (type: string, scale?: object) =>
  lite({
    mark: "bar",
    encoding: { x: { field: "x", bin: true, type, scale }, y: { aggregate: "count" } },
  });
const spread = frames([1, 2, 2.5], [30, 30.5, 31, 32], [], [95, 90]);

Deno.test("animate() lays the bins of a histogram over the values of all frames", async () => {
  const bins = histogram("quantitative");
  assert.deepEqual(await domainsOf("x", bins, spread), Array(4).fill([0, 100]));
  // Counted by these bins, not by those of each frame.
  assert.deepEqual(await domainsOf("y", bins, spread), Array(4).fill([0, 4]));
  await assertFresh(bins, spread);
  const each = await domainsOf("x", bins, spread.slice(0, 2), { domains: { x: "frame" } });
  assert.deepEqual(each, [[1, 2.6], [30, 32]]);
  assert.deepEqual(await domainsOf("x", bins, spread.slice(0, 2), { domains: "frame" }), each);
});

Deno.test("animate() keeps the texts of bins in the order of the bins", async () => {
  const given = [...spread, ...frames([null, 5, -9])];
  const texts = ["null", "-20 – 0", "0 – 20", "20 – 40", "80 – 100"];
  const domains = await domainsOf("x", histogram("ordinal"), given);
  assert.deepEqual(domains.map((texts) => texts.map((t) => `${t}`.replace("−", "-"))), [
    ...Array(5).fill(texts),
  ]);
});

Deno.test("animate() takes quantiles of the values of all frames", async () => {
  const scale = { type: "quantile", range: ["white", "pink", "red", "black"] };
  const spec = lite({ mark: "point", encoding: { y, color: { ...x, scale } } });
  const limitsOf = async (given: Values[]) => {
    const job = await settledJob(spec, given);
    return await Promise.all(given.map(async (frame) => {
      const view = await freshView(job.spec, frame);
      return (view.scale("color") as Any).quantiles();
    }));
  };
  const few = frames([1, 7, null, 2], [30, 2, 31], [], [7, 95]);
  assert.deepEqual(await limitsOf(few), Array(4).fill([2, 7, 30.25]));
  await assertFresh(spec, few);
  const many = Array.from({ length: 3001 }, (_, i) => (i * 7919 % 1000) ** 2);
  const halves = frames(many.slice(0, 2000), many.slice(2000));
  const whole = many.toSorted((a, b) => a - b);
  const limits = [750, 1500, 2250].map((place) => whole[place]);
  assert.deepEqual(await limitsOf(halves), [limits, limits]);
});

Deno.test("animate() gives each value the colour that its rows name", async () => {
  const color = { field: "x", type: "nominal", scale: { range: { field: "c" } } };
  const spec = lite({ mark: "point", encoding: { y, color } });
  const named = (frames: string[], nameOf: (x: string, frame: number) => string) =>
    frames.map((names, frame) => ({
      t: [...names].map((x) => ({ x, y: 1, c: nameOf(x, frame) })),
    }));
  const shownOf = async (given: { t: { x: string; c: string }[] }[]) => {
    const job = await settledJob(spec, given);
    return await Promise.all(given.map(async ({ t }) => {
      const view = await freshView(job.spec, { t });
      const scale = view.scale("color") as Any;
      assert.deepEqual(t.map(({ x }) => scale(x)), t.map(({ c }) => c));
      return scale.domain();
    }));
  };
  const always = named(["ac", "bc", "abc"], (x) => `color of ${x}`);
  assert.deepEqual(await shownOf(always), Array(3).fill(["a", "b", "c"]));
  // Colours that change are those of the frame, and so are the values.
  const changing = named(["ac", "bc"], (x, frame) => `color of ${x} in ${frame}`);
  assert.deepEqual(await shownOf(changing), [["a", "c"], ["b", "c"]]);
});

Deno.test("animate() gives each field that a signal names the domain of all its frames", async () => {
  const spec = {
    ...{ width: 100, height: 100, data: [{ name: "t" }], signals: [{ name: "by", value: "x" }] },
    scales: [{ name: "s", domain: { data: "t", field: { signal: "by" } }, range: "width" }],
  };
  const [a, b, c] = frames([3, 5], [71, 93], [4, 4, 4, 4]);
  const given = [a, b, { ...c, by: "y" }, { ...a, by: "y" }, c];
  const [ofX, ofY] = [[0, 93], [0, 3]];
  assert.deepEqual(await domainsOf("s", spec, given), [ofX, ofX, ofY, ofY, ofX]);
  await assertFresh(spec, given);
});

Deno.test("animate() gives each facet cell with scales of its own the domain of all its frames", async () => {
  const spec = lite({
    mark: "point",
    encoding: { x, y, row: { field: "g", type: "nominal" } },
    resolve: { scale: { x: "independent" } },
  });
  const rows = (a: number, b: number) => ({ t: [{ x: a, y: 1, g: "a" }, { x: b, y: 1, g: "b" }] });
  const given = [rows(3, 40), rows(7, 90)];
  const job = await settledJob(spec, given);
  for (const frame of given) {
    const view = await freshView(job.spec, frame);
    const cells = (view.scenegraph() as Any).root.items[0].items
      .find(({ name }: Any) => name === "cell").items;
    const domains = cells.map(({ context }: Any) => context.scales.child_x.value.domain());
    assert.deepEqual(domains, [[0, 7], [0, 90]]);
  }
});

Deno.test("animate() fits a map to what all frames show", async () => {
  const spec = lite({
    mark: "circle",
    projection: { type: "mercator" },
    encoding: { longitude: x, latitude: y },
  });
  const given = frames([3, 70, -20], [71, 20], [], [4, -93]);
  const shownOf = async (given: Values[], options?: AnimateOptions) => {
    const job = await settledJob(spec, given, options);
    return await Promise.all(given.map(async (frame) => {
      const view = await freshView(job.spec, frame);
      const projection = view.scale("projection") as Any;
      return [projection.scale(), ...projection.translate()];
    }));
  };
  const [whole] = await shownOf([{ t: given.flatMap(({ t }) => t) }]);
  assert.deepEqual(await shownOf(given), Array(4).fill(whole));
  await assertFresh(spec, given);
  const [first] = await shownOf(given, { domains: { projection: "frame" } });
  assert.notDeepEqual(first, whole);
});

Deno.test("animate() fits a map to shapes and points of all frames", async () => {
  const square = (x: number, y: number) => ({
    type: "Feature",
    geometry: {
      type: "Polygon",
      coordinates: [[[x, y], [x, y + 10], [x + 10, y + 10], [x + 10, y], [x, y]]],
    },
  });
  const spec = lite({
    projection: { type: "mercator" },
    layer: [
      { data: { name: "shapes" }, mark: "geoshape" },
      { mark: "circle", encoding: { longitude: x, latitude: y } },
    ],
  });
  const given = frames([3, 20], [50]).map(({ t }, i) => ({
    t: t as object[],
    shapes: [square(-70, 5 - 30 * i), square(10 + 60 * i, 20)],
  }));
  const all = { t: given.flatMap(({ t }) => t), shapes: given.flatMap(({ shapes }) => shapes) };
  const shownIn = async (frames: Values[]) => {
    const view = await freshView((await settledJob(spec, frames)).spec, frames[0]);
    const projection = view.scale("projection") as Any;
    return [projection.scale(), ...projection.translate()];
  };
  assert.deepEqual(await shownIn(given), await shownIn([all]));
});

Deno.test("animate() leaves discrete positions that are sorted by a value to each frame", async () => {
  const spec = lite({
    mark: "bar",
    encoding: { y: { field: "x", type: "nominal", sort: "-x" }, x: y },
  });
  const given = frames(["a", "b"], ["b", "c"]);
  assert.deepEqual(await domainsOf("y", spec, given), [["b", "a"], ["c", "b"]]);
  assert.deepEqual(await domainsOf("y", spec, given, { domains: { y: "shared" } }), [
    ["b", "a", "c"],
    ["b", "a", "c"],
  ]);
});

Deno.test("animate() leaves discrete positions that are filtered by rank to each frame", async () => {
  const spec = lite({
    transform: [
      { window: [{ op: "rank", as: "place" }], sort: [{ field: "y", order: "descending" }] },
      { filter: "datum.place <= 1" },
    ],
    mark: "bar",
    encoding: { y: { field: "x", type: "nominal" }, x: y },
  });
  assert.deepEqual(await domainsOf("y", spec, frames(["a", "b"], ["c", "d"])), [["b"], ["d"]]);
});

Deno.test("animate() leaves a pie whole in each frame, but not what is told by angles alone", async () => {
  const given = frames([1, 2], [5, 5]);
  const color = { field: "g" };
  const theta = (more: object) =>
    lite({ mark: "arc", encoding: { color, theta: { ...x, ...more } } });
  assert.deepEqual(await domainsOf("theta", theta({}), given), [[0, 3], [0, 10]]);
  assert.deepEqual(await domainsOf("theta", theta({ stack: null }), given), [[0, 5], [0, 5]]);
  const named: AnimateOptions = { domains: { theta: "shared" } };
  assert.deepEqual(await domainsOf("theta", theta({}), given, named), [[0, 10], [0, 10]]);
});

Deno.test("animate() shares the domain under a raw one that a selection sets", async () => {
  const spec = lite({
    mark: "point",
    params: [{ name: "zoom", select: { type: "interval", encodings: ["x"] }, bind: "scales" }],
    encoding: { x, y },
  });
  const [first, second] = frames([1, 9], [2, 40]);
  const given = [first, { ...second, zoom: { x: [10, 20] } }];
  const job = await settledJob(spec, given);
  const view = await freshView(job.spec, first);
  assert.deepEqual(view.scale("x").domain(), [0, 40]);
  assert.deepEqual((job.spec.scales as Any)[0].domainRaw, { signal: 'zoom["x"]' });
});

Deno.test("animate() takes domains frame by frame, all or by name", async () => {
  const given = frames([10], [20, 30]);
  const all = { domains: "frame" } as const;
  assert.deepEqual(await domainsOf("x", point, given, all), [[0, 10], [0, 30]]);
  const one = { domains: { x: "frame" } } as const;
  assert.deepEqual(await domainsOf("x", point, given, one), [[0, 10], [0, 30]]);
  assert.deepEqual(await domainsOf("y", point, given, one), [[0, 1], [0, 1]]);
});

Deno.test("animate() patches in place once domains are shared", async () => {
  const output = await Deno.makeTempFile({ suffix: ".mp4" });
  try {
    const given = frames(...Array.from({ length: 12 }, (_, i) => [i + 1, 2 * i, 3]));
    const options = { output, show: false, cache: false, workers: 1, segmentFrames: 12 };
    const shared = await animate(point, given, options);
    assert.deepEqual(shared.stats.patching, { inPlace: 11, newView: 1 });
    const each = await animate(point, given, { ...options, domains: "frame" });
    // Only the first two frames have the same domain.
    assert.deepEqual(each.stats.patching, { inPlace: 1, newView: 11 });
  } finally {
    await Deno.remove(output);
  }
});

Deno.test("animate() rejects a scale in 'domains' that does not exist", async () => {
  await assert.rejects(settledJob(point, frames([1]), { domains: { X2: "frame" } }), {
    name: "TypeError",
    message: "Cannot animate as 'domains' must name scales of the spec: there is no scale 'X2', " +
      "the nearest is 'x', known are [x, y]",
  });
});

/** A bar-chart race: names with a value that changes from frame to frame, of which six are shown. */
const race = lite({
  transform: [
    {
      window: [{ op: "row_number", as: "place" }],
      sort: [{ field: "value", order: "descending" }],
    },
    { filter: "datum.place <= 6" },
  ],
  encoding: {
    y: { field: "name", type: "nominal", sort: "-x", title: null },
    x: { field: "value", type: "quantitative" },
    color: { field: "name", type: "nominal", legend: null },
  },
  layer: [
    { mark: "bar" },
    {
      mark: { type: "text", align: "left", dx: 3 },
      encoding: { text: { field: "value" } },
    },
  ],
});
const names = ["Aa", "Bb", "Cc", "Dd", "Ee", "Ff", "Gg", "a name that is long", "Ii"];
const runs = Array.from({ length: 12 }, (_, frame) => ({
  t: names.map((name, i) => ({
    name,
    value: Math.round(100 + i * 10 + 30 * frame * (1 + Math.sin(i * 5))),
  })),
}));

Deno.test("animate() races bars: six at a time, in the order of the frame, on a scale of all", async () => {
  const bars = await domainsOf("y", race, runs);
  assert.deepEqual(bars.map(({ length }) => length), Array(12).fill(6));
  for (const [i, { t }] of runs.entries()) {
    const first = t.toSorted((a, b) => b.value - a.value).slice(0, 6).map(({ name }) => name);
    assert.deepEqual(bars[i], first);
  }
  assert.notDeepEqual(bars[0], bars[11]);
  const greatest = Math.max(...runs.flatMap(({ t }) => t.map(({ value }) => value)));
  const [[least, most], ...rest] = await domainsOf("x", race, runs) as number[][];
  assert.ok(least === 0 && most >= greatest && most < 1.5 * greatest, `${least} to ${most}`);
  for (const domain of rest) assert.deepEqual(domain, [least, most]);
  // Each name keeps its colour.
  const colours = await domainsOf("color", race, runs);
  for (const domain of colours) assert.deepEqual(domain, colours[0]);
});

Deno.test("animate() draws a bar-chart race as fresh views do", async () => {
  await assertFresh(race, runs);
});

Deno.test("animate() draws as fresh views do where layouts are held", async () => {
  const plots = { mark: "point", encoding: { x, y, color: { field: "g", type: "nominal" } } };
  const cell = { width: 80, height: 60, ...plots };
  const growing = [0, 3, 1, 5, 2].map((power) => ({
    t: [1, 2, 3, 4].map((i) => ({ x: i * 10 ** power, y: i, g: "ab".repeat(power + 1) + i % 2 })),
  }));
  const data = { data: { name: "t" }, title: "The same" };
  await assertFresh({ ...data, hconcat: [cell, cell] }, growing, { domains: "frame" });
  const facet = { row: { field: "y" } };
  const resolve = { scale: { x: "independent" } };
  await assertFresh({ ...data, facet, spec: cell, resolve }, growing);
  const far = { data: { name: "t" }, ...cell, mark: "line" };
  const encoding = { ...plots.encoding, x: { ...x, scale: { domain: [0, 10] } } };
  await assertFresh({ ...far, encoding }, growing, { domains: "frame" });
});
