/** The picture does not jitter: one frame size, and one origin for each plot. */
import assert from "node:assert/strict";
import { animate, type AnimateOptions } from "vega-reel";
import { freshView, type Pixels } from "./fresh.ts";
import { keepWorkers } from "./keep_workers.ts";
import { settledJob } from "./settled.ts";
import { readFrames } from "./video.ts";

keepWorkers();

// Specs are plain JSON here.
// deno-lint-ignore no-explicit-any
type Any = any;

/** Axis lines are pure red, and nothing else is. */
const config = {
  axis: { domainColor: "#ff0000", ticks: false, grid: false },
  view: { stroke: null },
};

async function render(spec: Any, params: unknown[], options: AnimateOptions = {}) {
  const output = await Deno.makeTempFile({ suffix: ".mp4" });
  try {
    const video = await animate(spec, params, {
      ...{ output, show: false, crf: 0, workers: 2, segmentFrames: 2, scale: 2, config },
      ...options,
    });
    const { width, height } = video;
    const frames = await readFrames(output, width, height);
    return { video, frames: frames.map((rgba) => ({ width, height, rgba })) as Pixels[] };
  } finally {
    await Deno.remove(output);
  }
}

/** The columns in which a red line of at least 60 pixels stands. */
function axisColumns({ width, height, rgba }: Pixels): number[] {
  const isRed = (x: number, y: number) => {
    const [red, green] = rgba.subarray(3 * (y * width + x), 3 * (y * width + x) + 2);
    // Video has colour in half the resolution.
    return red - green > 50;
  };
  return Array.from({ length: width }, (_, x) => x)
    .filter((x) =>
      Array.from({ length: height }, (_, y) => isRed(x, y)).filter(Boolean).length >= 60
    );
}

/** Asserts that there are this many axis lines, each in one column in all frames. */
function assertSteady(frames: Pixels[], axes: number): void {
  const [first, ...rest] = frames.map(axisColumns);
  // A line of one pixel covers two columns at this scale, or touches a third.
  const starts = first.filter((x) => !first.includes(x - 1));
  assert.equal(starts.length, axes, `columns are ${first}`);
  for (const columns of rest) assert.deepEqual(columns, first);
}

const y = { field: "y", type: "quantitative" };
const x = { field: "x", type: "quantitative" };

/** Rows whose numbers, and with them their labels, are ten times as large in each frame. */
function growing(count = 6, names = ["a", "b"]) {
  return Array.from({ length: count }, (_, frame) => ({
    t: [1, 2, 3, 4].map((i) => ({
      x: i,
      y: i * 10 ** (frame * 7 % count),
      g: names[i % names.length],
      // The legend's entries change, too.
      c: "wide ".repeat(1 + frame * 5 % count) + i % 2,
    })),
    title: "long title ".repeat(1 + frame * 3 % count * 2),
  }));
}

const base = {
  data: { name: "t" },
  params: [{ name: "title", value: "" }],
  title: { text: { expr: "title" } },
};
const plot = {
  width: 100,
  height: 80,
  mark: "point",
  encoding: { x, y, color: { field: "c", type: "nominal" } },
};
const each = { domains: "frame" } as const;

Deno.test("animate() keeps the axes of a plot in place while labels, legend and title change", async () => {
  const { frames, video } = await render({ ...base, ...plot }, growing(), each);
  assertSteady(frames, 1);
  assert.equal(video.frames, 6);
});

Deno.test("animate() keeps axes in place with legends on any side", async () => {
  for (const orient of ["left", "top", "bottom-left"]) {
    const encoding = { ...plot.encoding, color: { ...plot.encoding.color, legend: { orient } } };
    const { frames } = await render({ ...base, ...plot, encoding }, growing(4), each);
    assertSteady(frames, 1);
  }
});

