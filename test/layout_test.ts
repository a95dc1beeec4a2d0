/** One size and one origin for the whole video. */
import assert from "node:assert/strict";
import { animate, type AnimateOptions } from "vega-reel";
import { assertFresh } from "./assert_fresh.ts";
import { keepWorkers } from "./keep_workers.ts";
import { readFrames, streamInfo } from "./video.ts";
import { waveFrames, waveSpec } from "./wave.ts";

keepWorkers();

async function render(
  spec: Record<string, unknown>,
  params: unknown[],
  options: AnimateOptions = {},
) {
  const output = await Deno.makeTempFile({ suffix: ".mp4" });
  try {
    const video = await animate(spec, params, {
      output,
      show: false,
      cache: false,
      crf: 0,
      ...options,
    });
    return { video, frames: await readFrames(output, video.width, video.height) };
  } finally {
    await Deno.remove(output);
  }
}

/** The columns, or rows, in which something is drawn. */
function inkOf(pixels: Uint8Array, width: number, by: "column" | "row"): number[] {
  const lines = new Set<number>();
  for (let i = 0; i < pixels.length / 3; i++) {
    if (pixels[3 * i] < 200) lines.add(by === "column" ? i % width : Math.floor(i / width));
  }
  return [...lines].sort((a, b) => a - b);
}

const { width: _width, height: _height, ...sizeless } = waveSpec;
const square = {
  width: 99,
  height: 99,
  padding: 0,
  marks: [{
    type: "rect",
    encode: { update: { width: { value: 99 }, height: { value: 99 }, fill: { value: "black" } } },
  }],
};

Deno.test("animate() lays out a view without a size of its own to the size asked for", async () => {
  const { video, frames } = await render(sizeless, waveFrames(2), { width: 640, height: 360 });
  assert.deepEqual([video.width, video.height], [640, 360]);
  // Axes and line fill the picture instead of standing small in its middle.
  const columns = inkOf(frames[0], 640, "column");
  assert.ok(
    columns[0] < 20 && columns.at(-1)! > 610,
    `ink from ${columns[0]} to ${columns.at(-1)}`,
  );
});

Deno.test("animate() lays out a Vega view with autosize fit, its padding included", async () => {
  const spec = {
    width: 200,
    height: 100,
    padding: 40,
    autosize: "fit",
    scales: [{ name: "x", type: "linear", domain: [0, 1], range: "width" }],
    axes: [{ scale: "x", orient: "bottom" }],
  };
  const { video, frames } = await render(spec, [{}], { width: 300, height: 200 });
  assert.deepEqual([video.width, video.height], [300, 200]);
  const columns = inkOf(frames[0], 300, "column");
  assert.ok(columns[0] >= 35 && columns.at(-1)! <= 265, `ink to ${columns.at(-1)}`);
  assert.ok(inkOf(frames[0], 300, "row").at(-1)! <= 165);
});

Deno.test("animate() lays out a view to the side asked for that is its container's", async () => {
  const spec = { ...sizeless, width: "container", height: 100 };
  const { video } = await render(spec, waveFrames(2), { width: 640 });
  const { video: other } = await render({ ...spec, width: 300 }, waveFrames(2));
  // Its own height stays as it is.
  assert.deepEqual([video.width, video.height], [640, other.height]);
});

Deno.test("animate() scales and centres a view that has a size of its own", async () => {
  const { video, frames } = await render(square, [{}], { width: 640, height: 360 });
  assert.deepEqual([video.width, video.height], [640, 360]);
  const columns = inkOf(frames[0], 640, "column");
  assert.deepEqual([columns[0], columns.at(-1)], [140, 499]);
  const rows = inkOf(frames[0], 640, "row");
  assert.deepEqual([rows[0], rows.at(-1)], [0, 359]);
});

Deno.test("animate() keeps the proportions when one side is given", async () => {
  const { video } = await render({ ...square, width: 198 }, [{}], { width: 640 });
  assert.deepEqual([video.width, video.height], [640, 320]);
});

Deno.test("animate() pads odd sizes to even ones with the background", async () => {
  const { video, frames } = await render(square, [{}]);
  assert.deepEqual([video.width, video.height], [100, 100]);
  assert.deepEqual([inkOf(frames[0], 100, "column").at(-1), inkOf(frames[0], 100, "row").at(-1)], [
    98,
    98,
  ]);
});

Deno.test("animate() cuts marks at the edge of an odd size as a canvas of that size does", async () => {
  const values = Array.from({ length: 300 }, (_, i) => {
    return { x: 60 + i * 7 % 39, y: i * 11 % 59, x2: 99 + i * 13 % 17, y2: i * 5 % 67 };
  });
  const spec = {
    width: 99,
    height: 59,
    padding: 0,
    autosize: "none",
    signals: [{ name: "n", value: 0 }],
    data: [{ name: "t", values }],
    marks: [{
      type: "rule",
      from: { data: "t" },
      encode: {
        update: {
          x: { field: "x" },
          y: { field: "y", offset: { signal: "n / 3" } },
          x2: { field: "x2" },
          y2: { field: "y2" },
          stroke: { value: "black" },
          strokeWidth: { value: 1.7 },
        },
      },
    }],
  };
  await assertFresh(spec, [1, 2].map((n) => ({ n })));
});

Deno.test("animate() cuts at the frame's own size where that depends on its values", async () => {
  const spec = {
    width: 100,
    padding: 5,
    autosize: "none",
    signals: [{ name: "n", value: 1 }, { name: "height", update: "40 * n" }],
    marks: [{
      type: "symbol",
      encode: {
        update: { x: { value: 50 }, y: { value: 100 }, size: { value: 900 } },
        enter: { fill: { value: "black" } },
      },
    }],
  };
  await assertFresh(spec, [1, 3, 2].map((n) => ({ n })));
});

