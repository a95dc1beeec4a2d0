/** Options that do not exist, or whose value breaks their rule. */
import assert from "node:assert/strict";
import { animate } from "vega-reel";
import { assertRejects, assertWorks, type Expected } from "./rejects.ts";
import { waveFrames, waveSpec } from "./wave.ts";

const later: string[] = [];

for (const name of ["widht", "frameRate", ...later]) {
  Deno.test(`animate() rejects the unknown option '${name}'`, async () => {
    await assertRejects({ options: { [name]: 1 } }, {
      name: "TypeError",
      message: new RegExp(
        `^Cannot animate as there is no option '${name}': the nearest is '\\w+', ` +
          `known options are \\[output, fps, .*\\]$`,
      ),
    });
  });
}

Deno.test("animate() suggests the nearest option", async () => {
  await assertRejects({ options: { widht: 640 } }, {
    name: "TypeError",
    message: /no option 'widht': the nearest is 'width'/,
  });
});

const pixels = "an integer from 2 to 16384";
const numbers: Record<string, { rule: string; values: unknown[] }> = {
  fps: { rule: "a positive number of at most 1000", values: [0, -1, NaN, Infinity, 1e9, "30"] },
  width: { rule: pixels, values: [0, -2, NaN, 10.5, 1, 1e9, "640", null] },
  height: { rule: pixels, values: [0, -2, NaN, 10.5, 1, 1e9, true] },
  scale: { rule: "a positive number of at most 100", values: [0, -1, NaN, Infinity, 1e9] },
  workers: { rule: "an integer from 1 to 1024", values: [0, -1, NaN, 1.5, 1e9, "2"] },
  segmentFrames: { rule: "an integer from 1 to 10000", values: [0, -1, NaN, 1.5, 1e9] },
  frameTimeout: { rule: "a positive number of seconds", values: [0, -1, NaN] },
  crf: { rule: "a number from 0 to 51", values: [-1, 52, NaN] },
  hold: { rule: "a number of seconds from 0 to 3600", values: [-1, NaN, Infinity, "2"] },
  seed: { rule: "a safe integer", values: [0.5, NaN, 2 ** 60] },
};

const others: Record<string, { rule: string; values: unknown[] }> = {
  output: { rule: "a path", values: ["", 5, null] },
  background: { rule: "a CSS colour", values: ["", 5] },
  config: { rule: "an object", values: ["dark", 5] },
  domains: {
    rule: '"shared" or "frame", or an object with one of these for each scale',
    values: ["each", 5, null],
  },
  fonts: { rule: "an object with the path of a file for each font", values: ["Lato", 5] },
  update: { rule: "a function, or the path or URL of a module", values: ["", 5, {}] },
  signal: { rule: "an AbortSignal", values: [5, {}] },
  encoder: { rule: 'one of "auto", "nvenc", "x264"', values: [5, null] },
  raster: { rule: 'one of "auto", "cairo", "skia"', values: [1] },
  preset: { rule: 'one of "draft", "standard", "fine"', values: [3, null] },
  cache: { rule: "true, false or a folder", values: ["", 5, null] },
  resources: {
    rule: "an object with 'base', a folder or URL, and 'allow', a list of hosts and folders",
    values: ["./data", 5, null],
  },
  embed: { rule: 'one of "auto", true, false', values: [0] },
  executor: {
    rule: '"local", "dask:ADDRESS", "loky:N", "ipyparallel:PROFILE", "parsl:CONFIG.py", or ' +
      '"MODULE:FUNCTION" of Python',
    values: ["", 5, null, "loky:0", "dsak:tcp://127.0.0.1:8786", "parsl:config.toml"],
  },
  onProgress: { rule: "a function", values: ["log"] },
};

for (const [name, { rule, values }] of Object.entries({ ...numbers, ...others })) {
  Deno.test(`animate() rejects a value of '${name}' that is not ${rule}`, async () => {
    for (const value of values) {
      const text = typeof value === "string"
        ? JSON.stringify(value)
        : typeof value === "object" && value !== null
        ? "an object with the keys []"
        : String(value);
      await assertRejects({ options: { [name]: value } }, {
        name: name in numbers && typeof value === "number" ? "RangeError" : "TypeError",
        message: `Cannot animate as '${name}' must be ${rule}: current value is ${text}`,
      });
    }
  });
}