Deno.test("animate() keeps a legend in place beside lines that come to stick out", async () => {
  const lines = {
    ...plot,
    mark: { type: "line", strokeWidth: 12 },
    encoding: { ...plot.encoding, x: { ...x, scale: { domain: [0, 3] } } },
  };
  const upTo = [2, 3, 1].map((end) => ({
    t: [0, 1, 2, 3].filter((x) => x <= end).flatMap((
      x,
    ) => [{ x, y: x, c: "a" }, { x, y: 1, c: "b" }]),
  }));
  const spec = { ...base, ...lines };
  const positions = async (options: AnimateOptions) => {
    const { spec: settled } = await settledJob(spec, upTo, options);
    return await Promise.all(upTo.map(async (frame) => {
      const view = await freshView(settled, frame);
      const root: Any = (view.scenegraph() as Any).root.items[0];
      return root.items.find(({ role }: Any) => role === "legend").items[0].x;
    }));
  };
  for (const options of [{}, each]) {
    const [first, ...rest] = await positions(options);
    assert.deepEqual(rest, [first, first]);
  }
});

Deno.test("animate() keeps the axes of concatenated plots in place", async () => {
  const titled = { ...plot, title: { text: { expr: "title" } } };
  for (const direction of ["hconcat", "vconcat"]) {
    const spec = {
      ...base,
      [direction]: [titled, plot],
      resolve: { scale: { color: "independent" } },
    };
    const { frames } = await render(spec, growing(), each);
    const axes = direction === "hconcat" ? 2 : 1;
    assertSteady(frames, axes);
  }
});

Deno.test("animate() keeps the axes of facets in place", async () => {
  const facets = { ...base, facet: { column: { field: "g" } }, spec: plot };
  const shared = await render(facets, growing(), each);
  assertSteady(shared.frames, 1);
  const resolve = { scale: { y: "independent" } };
  const independent = await render({ ...facets, resolve }, growing(), each);
  assertSteady(independent.frames, 2);
});

/** Rows of groups that come and go, two for each. */
const comings = ["bd", "a", "", "dab", "c"].map((names) => ({
  t: [...names].flatMap((g, i) =>
    [1, 2].map((x) => ({ g, h: x * (i + 1), n: `${g}${i}${x}`, x, y: x }))
  ),
}));

Deno.test("animate() keeps the cells of facets in place that come and go", async () => {
  const cell = { ...plot, encoding: { x, y } };
  const data = { data: { name: "t" } };
  const nominal = { field: "n", type: "nominal" };
  const resolve = { scale: { x: "independent", y: "independent" } };
  const column = { field: "g" };
  const each = { ...cell, mark: "bar", width: undefined, encoding: { x: nominal, y } };
  const row = { field: "h", type: "ordinal" };
  const sort = ["d", "a", "b", "c"];
  const { frames } = await render({ ...data, facet: { column }, spec: each, resolve }, comings);
  assertSteady(frames, 4);
  const wrapped = { ...data, facet: { ...column, sort }, columns: 3, spec: cell, resolve };
  assertSteady((await render(wrapped, comings)).frames, 3);
  const grid = { ...data, facet: { column, row }, spec: cell, resolve };
  assertSteady((await render(grid, comings)).frames, 4);
  // In an order by value they do move, but not what is beside them.
  const sorted = { ...column, sort: { field: "y", op: "sum" } };
  const hconcat = [{ facet: { column: sorted }, spec: cell }, cell];
  const some = comings.filter(({ t }) => t.length > 0);
  assertSteady((await render({ ...data, hconcat }, some)).frames, 2);
  // Vega cannot look up places in two lists where there are no rows at all.
  const listed = { column: { ...column, sort }, row: { ...row, sort: [4, 1, 2, 3] } };
  assertSteady((await render({ ...grid, facet: listed }, some)).frames, 4);
});

Deno.test("animate() leaves the cells of a facet to come and go whose expressions need a row", async () => {
  const read = {
    name: "read",
    source: "cell",
    transform: [{ type: "filter", expr: "data('cell')[0].x" }],
  };
  const spec = {
    ...{ data: [{ name: "t" }], layout: { columns: 2 } },
    marks: [{
      type: "group",
      from: { facet: { name: "cell", data: "t", groupby: "g" } },
      data: [read],
      marks: [{ type: "symbol", from: { data: "read" } }],
    }],
  };
  const some = comings.filter(({ t }) => t.length > 0);
  const { spec: { data } } = await settledJob(spec, some);
  assert.deepEqual(data, spec.data);
});