/** A bar as wide as the plot. */
const bar = {
  height: 20,
  padding: 0,
  marks: [{
    type: "rect",
    encode: {
      update: {
        width: { signal: "width" },
        height: { signal: "height" },
        fill: { value: "black" },
      },
    },
  }],
};
const sized = {
  "a property": { ...bar, width: 30 },
  "a signal": { ...bar, signals: [{ name: "width", value: 30 }] },
};

for (const [what, spec] of Object.entries(sized)) {
  Deno.test(`animate() gives a frame that has no width the spec's own, which is ${what}`, async () => {
    const { video, frames } = await render(spec, [{ width: 20 }, {}, { width: 60 }, {}]);
    assert.deepEqual([video.width, video.height], [60, 20]);
    const widths = frames.map((pixels) => inkOf(pixels, video.width, "column").length);
    assert.deepEqual(widths, [20, 30, 60, 30]);
  });
}

const computed = { fit: ["fit", 210], padding: [{ type: "none", contains: "padding" }, 200] };

for (const [what, [autosize, size]] of Object.entries(computed)) {
  Deno.test(`animate() takes a width that is a signal as the property, which is computed by ${what}`, async () => {
    const spec = {
      height: 60,
      padding: 5,
      autosize,
      scales: [{ name: "y", domain: [0, 1e6], range: "height" }],
      axes: [{ orient: "left", scale: "y" }],
      marks: bar.marks,
    };
    const signals = [{ name: "width", value: 200 }];
    for (const params of [[{}], [{}, {}]]) {
      const { video, frames } = await render({ ...spec, signals }, params);
      assert.equal(video.width, size);
      assert.deepEqual(frames, (await render({ ...spec, width: 200 }, params)).frames);
    }
  });
}

Deno.test("animate() leaves room for what is around the plot where the padding is a signal", async () => {
  const spec = {
    ...bar,
    signals: [{ name: "padding", value: 10 }, { name: "n", value: 0 }],
    width: 40,
    title: { text: "A", offset: { signal: "n" } },
  };
  const { video, frames } = await render(spec, [{ n: 0 }, { n: 20 }]);
  assert.equal(video.width, 60);
  const [near, far] = frames.map((pixels) => inkOf(pixels, video.width, "row"));
  assert.ok(near[0] > far[0] && far[0] >= 10, `${near[0]}, ${far[0]}`);
});

Deno.test("animate() scales by a factor", async () => {
  const { video } = await render(square, [{}], { scale: 2 });
  assert.deepEqual([video.width, video.height], [198, 198]);
});

Deno.test("animate() keeps one size and one origin while labels grow", async () => {
  const spec = {
    ...waveSpec,
    encoding: { ...waveSpec.encoding, y: { field: "y", type: "quantitative" } },
  };
  const [first, ...rest] = waveFrames(3);
  const params = [
    first,
    ...rest.map(({ wave }, i) => ({
      wave: wave.map(({ x, y }) => ({ x, y: y * 10 ** (4 + 2 * i) })),
    })),
  ];
  const { video, frames } = await render(spec, params);
  assert.equal(frames.length, 3);
  // The plot's left edge, where the axis stands, is the leftmost line through all rows of a plot.
  const edges = frames.map((pixels) => axisColumn(pixels, video.width, video.height));
  assert.deepEqual(edges, [edges[0], edges[0], edges[0]]);
});

function axisColumn(pixels: Uint8Array, width: number, height: number): number {
  return Array.from({ length: width }, (_, x) => x).find((x) => {
    const dark = Array.from({ length: height }, (_, y) => pixels[3 * (y * width + x)] < 235);
    return dark.filter(Boolean).length > 0.7 * height;
  })!;
}

Deno.test("animate() paints the background that is asked for", async () => {
  const { video, frames } = await render(sizeless, waveFrames(1), { background: "rgb(0, 0, 255)" });
  const corner = frames[0].subarray(0, 3);
  assert.ok(corner[2] > 250 && corner[0] < 5, `corner is ${corner}`);
  assert.equal(frames.length, video.frames);
});

Deno.test("animate() tags and converts colours as BT.709, limited range", async () => {
  const output = await Deno.makeTempFile({ suffix: ".mp4" });
  try {
    const red = { ...square, background: "red", marks: [] };
    const video = await animate(red, [{}, {}, {}], { output, show: false, cache: false, fps: 25 });
    const { text, frames, seconds } = await streamInfo(output);
    assert.match(text, /yuv420p\(tv, bt709/);
    assert.deepEqual([frames, seconds], [3, 0.12]);
    const [pixels] = await readFrames(output, video.width, video.height);
    const [r, g, b] = pixels;
    assert.ok(r > 250 && g < 5 && b < 5, `red is ${[r, g, b]}`);
  } finally {
    await Deno.remove(output);
  }
});

Deno.test("animate() looks at all frames where one reaches further than those looked at", async () => {
  // Each field has its greatest value in another frame than their product.
  const spec = {
    ...waveSpec,
    mark: { type: "circle", size: { expr: "500 * datum.a * datum.b" } },
  };
  const near = { a: 0.9, b: 0.9 };
  const frames = Array.from({ length: 60 }, (_, i) => ({
    wave: [{ x: 5, y: 1, a: i === 0 ? 1 : 0.1, b: i === 59 ? 1 : 0.1, ...(i === 21 ? near : {}) }],
  }));
  const { stats } = await assertFresh(spec, frames, { segmentFrames: undefined });
  assert.equal(stats.segments.total, 4);
});
