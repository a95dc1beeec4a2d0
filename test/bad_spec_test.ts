/** Specs that Vega or Vega-Lite cannot draw, in all frames or in one. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { still } from "vega-reel";
import { keepWorkers } from "./keep_workers.ts";
import { assertRejects, assertWorks, type Expected } from "./rejects.ts";
import { waveFrames, waveSpec } from "./wave.ts";

keepWorkers();

const square = { width: 40, height: 40, scales: [], marks: [] };

const bad: Record<string, { spec: unknown; params?: unknown; expected: Expected }> = {
  "a spec that is neither Vega nor Vega-Lite": {
    spec: { title: "Sales", $schema: "https://example.org/chart.json" },
    expected: {
      name: "TypeError",
      message: "Cannot animate as the spec is neither Vega nor Vega-Lite: it has the keys " +
        "[title, $schema], and '$schema' names neither",
    },
  },
  "a spec that is an array": {
    spec: [waveSpec],
    expected: {
      name: "TypeError",
      message: "Cannot animate as the spec must be an object, a path or a URL: " +
        "current value is an array of 1",
    },
  },
  "no spec": {
    spec: undefined,
    expected: { name: "TypeError", message: /must be an object, a path or a URL: .* undefined$/ },
  },
  "the path of a spec that does not exist": {
    spec: "missing.vl.json",
    expected: { name: "Error", message: /^Cannot read the spec '.*missing\.vl\.json': / },
  },
  "a Vega-Lite spec that cannot be compiled": {
    spec: { ...waveSpec, mark: "linee" },
    expected: {
      name: "TypeError",
      message: /^Cannot compile the Vega-Lite spec as 'mark' must be one of line, .* is "linee"$/,
    },
  },
  "a type that does not exist, in a layer": {
    spec: { layer: [{ mark: "line", encoding: { x: { field: "x", type: "quantitive" } } }] },
    expected: {
      name: "TypeError",
      message: /^Cannot compile the Vega-Lite spec as 'type' of 'x' must be one of quanti.*ive"$/,
    },
  },
  "a spec that is JSON": {
    spec: JSON.stringify(waveSpec),
    expected: { name: "TypeError", message: /a path or a URL: current value is JSON, which / },
  },
  "a Vega-Lite expression that cannot be parsed": {
    spec: { ...waveSpec, transform: [{ filter: "datum.y >" }] },
    expected: { name: "TypeError", message: /^Cannot compile the Vega-Lite spec: Unexpected end/ },
  },
  "a Vega spec with an unknown transform": {
    spec: { ...square, data: [{ name: "table", transform: [{ type: "flter" }] }] },
    expected: {
      name: "TypeError",
      message: 'Cannot parse the Vega spec: Unrecognized transform type: "flter"',
    },
  },
  "a Vega expression that cannot be parsed": {
    spec: { ...square, signals: [{ name: "half", update: "width /" }] },
    expected: {
      name: "TypeError",
      message: "Cannot parse the Vega spec: Expression parse error: width /",
    },
  },
  "a Vega signal that does not exist": {
    spec: { ...square, signals: [{ name: "half", update: "widht / 2" }] },
    expected: {
      name: "TypeError",
      message: 'Cannot parse the Vega spec: Unrecognized signal name: "widht"',
    },
  },
  "a Vega spec whose datasets are no array": {
    spec: { ...square, data: { name: "table" } },
    expected: {
      name: "TypeError",
      message: "Cannot animate as 'data' of the Vega spec must be an array of objects: " +
        "current value is an object with the keys [name]",
    },
  },
  "a Vega spec whose width is no number": {
    spec: { ...square, width: "wide" },
    expected: {
      name: "RangeError",
      message: "Cannot animate as the view's width must be a number of pixels: " +
        "that of frame 0 comes to NaN",
    },
  },
  "values that cannot be parsed": {
    spec: { ...square, data: [{ name: "table", values: "{{", format: { type: "json" } }] },
    expected: { name: "Error", message: /^Cannot read the values of dataset 'table': / },
  },
};

for (const [what, { expected, ...job }] of Object.entries(bad)) {
  Deno.test(`animate() rejects ${what}`, async () => {
    await assertRejects({ params: Array.from({ length: 20 }, () => ({})), ...job }, expected);
  });
}

/** Frames of which one gives something else. */
function framesWith(count: number, index: number, values: unknown, others: unknown): unknown[] {
  return Array.from({ length: count }, (_, i) => i === index ? values : others);
}

const sized = { ...square, signals: [{ name: "height", value: 50 }] };