const bad: Record<string, { options: Record<string, unknown>; expected: Expected }> = {
  "an unknown encoder, and suggests the nearest": {
    options: { encoder: "x265" },
    expected: {
      name: "TypeError",
      message: `Cannot animate as 'encoder' must be one of "auto", "nvenc", "x264" ` +
        `(the nearest is "x264"): current value is "x265"`,
    },
  },
  "a width together with a scale": {
    options: { width: 640, scale: 2 },
    expected: {
      name: "TypeError",
      message: "Cannot animate as 'scale' and 'width' do not go together: " +
        "current values are 2 and 640",
    },
  },
  "a height together with a scale": {
    options: { height: 360, scale: 0.5 },
    expected: {
      name: "TypeError",
      message: "Cannot animate as 'scale' and 'height' do not go together: " +
        "current values are 0.5 and 360",
    },
  },
  "a scale that makes the video too wide": {
    options: { scale: 100 },
    expected: {
      name: "RangeError",
      message:
        /^Cannot animate as the video's width must be at most 16384 pixels: at the scale 100/,
    },
  },
  "a size of too many pixels": {
    options: { width: 16_384, height: 16_384 },
    expected: {
      name: "RangeError",
      message: "Cannot animate as the video must have at most 35651584 pixels: " +
        "16384 x 16384 are 268435456",
    },
  },
  "a background that is no colour": {
    options: { background: "not a colour" },
    expected: {
      name: "TypeError",
      message: `Cannot draw as 'background' must be a CSS colour: current value is "not a colour"`,
    },
  },
  "a context that no worker can be sent": {
    options: { context: { rows: [1, 2], scale: (x: number) => x } },
    expected: {
      name: "TypeError",
      message: "Cannot animate as 'context.scale' must be data that can be sent to a worker: " +
        "current value is the function scale",
    },
  },
  "an 'onProgress' that throws": {
    options: {
      onProgress() {
        throw new Error("no console");
      },
    },
    expected: { name: "Error", message: "Cannot go on as 'onProgress' threw Error: no console" },
  },
  "an 'onProgress' that rejects": {
    options: { onProgress: () => Promise.reject("words") },
    expected: { name: "Error", message: `Cannot go on as 'onProgress' threw "words"` },
  },
};

for (const [what, { options, expected }] of Object.entries(bad)) {
  Deno.test(`animate() rejects ${what}`, () => assertRejects({ options }, expected));
}

for (const options of [5, null, "fast", []]) {
  Deno.test(`animate() rejects ${JSON.stringify(options)} in place of options`, async () => {
    await assert.rejects(async () => await animate(waveSpec, waveFrames(1), options as never), {
      name: "TypeError",
      message: /^Cannot animate as the options must be an object: current value is /,
    });
  });
}

Deno.test("animate() rejects with the reason of a signal that was aborted before", async () => {
  const options = { signal: AbortSignal.abort(new RangeError("too late")) };
  await assertRejects({ options }, { name: "RangeError", message: "too late" });
  await assertRejects({ spec: "missing.json", options }, {
    name: "RangeError",
    message: "too late",
  });
});

Deno.test("animate() rejects with the reason of a signal that is aborted meanwhile", async () => {
  const options = { signal: AbortSignal.timeout(300), update: () => new Promise(() => {}) };
  await assertRejects({ options }, { name: "TimeoutError", message: /timed? ?out/i });
});

Deno.test("animate() works after options that it rejected", assertWorks);

Deno.test("animate() rejects a bad executor of the environment", async () => {
  Deno.env.set("VEGA_REEL_EXECUTOR", "the cluster");
  try {
    await assertRejects({}, {
      name: "TypeError",
      message:
        /^Cannot animate as VEGA_REEL_EXECUTOR must be "local", .*: current value is "the cluster"$/,
    });
  } finally {
    Deno.env.delete("VEGA_REEL_EXECUTOR");
  }
});
