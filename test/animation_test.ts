/** Vega-Lite specs that animate themselves. */
import assert from "node:assert/strict";
import { createCanvas, loadImage } from "canvas";
import { Buffer } from "node:buffer";
import { animate, still } from "vega-reel";
import { compileSpec } from "../kernel-lib/spec/compile.ts";
import { toYuv420 } from "../kernel-lib/render/convert.ts";
import { drawAtClocks } from "./animated_fresh.ts";
import { drawFresh, padToEven, type Pixels } from "./fresh.ts";
import { keepWorkers } from "./keep_workers.ts";
import { assertRejects } from "./rejects.ts";
import { settledJob } from "./settled.ts";
import { runFfmpeg } from "./video.ts";

// deno-lint-ignore no-explicit-any
type Spec = any;

keepWorkers();

const YEARS = [1990, 1995, 2000, 2005];

/** Countries that move, two groups of them. */
const values = YEARS.flatMap((year, t) =>
  Array.from({ length: 10 }, (_, i) => ({
    year,
    date: `${year}-03-01`,
    country: "abcde"[i % 5],
    group: i < 5 ? "p" : "q",
    rank: i % 5,
    x: (i % 5) * 10 + 3 * t,
    y: (i % 5 + 1) * (t + 1) + (i < 5 ? 0 : 5),
  }))
);

const quantitative = (field: string, more = {}) => ({ field, type: "quantitative", ...more });
const time = { field: "year", type: "ordinal" };
const timer = { name: "frame", select: { type: "point", fields: ["year"], on: "timer" } };
const filter = { filter: { param: "frame" } };

/** A size that does not depend on what is drawn: Vega-Lite's own first run draws all rows. */
const fixed = { autosize: "none", padding: { left: 50, top: 12, right: 80, bottom: 45 } };

const gapminder = {
  ...fixed,
  data: { values },
  width: 160,
  height: 100,
  params: [timer],
  transform: [filter],
  mark: "point",
  encoding: {
    color: { field: "country" },
    x: quantitative("x"),
    y: quantitative("y"),
    time,
  },
};

const withTime = (more: object, select = {}): Spec => ({
  ...gapminder,
  params: [{ ...timer, select: { ...timer.select, ...select } }],
  encoding: { ...gapminder.encoding, time: { ...time, ...more } },
});

async function decode(png: Uint8Array): Promise<Pixels> {
  const image = await loadImage(Buffer.from(png));
  const context = createCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  return { width: image.width, height: image.height, rgba: new Uint8Array(data) };
}

async function draw(spec: Spec, frame: number, fps: number, params?: Spec[]): Promise<Pixels> {
  return await decode(await still(spec, params, { frame, fps, raster: "cairo" }));
}

/** Asserts that all pixels are equal; the whole difference would take minutes to print. */
function assertSame(actual: Pixels, expected: Pixels, message = ""): void {
  assert.deepEqual([actual.width, actual.height], [expected.width, expected.height], message);
  const differ = actual.rgba.filter((value, i) => value !== expected.rgba[i]).length;
  assert.equal(differ, 0, `${differ} of ${actual.rgba.length} bytes differ ${message}`);
}

async function framesOf(spec: Spec, fps: number): Promise<number> {
  try {
    await still(spec, undefined, { frame: 99_999, fps });
  } catch (error) {
    const found = /number of frames, (\d+)/.exec((error as Error).message);
    if (found) return Number(found[1]);
    throw error;
  }
  assert.fail("there are too many frames");
}

/** Specs that Vega-Lite animates itself, and its clock at the first, the fourth, ... frame. */
const native: Record<string, { spec: Spec; fps: number; frames: number; clocks: number[] }> = {
  "a band scale": { spec: gapminder, fps: 4, frames: 8, clocks: [0, 750, 1500] },
  "a frame rate that no step divides": {
    spec: gapminder,
    fps: 7,
    frames: 14,
    clocks: [0, 3000 / 7, 6000 / 7],
  },
  "values per second of its own": {
    spec: { ...gapminder, config: { scale: { framesPerSecond: 10 } } },
    fps: 40,
    frames: 16,
    clocks: [0, 75, 150],
  },
  "a domain of its own": {
    spec: withTime({ scale: { domain: [2005, 1990] } }),
    fps: 4,
    frames: 4,
    clocks: [0, 750],
  },
  "a range in milliseconds": {
    spec: withTime({ scale: { range: [0, 4000] } }),
    fps: 2,
    frames: 8,
    clocks: [0, 1500, 3000],
  },
  "dates": {
    spec: withTime({ field: "date", type: "temporal" }, { fields: ["date"] }),
    fps: 4,
    frames: 8,
    clocks: [0, 750, 1500],
  },
  "means": {
    spec: {
      ...gapminder,
      mark: "tick",
      encoding: {
        x: { field: "country", type: "nominal" },
        y: { aggregate: "mean", field: "y" },
        time,
      },
    },
    fps: 4,
    frames: 8,
    clocks: [0, 750, 1500],
  },
  "a line": {
    spec: { ...gapminder, mark: "line", encoding: { ...gapminder.encoding, color: undefined } },
    fps: 4,
    frames: 8,
    clocks: [0, 750, 1500],
  },
};