const inOneFrame: Record<string, { spec: unknown; params: unknown; expected: Expected }> = {
  "a height that no video has": {
    spec: sized,
    params: framesWith(20, 17, { height: 1e5 }, { height: 60 }),
    expected: {
      name: "RangeError",
      message:
        /^Cannot animate as the video's height .*: at the scale 1 the view of frame 17 comes/,
    },
  },
  "a height that is none": {
    spec: sized,
    params: framesWith(20, 17, { height: "tall" }, { height: 60 }),
    expected: {
      name: "RangeError",
      message: /^Cannot animate as the view's height .*: that of frame 17 comes to NaN$/,
    },
  },
  "a signal's expression": {
    spec: {
      ...square,
      signals: [{ name: "point", value: { x: 1 } }, { name: "left", update: "point.x" }],
    },
    params: framesWith(60, 47, { point: null }, { point: { x: 2 } }),
    expected: {
      name: "Error",
      message: "Cannot render frame 47 as Vega failed: " +
        "Cannot read properties of null (reading 'x')",
    },
  },
  "a dataset's expression": {
    spec: { ...waveSpec, transform: [{ calculate: "datum.at.y", as: "y" }] },
    params: framesWith(20, 17, { wave: [{ x: 1 }] }, { wave: [{ x: 1, at: { y: 0 } }] }),
    expected: {
      name: "Error",
      message: "Cannot render frame 17 as Vega failed: " +
        "Cannot read properties of undefined (reading 'y')",
    },
  },
  "a mark's encoding": {
    spec: {
      ...square,
      data: [{ name: "table" }],
      marks: [{
        type: "rect",
        from: { data: "table" },
        encode: { update: { x: { signal: "datum.at.x" } } },
      }],
    },
    params: framesWith(20, 17, { table: [{}] }, { table: [{ at: { x: 3 } }] }),
    expected: { name: "Error", message: /^Cannot render frame 17 as Vega failed: .*'x'/ },
  },
  "a transform's rows": {
    spec: {
      ...square,
      data: [{ name: "table" }, {
        name: "tree",
        source: "table",
        transform: [{ type: "stratify", key: "id", parentKey: "parent" }],
      }],
    },
    params: framesWith(
      20,
      17,
      { table: [{ id: 1, parent: null }, { id: 2, parent: null }] },
      { table: [{ id: 1, parent: null }, { id: 2, parent: 1 }] },
    ),
    expected: { name: "Error", message: "Cannot render frame 17 as Vega failed: multiple roots" },
  },
};

for (const [what, { expected, ...job }] of Object.entries(inOneFrame)) {
  Deno.test(`animate() names the frame in which ${what} fails`, () => assertRejects(job, expected));
}

/** The wave with its rows in a file. */
function waveAt(url: string, format?: unknown) {
  return { ...waveSpec, data: { name: "wave", url, format } };
}

Deno.test("animate() names the dataset whose URL cannot be loaded", async () => {
  const params = framesWith(20, 17, {}, waveFrames(1)[0]);
  const url = "/missing/wave.csv";
  await assertRejects({ spec: waveAt(url), params }, {
    name: "Error",
    message:
      /^Cannot render frame 17 as .*dataset 'wave' is not given and '\/missing\/wave\.csv' could not be loaded: .*'\/missing\/wave\.csv'/,
  });
  await assertRejects({ spec: waveAt("http://127.0.0.1:1/wave.csv"), params }, {
    name: "Error",
    message:
      /^Cannot render frame 17 as .*'wave' .*'http:\/\/127\.0\.0\.1:1\/wave\.csv' could not be loaded/,
  });
});

Deno.test("animate() names the dataset whose file cannot be parsed", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const url = join(folder, "wave.json");
    await Deno.writeTextFile(url, "{ no rows");
    const params = framesWith(20, 0, {}, {});
    await assertRejects({ spec: waveAt(url), params }, {
      name: "Error",
      message: /^Cannot render frame 0 as .*'wave' is not given and '.*' could not be read as json/,
    });
    await assertRejects({ spec: waveAt(url, { type: "parquet" }), params }, {
      name: "Error",
      message: /could not be read as parquet: Unknown data format type: parquet$/,
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("animate() names the frame whose signal leads to a missing file", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(join(folder, "there.json"), "[]");
    const spec = {
      ...square,
      signals: [{ name: "file", value: "there" }],
      data: [{ name: "table", url: { signal: `'${folder}/' + file + '.json'` } }],
    };
    await assertRejects(
      { spec, params: framesWith(20, 17, { file: "missing" }, { file: "there" }) },
      {
        name: "Error",
        message: /^Cannot render frame 17 as Vega failed: Loading failed .*missing/,
      },
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("animate() rejects a file that is no spec", async () => {
  const path = await Deno.makeTempFile({ suffix: ".json" });
  try {
    await Deno.writeTextFile(path, "{ mark");
    await assertRejects({ spec: path }, {
      name: "TypeError",
      message: /^Cannot read the spec '.*' as it must be JSON: /,
    });
    await Deno.writeTextFile(path, "[1, 2]");
    await assertRejects({ spec: path }, {
      name: "TypeError",
      message: /^Cannot read the spec '.*' as it must be a JSON object: it holds an array of 2$/,
    });
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("still() tells what Vega-Lite warns of: it draws all the same", async () => {
  const { warn } = console;
  const warned: unknown[] = [];
  console.warn = (text) => warned.push(text);
  try {
    await still({ ...waveSpec, encoding: { ...waveSpec.encoding, xx: { field: "x" } } }, [{}]);
    // Of what is asked for beside the spec, nothing is to be told.
    const { height: _height, ...spec } = waveSpec;
    const y = { field: "y", type: "nominal" };
    const stepped = { ...spec, width: "container", encoding: { ...waveSpec.encoding, y } };
    await still(stepped, [{}], { width: 300 });
  } finally {
    console.warn = warn;
  }
  assert.deepEqual(warned, [
    "Vega-Lite: xx-encoding is dropped as xx is not a valid encoding channel.",
  ]);
});

Deno.test("animate() works after specs that it rejected", assertWorks);