Deno.test("animate() keeps the axes of a plot in place that fills the size asked for", async () => {
  const { width: _width, height: _height, ...sizeless } = plot;
  const size = { ...each, scale: undefined, width: 500, height: 300 };
  const { frames, video } = await render({ ...base, ...sizeless }, growing(), size);
  assert.deepEqual([video.width, video.height], [500, 300]);
  assertSteady(frames, 1);
});

Deno.test("animate() leaves a fitted plot its size beside a legend that is longer", async () => {
  const { width: _width, height: _height, ...sizeless } = plot;
  const [few, many] = [2, 14].map((n) => ({
    t: Array.from({ length: n }, (_, i) => ({ x: i, y: i, c: `${i}` })),
  }));
  for (const orient of ["right", "bottom"]) {
    const encoding = { ...plot.encoding, color: { ...plot.encoding.color, legend: { orient } } };
    const spec = { ...sizeless, encoding, data: base.data };
    const sizeOf = async (...frames: unknown[]) => {
      const job = await settledJob(spec, frames, { width: 320, height: 180 });
      return [job.spec.width, job.spec.height, job.picture.viewWidth, job.picture.viewHeight];
    };
    assert.deepEqual(await sizeOf(few, many), await sizeOf(many));
  }
});

Deno.test("animate() begins scales with bins where Vega does once it has fitted them", async () => {
  for (const [autosize, domain] of [["fit", [5, 9]], ["pad", [0, 9]]]) {
    const bins = { start: 5, stop: 9, step: 1 };
    const scale = { name: "x", domain: [5, 9], range: "width", bins };
    const spec = {
      width: 200,
      height: 90,
      autosize,
      scales: [scale],
      axes: [{ orient: "bottom", scale: "x" }],
    };
    const domainOf = (view: { scale(name: string): { domain(): number[] } }) =>
      view.scale("x").domain();
    assert.deepEqual(domainOf(await freshView(spec, {})), domain);
    assert.deepEqual(
      domainOf(await freshView((await settledJob(spec, [{}, {}])).spec, {})),
      domain,
    );
  }
});

Deno.test("animate() fits a plot beside a title that is longer as Vega does", async () => {
  const rect = {
    type: "rect",
    encode: { update: { width: { value: 9 }, fill: { value: "red" } } },
  };
  for (const orient of ["top", "left"]) {
    for (const anchor of ["start", "middle", "end"]) {
      const spec = {
        ...{ width: 200, height: 180, autosize: "fit", scales: [], marks: [rect] },
        title: { text: "A title that is longer than its plot", orient, anchor },
      };
      const { width, height } = (await settledJob(spec, [{}, {}])).spec;
      const view = await freshView(spec, {});
      assert.deepEqual([width, height], [view.width(), view.height()]);
    }
  }
});

Deno.test("animate() keeps the axes of a Vega plot in place whatever its autosize", async () => {
  for (const autosize of ["pad", "fit", "fit-x", "fit-y", "none"]) {
    const spec = {
      ...{ width: 700, height: 120, padding: autosize === "none" ? 60 : 5, autosize },
      signals: [{ name: "title", value: "" }],
      data: [{ name: "t" }],
      scales: [{ name: "y", domain: { data: "t", field: "y" }, range: "height", nice: true }],
      axes: [{ scale: "y", orient: "left" }],
      title: { text: { signal: "title" } },
    };
    const { frames } = await render(spec, growing(4), each);
    assertSteady(frames, 1);
  }
});

const labelled = (far: unknown) => ({
  data: { values: [{ x: 1, y: 1 }] },
  ...{ width: 200, height: 100 },
  params: [{ name: "at", value: far }],
  mark: { type: "text", text: "here" },
  encoding: {
    x: { ...x, scale: { domain: [0, 10] }, axis: null },
    y: { ...y, axis: null },
  },
  transform: [{ calculate: "at", as: "x" }],
});

Deno.test("animate() keeps plots in place beside one whose own size changes", async () => {
  const group = {
    type: "group",
    encode: { update: { width: { signal: "size" }, height: { value: 80 } } },
    scales: [{ name: "y", domain: [0, 1], range: [80, 0] }],
    axes: [{ scale: "y", orient: "left" }],
  };
  const spec = {
    ...{ padding: 5, layout: { columns: 2 }, signals: [{ name: "size", value: 10 }] },
    marks: [group, group],
  };
  const { frames } = await render(spec, [{ size: 20 }, { size: 90 }, { size: 45 }]);
  assertSteady(frames, 2);
});