for (const [name, { spec, fps, frames, clocks }] of Object.entries(native)) {
  Deno.test(`still() draws ${name} as Vega-Lite's own clock does`, async () => {
    assert.equal(await framesOf(spec, fps), frames);
    const fresh = await drawAtClocks(spec, clocks);
    for (const i of clocks.keys()) {
      assertSame(await draw(spec, 3 * i, fps), padToEven(fresh[i]), `frame ${3 * i}`);
    }
  });
}

Deno.test("animate() renders an animation's own frames, each as Vega-Lite shows it", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const video = await animate(gapminder, undefined, {
      output: `${folder}/gapminder.mp4`,
      fps: 4,
      crf: 0,
      segmentFrames: 3,
      workers: 3,
      raster: "cairo",
      show: false,
      cache: false,
    });
    assert.deepEqual([video.frames, video.duration], [8, 2]);
    const { stdout } = await runFfmpeg([
      ...["-v", "error", "-i", video.path, "-f", "rawvideo", "-pix_fmt", "yuv420p", "pipe:1"],
    ]);
    const size = video.width * video.height * 3 / 2;
    const clocks = Array.from({ length: 8 }, (_, i) => 250 * i);
    for (const [i, fresh] of (await drawAtClocks(gapminder, clocks)).entries()) {
      const { rgba, width, height } = padToEven(fresh);
      const expected = new Uint8Array(size);
      toYuv420(rgba, expected, width, height, "rgba");
      const actual = stdout.subarray(i * size, (i + 1) * size);
      assert(Buffer.from(expected).equals(actual), `frame ${i}`);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("animate() gives the same bytes with one worker and with three", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const [one, three] = await Promise.all([1, 3].map(async (workers) => {
      const output = `${folder}/${workers}.mp4`;
      const options = { output, workers, segmentFrames: 2, fps: 4, show: false, cache: false };
      await animate(gapminder, undefined, options);
      return await Deno.readFile(output);
    }));
    assert(Buffer.from(one).equals(three));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("still() shows a value longer where the timer pauses", async () => {
  const spec = withTime({}, { pause: [{ value: 1995, duration: 1000 }] });
  assert.equal(await framesOf(spec, 4), 12);
  const [before, during, after] = await drawAtClocks(gapminder, [250, 500, 1000]);
  assertSame(await draw(spec, 1, 4), padToEven(before));
  for (const frame of [2, 7]) assertSame(await draw(spec, frame, 4), padToEven(during));
  assertSame(await draw(spec, 8, 4), padToEven(after));
});

for (const easing of ["easeCubicIn", [0, 0.1, 1]]) {
  Deno.test(`still() runs through the clock with the easing ${easing}`, async () => {
    const spec = withTime({}, { easing });
    assert.equal(await framesOf(spec, 4), 8);
    // Half of the time, and an eighth or a tenth of the clock.
    const [half, late] = await drawAtClocks(gapminder, [easing[1] === 0.1 ? 200 : 250, 1999]);
    assertSame(await draw(spec, 4, 4), padToEven(half));
    assert.throws(() => assertSame(padToEven(half), padToEven(late)));
  });
}

Deno.test("still() keeps scales to all rows, as Vega-Lite does, unless the spec says rescale", async () => {
  const [kept] = await drawAtClocks(gapminder, [0]);
  // What Vega-Lite 6.5 would do, did it heed `rescale`.
  const [rescaled] = await drawAtClocks(gapminder, [0], ({ scales }) => {
    for (const { name, domain } of scales) if (/^[xy]$/.test(name)) domain.data = "data_0_curr";
  });
  assert.throws(() => assertSame(kept, rescaled));
  assertSame(await draw(gapminder, 0, 4), padToEven(kept));
  assertSame(await draw(withTime({ rescale: false }), 0, 4), padToEven(kept));
  assertSame(await draw(withTime({ rescale: true }), 0, 4), padToEven(rescaled));
});

Deno.test("compileSpec() tells which scales follow the rows on show", async () => {
  const { rescaled } = await compileSpec(withTime({ rescale: true }), {});
  assert.deepEqual(rescaled, ["x", "y"]);
  assert.deepEqual((await compileSpec(gapminder, {})).rescaled, []);
});

const domains = {
  x: quantitative("x", { scale: { domain: [0, 50] } }),
  y: quantitative("y", { scale: { domain: [0, 30] } }),
  color: { field: "group", scale: { domain: ["p", "q"] } },
};
const small = { width: 90, height: 70 };
const equal = { filter: "datum.year == at" };
const upTo = { filter: "datum.year <= at" };

const means = [{ aggregate: [{ op: "mean", field: "y", as: "mean" }], groupby: ["group"] }];

/** Animations that Vega-Lite 6.5 does not do, and the same charts of the year that is the param `at`. */
const beyond: Record<string, { spec: Spec; fresh: Spec; follows?: boolean }> = {
  "an encoding alone": {
    spec: { ...small, data: { values }, mark: "point", encoding: { ...domains, time } },
    fresh: {
      ...small,
      data: { values },
      transform: [equal],
      mark: "point",
      encoding: domains,
    },
  },
  "lines by colour": {
    spec: { ...gapminder, mark: "line", encoding: { ...domains, time } },
    fresh: {
      ...fixed,
      width: 160,
      height: 100,
      data: { values },
      transform: [equal],
      mark: "line",
      encoding: domains,
    },
  },
  "a line that grows up to now, with a point at its end": {
    spec: {
      ...small,
      data: { values: values.filter(({ rank }) => rank === 2) },
      encoding: { ...domains, time },
      layer: [
        { transform: [{ filter: "datum.year <= anim_value" }], mark: "line" },
        { mark: { type: "point", filled: true } },
      ],
    },
    fresh: {
      ...small,
      data: { values: values.filter(({ rank }) => rank === 2) },
      encoding: domains,
      layer: [
        { transform: [upTo], mark: "line" },
        { transform: [equal], mark: { type: "point", filled: true } },
      ],
    },
  },
  "layers with and without a time, and the year in large": {
    spec: {
      ...small,
      data: { values },
      params: [timer],
      transform: [filter],
      layer: [
        { mark: { type: "point", color: "gray" }, encoding: { x: domains.x, y: domains.y } },
        { mark: "point", encoding: { ...domains, time } },
        {
          transform: [filter, { aggregate: [], groupby: ["year"] }],
          mark: "text",
          encoding: { text: { field: "year" } },
        },
      ],
    },
    fresh: {
      ...small,
      data: { values },
      layer: [
        { mark: { type: "point", color: "gray" }, encoding: { x: domains.x, y: domains.y } },
        { transform: [equal], mark: "point", encoding: domains },
        {
          transform: [equal, { aggregate: [], groupby: ["year"] }],
          mark: "text",
          encoding: { text: { field: "year" } },
        },
      ],
    },
  },
  "sums as bars": {
    spec: {
      ...small,
      data: { values },
      mark: "bar",
      encoding: { x: { field: "country" }, y: { ...domains.y, aggregate: "sum" }, time },
    },
    fresh: {
      ...small,
      data: { values },
      transform: [equal],
      mark: "bar",
      encoding: { x: { field: "country" }, y: { ...domains.y, aggregate: "sum" } },
    },
  },
  "stacked bars": {
    spec: {
      ...small,
      data: { values },
      mark: "bar",
      encoding: { ...domains, x: { field: "country" }, time },
    },
    fresh: {
      ...small,
      data: { values },
      transform: [equal],
      mark: "bar",
      encoding: { ...domains, x: { field: "country" } },
    },
  },
  "stacked bars with round corners": {
    spec: {
      ...small,
      data: { values },
      mark: { type: "bar", cornerRadiusEnd: 5 },
      encoding: { ...domains, x: { field: "country" }, time },
    },
    fresh: {
      ...small,
      data: { values },
      transform: [equal],
      mark: { type: "bar", cornerRadiusEnd: 5 },
      encoding: { ...domains, x: { field: "country" } },
    },
  },
  "lines with points, as the config has it, above a layer that is to stand still": {
    spec: {
      ...small,
      data: { values },
      config: { line: { point: true } },
      encoding: { x: domains.x, y: domains.y, time },
      layer: [
        { mark: "tick", encoding: { time: null } },
        { mark: "line" },
        { mark: { type: "line", color: "red" }, encoding: { y: { aggregate: "mean" } } },
      ],
    },
    fresh: {
      ...small,
      data: { values },
      config: { line: { point: true } },
      encoding: { x: domains.x, y: domains.y },
      layer: [
        { mark: "tick" },
        { transform: [equal], mark: "line" },
        {
          transform: [equal],
          mark: { type: "line", color: "red" },
          encoding: { y: { aggregate: "mean" } },
        },
      ],
    },
  },
  "areas that are at other places each year": {
    spec: {
      ...small,
      data: { values },
      mark: "area",
      encoding: { ...domains, color: { field: "group" }, time },
    },
    fresh: {
      ...small,
      data: { values },
      transform: [equal],
      mark: "area",
      encoding: { ...domains, color: { field: "group" } },
    },
  },
  "lines whose gaps are filled": {
    spec: {
      ...small,
      data: { values: values.filter((_, i) => i % 7 !== 1) },
      mark: "line",
      encoding: { ...filled(), time },
    },
    fresh: {
      ...small,
      data: { values: values.filter((_, i) => i % 7 !== 1) },
      transform: [equal],
      mark: "line",
      encoding: filled(),
    },
  },
  "bars that pile up year upon year": {
    spec: {
      ...small,
      data: { values },
      transform: [{ filter: "datum.year <= anim_value" }],
      mark: "bar",
      encoding: { x: { field: "country" }, y: quantitative("y"), color: domains.color, time },
    },
    fresh: {
      ...small,
      data: { values },
      transform: [upTo],
      mark: "bar",
      encoding: {
        x: { field: "country" },
        y: quantitative("y"),
        color: domains.color,
        detail: { field: "year" },
      },
    },
  },
  "means and curves of the rows that a filter leaves": {
    spec: {
      data: { values },
      params: [timer],
      hconcat: [
        {
          ...small,
          transform: [filter, ...means],
          mark: "bar",
          encoding: { x: { field: "group" }, y: quantitative("mean"), time },
        },
        {
          ...small,
          transform: [filter, { regression: "y", on: "x" }],
          mark: "line",
          encoding: { x: domains.x, y: domains.y, time },
        },
      ],
    },
    fresh: {
      data: { values },
      hconcat: [
        {
          ...small,
          transform: [equal, ...means],
          mark: "bar",
          encoding: { x: { field: "group" }, y: quantitative("mean") },
        },
        {
          ...small,
          transform: [equal, { regression: "y", on: "x" }],
          mark: "line",
          encoding: { x: domains.x, y: domains.y },
        },
      ],
    },
  },
  "what is computed of the rows up to now": soFar(upTo, {
    filter: { filter: "datum.year <= anim_value" },
    time,
  }),
  "shares of the rows that a frame's filter leaves, by their dates": soFar(equal, {
    filter: { filter: { param: "animation_frame" } },
    time: { field: "date", type: "temporal" },
  }),
  "boxes, and means with their errors, of the rows up to now": errors(upTo, {
    filter: { filter: "datum.year <= anim_value" },
    time,
  }),
  "boxes, and means with their errors, by the year of a date": errors(equal, {
    filter: { filter: { param: "animation_frame" } },
    time: { field: "date", timeUnit: "year" },
  }),
  "stacks and their sums in facets that share a scale": {
    spec: { ...stacks([filter], { time }), params: [timer] },
    fresh: stacks([equal], {}),
  },
  "views that each have the timer": {
    spec: {
      data: { values },
      hconcat: [domains.x, domains.y].map((x) => ({
        ...small,
        params: [timer],
        transform: [filter],
        mark: "boxplot",
        encoding: { x, time },
      })),
    },
    fresh: {
      data: { values },
      hconcat: [domains.x, domains.y].map((x) => ({
        ...small,
        transform: [equal],
        mark: "boxplot",
        encoding: { x },
      })),
    },
  },
  "views side by side, one without a time": {
    spec: {
      data: { values },
      params: [timer],
      transform: [filter],
      hconcat: [
        { ...small, mark: "point", encoding: { ...domains, time } },
        { ...small, mark: "tick", encoding: { x: domains.x } },
      ],
    },
    fresh: {
      data: { values },
      hconcat: [
        { ...small, transform: [equal], mark: "point", encoding: domains },
        { ...small, mark: "tick", encoding: { x: domains.x } },
      ],
    },
  },
  "repeated views": {
    spec: {
      data: { values },
      params: [timer],
      repeat: ["x", "rank"],
      spec: {
        ...small,
        transform: [filter],
        mark: "point",
        encoding: { ...domains, x: { ...domains.x, field: { repeat: "repeat" } }, time },
      },
    },
    fresh: {
      data: { values },
      repeat: ["x", "rank"],
      spec: {
        ...small,
        transform: [equal],
        mark: "point",
        encoding: { ...domains, x: { ...domains.x, field: { repeat: "repeat" } } },
      },
    },
  },
  "facets by an encoding": {
    spec: {
      ...small,
      data: { values },
      mark: "point",
      encoding: { ...domains, column: { field: "group" }, time },
    },
    fresh: {
      ...small,
      data: { values },
      transform: [equal],
      mark: "point",
      encoding: { ...domains, column: { field: "group" } },
    },
  },
  "facets with lines": {
    spec: {
      data: { values },
      params: [timer],
      transform: [filter],
      facet: { row: { field: "group" } },
      spec: { ...small, mark: "line", encoding: { ...domains, time } },
    },
    fresh: {
      data: { values },
      transform: [equal],
      facet: { row: { field: "group" } },
      spec: { ...small, mark: "line", encoding: domains },
    },
  },
  "a condition instead of a filter": {
    spec: {
      ...gapminder,
      transform: [],
      encoding: {
        ...domains,
        opacity: { condition: { param: "frame", value: 1 }, value: 0.1 },
        time,
      },
    },
    fresh: {
      ...gapminder,
      params: [],
      transform: [],
      encoding: {
        ...domains,
        opacity: { condition: { test: "datum.year == at", value: 1 }, value: 0.1 },
      },
    },
  },
  "the value in a title": {
    spec: {
      ...gapminder,
      title: { text: { expr: "'In ' + anim_value" } },
      encoding: { ...domains, time },
    },
    fresh: {
      ...gapminder,
      params: [],
      title: { text: { expr: "'In ' + at" } },
      transform: [equal],
      encoding: domains,
    },
  },
  "a race, whose bars change places and scale": {
    spec: { ...race(), encoding: { ...race().encoding, time: { ...time, rescale: true } } },
    fresh: { ...race(), transform: [equal] },
    follows: true,
  },
  "layers in facets, whose scales follow": {
    spec: {
      data: { values },
      facet: { column: { field: "group" } },
      spec: {
        ...small,
        encoding: { x: quantitative("x"), y: quantitative("y"), time: { ...time, rescale: true } },
        layer: [{ mark: "line" }, { mark: "point" }],
      },
    },
    fresh: {
      data: { values },
      transform: [equal],
      facet: { column: { field: "group" } },
      spec: {
        ...small,
        encoding: { x: quantitative("x"), y: quantitative("y") },
        layer: [{ mark: "line" }, { mark: "point" }],
      },
    },
    follows: true,
  },
  "views whose names end in one another": {
    spec: {
      data: { values },
      params: [timer],
      hconcat: [
        { ...small, name: "a", transform: [filter], mark: "line", encoding: { ...domains, time } },
        {
          ...small,
          name: "b_a",
          transform: [{ filter: "datum.year <= anim_value" }],
          mark: "line",
          encoding: { ...domains, detail: { field: "year" }, time },
        },
      ],
    },
    fresh: {
      data: { values },
      hconcat: [
        { ...small, transform: [equal], mark: "line", encoding: domains },
        {
          ...small,
          transform: [upTo],
          mark: "line",
          encoding: { ...domains, detail: { field: "year" } },
        },
      ],
    },
  },
  "shapes on a map": {
    spec: {
      ...shapes(),
      encoding: { color: { ...quantitative("y"), scale: { domain: [0, 9] } }, time },
    },
    fresh: {
      ...shapes(),
      transform: [equal],
      encoding: { color: { ...quantitative("y"), scale: { domain: [0, 9] } } },
    },
  },
};

/** Shares and counts, one behind a filter of the whole, and how such a chart is animated. */
function soFar(step: Spec, animated: { filter: Spec; time: Spec }): { spec: Spec; fresh: Spec } {
  const draw = (filter: Spec, more: Spec) => ({
    data: { values },
    transform: [filter],
    hconcat: [
      {
        ...small,
        transform: [
          { joinaggregate: [{ op: "sum", field: "y", as: "all" }] },
          { calculate: "datum.y / datum.all", as: "share" },
        ],
        mark: "point",
        encoding: { x: { field: "country" }, y: quantitative("share"), ...more },
      },
      {
        facet: { row: { field: "group" } },
        spec: {
          ...small,
          transform: [...means, { calculate: "datum.mean / 2", as: "half" }],
          mark: "bar",
          encoding: { x: quantitative("half"), ...more },
        },
      },
      {
        ...small,
        mark: "bar",
        encoding: { x: { field: "group" }, y: { aggregate: "count" }, ...more },
      },
    ],
  });
  return { spec: draw(animated.filter, { time: animated.time }), fresh: draw(step, {}) };
}

/** Marks that Vega-Lite makes of several, and how they are animated. */
function errors(step: Spec, animated: { filter: Spec; time: Spec }): { spec: Spec; fresh: Spec } {
  const draw = (filter: Spec, more: Spec) => ({
    data: { values },
    transform: [filter],
    hconcat: [
      {
        repeat: ["x", "y"],
        columns: 1,
        spec: {
          ...small,
          mark: "boxplot",
          encoding: { x: { ...domains.x, field: { repeat: "repeat" } }, ...more },
        },
      },
      {
        ...small,
        encoding: { x: { field: "group" }, y: domains.y, ...more },
        layer: [{ mark: "errorbar" }, { mark: "point", encoding: { y: { aggregate: "mean" } } }],
      },
    ],
  });
  return { spec: draw(animated.filter, { time: animated.time }), fresh: draw(step, {}) };
}

/** Bars in facets, with a layer above them, and a scale of which nothing is given. */
function stacks(transform: Spec[], more: Spec): Spec {
  const y = quantitative("y");
  const bars = { mark: "bar", encoding: { x: { field: "country" }, y, ...more } };
  const rule = { mark: "rule", encoding: { y: { ...y, aggregate: "mean" }, ...more } };
  return {
    data: { values },
    facet: { row: { field: "group" } },
    spec: { ...small, transform, layer: [bars, rule] },
  };
}

/** The mean of the neighbours where a country is missing. */
function filled(): Spec {
  const impute = { method: "mean", frame: [-1, 1] };
  return { x: { field: "country" }, y: { ...domains.y, impute }, color: domains.color };
}

/** Countries in another order each year. */
function race(): Spec {
  const rows = values.map((row) => ({ ...row, x: (row.x * row.year) % 37 + 1 }));
  return {
    ...small,
    data: { values: rows },
    mark: "bar",
    encoding: { x: { aggregate: "sum", field: "x" }, y: { field: "country", sort: "-x" } },
  };
}

function shapes(): Spec {
  const square = [[0, 0], [0, 8], [8, 8], [8, 0], [0, 0]];
  const geometry = { type: "Polygon", coordinates: [square] };
  return {
    ...small,
    data: { values: YEARS.map((year, y) => ({ type: "Feature", geometry, year, y: 3 * y })) },
    mark: "geoshape",
    projection: { type: "equirectangular" },
  };
}

for (const [name, { spec, fresh, follows }] of Object.entries(beyond)) {
  Deno.test(`still() animates ${name}`, async () => {
    assert.equal(await framesOf(spec, 2), 4);
    const params = [...(fresh.params ?? []), { name: "at", value: 0 }];
    const order = [3, 0, 2];
    const values = YEARS.map((at) => ({ at }));
    const domains = follows ? "frame" : "shared";
    const job = await settledJob({ ...fresh, params }, values, { domains });
    const drawn = await drawFresh(job, values, order);
    for (const [frame, pixels] of drawn) {
      assertSame(await draw(spec, frame, 2), padToEven(pixels), `frame ${frame}`);
    }
  });
}

Deno.test("still() compares years where the time has the unit year", async () => {
  const spec = withTime({ field: "date", timeUnit: "year", type: "temporal" });
  const [fresh] = await drawAtClocks(gapminder, [1000]);
  assertSame(await draw(spec, 2, 2), padToEven(fresh));
});

Deno.test("still() takes the years in UTC one after the other", async () => {
  const spec = withTime({ field: "date", timeUnit: "utcyear", type: "temporal" });
  assert.equal(await framesOf(spec, 2), 4);
  const [fresh] = await drawAtClocks(gapminder, [1000]);
  assertSame(await draw(spec, 2, 2), padToEven(fresh));
});

Deno.test("still() gives expressions the timer's param, as a selection's", async () => {
  const spec = {
    ...gapminder,
    transform: [{ filter: "datum.year == frame.year[0]" }],
    title: { text: { expr: "'In ' + frame.year[0]" } },
  };
  const title = { text: { expr: "'In ' + anim_value" } };
  const [fresh] = await drawAtClocks({ ...gapminder, title }, [1000]);
  assertSame(await draw(spec, 2, 2), padToEven(fresh));
});

/** Time encodings whose values come in another order, which Vega-Lite 6.5 cannot animate. */
const orders: Record<string, { time: Spec; mark?: Spec; first: number; frames: number }> = {
  "from the last": { time: { sort: "descending" }, first: 2005, frames: 4 },
  "by another field": {
    time: { sort: { op: "sum", field: "rank_in", order: "descending" } },
    first: 2000,
    frames: 4,
  },
  "by another channel": { time: { sort: "-y" }, first: 2005, frames: 4 },
  "that a domain adds to": {
    time: { scale: { domain: { unionWith: [1985] } } },
    first: 1985,
    frames: 5,
  },
};

for (const [name, { time: more, first, frames }] of Object.entries(orders)) {
  Deno.test(`still() shows values in the order ${name}`, async () => {
    const rows = values.map((row) => ({ ...row, rank_in: [3, 1, 4, 2][YEARS.indexOf(row.year)] }));
    // The rows that bars show have neither field.
    const spec = {
      ...small,
      data: { values: rows },
      title: { text: { expr: "anim_value" } },
      mark: "bar",
      encoding: {
        x: { field: "group" },
        y: quantitative("y", { aggregate: "sum" }),
        time: { ...time, ...more },
      },
    };
    assert.equal(await framesOf(spec, 2), frames);
    const sorted = { ...spec, encoding: { ...spec.encoding, time } };
    const fresh = await draw(sorted, 0, 2, [{ animation_frame: first }]);
    assertSame(await draw(spec, 0, 2), fresh);
  });
}

Deno.test("still() shows numbers in a text in their order", async () => {
  const days = (type: string) => ({
    ...gapminder,
    data: { values: "year,x,y\n10,1,1\n9,2,3\n100,3,2\n", format: { type: "csv" } },
    encoding: { x: quantitative("x"), y: quantitative("y"), time: { field: "year", type } },
  });
  assert.equal(await framesOf(days("quantitative"), 2), 3);
  const fresh = await drawAtClocks(days("ordinal"), [1000, 0, 500]);
  for (const frame of [2, 0, 1]) {
    assertSame(await draw(days("quantitative"), frame, 2), padToEven(fresh[frame]));
  }
});

Deno.test("still() shows zero and negative values, which Vega-Lite's own timer skips", async () => {
  const shifted = values.map((row) => ({ ...row, year: (row.year - 2000) / 5 }));
  const spec = { ...gapminder, data: { values: shifted } };
  const [fresh] = await drawAtClocks(gapminder, [1000]);
  assertSame(await draw(spec, 2, 2), padToEven(fresh));
});

Deno.test("still() takes the pace from a config that is given as an option", async () => {
  const config = { scale: { framesPerSecond: 10 } };
  const png = await still(gapminder, undefined, { config, frame: 1, fps: 10, raster: "cairo" });
  const [fresh] = await drawAtClocks({ ...gapminder, config }, [100]);
  assertSame(await decode(png), padToEven(fresh));
});

Deno.test("still() takes a step in milliseconds as the time scale's range", async () => {
  assert.equal(await framesOf(withTime({ scale: { range: { step: 100 } } }), 30), 12);
});

Deno.test("still() passes through a continuous time in the configured duration", async () => {
  const spec = {
    ...withTime({ type: "quantitative", scale: { type: "linear" } }),
    transform: [{ filter: "datum.year <= anim_value" }],
  };
  assert.equal(await framesOf(spec, 10), 50);
  const slow = { ...spec, config: { scale: { animationDuration: 8 } } };
  assert.equal(await framesOf(slow, 10), 80);
});

Deno.test("still() lets given params win over the clock", async () => {
  const fresh = (await drawAtClocks(gapminder, [0, 1000])).map(padToEven);
  const params = [{}, { frame: 2000 }, {}];
  assertSame(await draw(gapminder, 0, 2, params), fresh[0]);
  assertSame(await draw(gapminder, 1, 2, params), fresh[1]);
  assertSame(await draw(gapminder, 2, 2, params), fresh[0]);
});

Deno.test("still() hands an animation's params to update", async () => {
  const [fresh] = await drawAtClocks(gapminder, [0]);
  const update = ({ frame }: { frame: number }) => ({ frame: frame - 5 });
  const png = await still(gapminder, undefined, { update, frame: 1, fps: 2, raster: "cairo" });
  assertSame(await decode(png), padToEven(fresh));
});

/** What is refused, each with what the message names. */
const refused: Record<string, { spec: Spec; message: RegExp }> = {
  "two timers": {
    spec: { ...gapminder, params: [timer, { ...timer, name: "other" }] },
    message: /there must be one timer, .*: the timers are 'frame', 'other'$/,
  },
  "a timer without a time": {
    spec: { ...gapminder, encoding: domains },
    message: /the timer 'frame' must have a 'time' encoding beside it, .*: no view has one$/,
  },
  "two different times": {
    spec: {
      data: { values },
      hconcat: [
        { mark: "point", encoding: { ...domains, time } },
        { mark: "point", encoding: { ...domains, time: { field: "rank", type: "ordinal" } } },
      ],
    },
    message: /all 'time' encodings must be the same, .*"year".* and .*"rank"/,
  },
  "a time without a field": {
    spec: { ...gapminder, encoding: { ...domains, time: { value: 1 } } },
    message: /'time' must be a field without 'bin' or 'aggregate', .*: it is \{"value":1\}$/,
  },
  "a binned time": { spec: withTime({ bin: true }), message: /without 'bin' or 'aggregate'/ },
  "interpolation": {
    spec: withTime({ key: { field: "country" } }),
    message: /'time' must not have 'key' or 'interpolate': .* 'year', make the states/,
  },
  "a timer's predicate": {
    spec: withTime({}, { predicate: { field: "year", lte: 1 } }),
    message: /the timer 'frame' must not have a 'predicate': .* "datum.year <= anim_value"$/,
  },
  "a continuous time that must be met exactly": {
    spec: withTime({ type: "quantitative", scale: { type: "linear" } }),
    message: /a 'time' of type "linear" passes between the values of 'year'/,
  },
  "an unknown easing": {
    spec: withTime({}, { easing: "easeAway" }),
    message: /'easing' must be the name of a d3-ease function.*: current value is "easeAway"$/,
  },
  "an easing of another type": {
    spec: withTime({}, { easing: 3 }),
    message: /current value is 3$/,
  },
  "an easing beyond its ends": {
    spec: withTime({}, { easing: [0, 2] }),
    message: /an array of numbers from 0 to 1: current value is \[0,2\]$/,
  },
  "steps of no duration": {
    spec: withTime({ scale: { range: { step: 0 } } }),
    message: /a step of 'time' must be a positive number of milliseconds.*: current value is 0$/,
  },
  ...Object.fromEntries(
    [500, "width", [0, 100, 2000], [0, 0], [0, "2s"]].map((range) => [
      `the range ${JSON.stringify(range)}`,
      {
        spec: withTime({ scale: { range } }),
        message: /the 'range' of the time scale must be milliseconds, .*: current value is [[\d"]/,
      },
    ]),
  ),
  "a pause without a duration": {
    spec: withTime({}, { pause: [{ value: 1995 }] }),
    message: /'pause' must list values .*: it has \{"value":1995\}$/,
  },
  "a pause at no value": {
    spec: withTime({}, { pause: [{ value: 1996, duration: 5 }] }),
    message: /'pause' must list values of the animation, .*: it has 1996$/,
  },
  "no values": {
    spec: { ...gapminder, data: { values: [] } },
    message: /the 'time' field 'year' must have values: no row has one$/,
  },
};

for (const [name, { spec, message }] of Object.entries(refused)) {
  Deno.test(`animate() refuses ${name}`, async () => {
    await assertRejects({ spec, params: undefined }, {
      name: "TypeError",
      message: new RegExp(
        `^Cannot animate the Vega-Lite spec as ${message.source}|${message.source}`,
      ),
    });
  });
}

Deno.test("animate() names the data that an animation's values cannot be read from", async () => {
  const spec = { ...gapminder, data: { url: "missing.json" } };
  await assertRejects({ spec, params: undefined }, {
    name: "Error",
    message:
      /^Cannot animate as dataset 'source_0' is not given and 'missing.json' could not be loaded/,
  });
});