Deno.test("animate() keeps whole what another frame's labels or marks hid", async () => {
  const wide = "wide";
  const given = [[1e9, "a"], [1, "a"], [1, wide]].map(([y, c]) => ({ t: [{ x: y, y, c }] }));
  const right = { ...plot.encoding, y: { ...y, axis: { orient: "right" } } };
  const widthOf = async (spec: Any, frames: unknown[]) =>
    (await settledJob({ ...base, ...spec }, frames, each)).picture.viewWidth;
  const labels = { ...plot, encoding: right };
  const widths = [
    await widthOf(labels, given),
    await widthOf(labels, [{ t: [{ x: 1e9, y: 1e9, c: wide }] }]),
  ];
  assert.equal(widths[0], widths[1]);
  // The frame with the mark that is cut has the most of everything.
  const axis = { ...x, field: "y", scale: { domain: [0, 2] } };
  const size = { field: "s", type: "quantitative", scale: null, legend: null };
  const cut = { ...plot, encoding: { x: axis, y: { ...axis }, size } };
  const legend = { ...plot, encoding: { ...cut.encoding, size: {}, color: plot.encoding.color } };
  const one = (c: string, s: number) => ({ t: [{ y: 1, c, s }] });
  const spec = { ...base, hconcat: [legend, cut], resolve: { legend: { color: "independent" } } };
  assertSteady((await render(spec, [one(wide, 90_000), one("a", 10)], each)).frames, 2);
});

Deno.test("animate() lets no mark that is far off blow up the picture", async () => {
  const near = await settledJob(labelled(5), [{ at: 5 }, { at: 5 }]);
  const { picture } = await settledJob(labelled(5), [{ at: 5 }, { at: 10_000 }, { at: -400 }]);
  // A tenth of the plot on either side.
  assert.equal(picture.viewWidth, near.picture.viewWidth + 2 * 20);
  assert.equal(picture.viewHeight, near.picture.viewHeight);
});

Deno.test("animate() leaves whole the labels of marks that come to the edge of the plot", async () => {
  const label = "a label that is long";
  const text = { ...labelled(5), mark: { type: "text", text: label, align: "left" } };
  const widthOf = async (...at: number[]) =>
    (await settledJob(text, at.map((at) => ({ at })))).picture.viewWidth;
  const [inside, atEdge] = [await widthOf(2), await widthOf(10)];
  assert.ok(atEdge > inside + 40, `the view is ${atEdge} wide`);
  assert.equal(await widthOf(2, 10), atEdge);
  // One that is far off does not change that.
  assert.equal(await widthOf(2, 10, 10_000), atEdge);
});

Deno.test("animate() leaves whole what sticks out in every frame", async () => {
  const { picture } = await settledJob(labelled(13), [{ at: 13 }]);
  const video = await settledJob(labelled(13), [{ at: 13 }, { at: 13.5 }]);
  assert.ok(picture.viewWidth > 260, `the view is ${picture.viewWidth} wide`);
  assert.equal(video.picture.viewWidth, picture.viewWidth);
});

Deno.test("animate() makes a picture large enough for bars that come and go", async () => {
  const spec = {
    data: { name: "t" },
    mark: "bar",
    encoding: { y: { field: "n", type: "nominal", sort: "-x" }, x },
  };
  const frames = [2, 5, 3].map((count) => ({
    t: Array.from({ length: count }, (_, i) => ({ n: `bar ${i}`, x: i + 1 })),
  }));
  const { picture } = await settledJob(spec, frames);
  const { picture: largest } = await settledJob(spec, [frames[1]]);
  assert.equal(picture.viewHeight, largest.viewHeight);
});

Deno.test("animate() keeps the axes of a plot in place whose rows all go", async () => {
  const encoding = { ...plot.encoding, y: { ...y, scale: { domain: [0, 1000] } } };
  const params = [...growing(2), { t: [], title: "" }, ...growing(3)];
  const { frames } = await render({ ...base, ...plot, encoding }, params, each);
  assertSteady(frames, 1);
});
