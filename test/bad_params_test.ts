/** Params that no video can be made of. */
import assert from "node:assert/strict";
import type { Animation } from "vega-reel";
import { describe } from "../kernel-lib/render/describe.ts";
import { keepWorkers } from "./keep_workers.ts";
import { assertRejects, assertWorks, type Expected } from "./rejects.ts";
import { fixedWaveSpec, waveFrames } from "./wave.ts";

keepWorkers();

/** 20 frames, of which one gives something else. */
function framesWith(index: number, values: unknown): unknown[] {
  return waveFrames(20).map((frame, i) => i === index ? values : frame);
}

const square = { width: 40, height: 40, scales: [], marks: [] };

const bad: Record<string, { params: unknown; spec?: unknown; expected: Expected }> = {
  "a name that the spec does not have": {
    params: framesWith(17, { wav: [] }),
    expected: {
      name: "TypeError",
      message: "Cannot read the params of frame 17 as 'wav' is neither a dataset nor a signal or " +
        "param of the spec: the nearest is 'wave', known names are [wave]",
    },
  },
  "a name that every object has": {
    params: framesWith(17, { hasOwnProperty: [] }),
    expected: {
      name: "TypeError",
      message: /^Cannot read the params of frame 17 as 'hasOwnProperty' is neither a dataset nor /,
    },
  },
  "a name where the spec has none": {
    spec: square,
    params: [{ size: 1 }],
    expected: {
      name: "TypeError",
      message: "Cannot read the params of frame 0 as 'size' names nothing in the spec: " +
        "it has no dataset, signal or param that can be given",
    },
  },
  "a row that is no object": {
    params: framesWith(17, { wave: [{ x: 1, y: 1 }, 5] }),
    expected: {
      name: "TypeError",
      message: "Cannot read dataset 'wave' of frame 17 as every row must be an object: row 1 is 5",
    },
  },
  "a row that is an array": {
    params: framesWith(3, { wave: [[1, 2]] }),
    expected: {
      name: "TypeError",
      message:
        "Cannot read dataset 'wave' of frame 3 as every row must be an object: row 0 is an array of 2",
    },
  },
  "a dataset that is neither rows nor columns": {
    params: framesWith(17, { wave: "x,y" }),
    expected: {
      name: "TypeError",
      message: "Cannot read dataset 'wave' of frame 17 as it must be an array of rows or an " +
        'object of columns: current value is "x,y"',
    },
  },
  "columns of unequal length": {
    params: framesWith(17, { wave: { x: new Float64Array(3), y: [1, 2] } }),
    expected: {
      name: "TypeError",
      message: "Cannot read dataset 'wave' of frame 17 as its columns must be equally long: " +
        "'x' has 3 values, 'y' has 2",
    },
  },
  "a column that is no array": {
    params: framesWith(17, { wave: { x: [1], y: 1 } }),
    expected: {
      name: "TypeError",
      message: "Cannot read dataset 'wave' of frame 17 as column 'y' must be an array or a typed " +
        "array: current value is 1",
    },
  },
  "a frame that is no object": {
    params: framesWith(17, 5),
    expected: {
      name: "TypeError",
      message: "Cannot read the params of frame 17 as they must be an object: current value is 5",
    },
  },
  "a function in a row, which no worker can be sent": {
    params: framesWith(17, { wave: [{ x: 1, y: 1 }, { x: 2, y: () => 1 }] }),
    expected: {
      name: "TypeError",
      message: "Cannot read the params of frame 17 as 'wave[1].y' must be data that can be sent " +
        "to a worker: current value is the function y",
    },
  },
  "a function in a row of the first frame": {
    params: framesWith(0, { wave: [{ x: 1, y: () => 1 }] }),
    expected: {
      name: "TypeError",
      message: /^Cannot read the params of frame 0 as 'wave\[0\]\.y'/,
    },
  },
  "a computed signal": {
    spec: {
      ...square,
      signals: [{ name: "side", value: 1 }, { name: "area", update: "side * side" }],
    },
    params: [{ side: 1 }, { area: 3 }],
    expected: {
      name: "TypeError",
      message: "Cannot read the params of frame 1 as signal 'area' is computed (side * side) and " +
        "cannot be given: give what it is computed from, 'side'",
    },
  },
  "a width that the plot is fitted to": {
    spec: { ...square, autosize: "fit" },
    params: [{}, { width: 3 }],
    expected: {
      name: "TypeError",
      message:
        "Cannot read the params of frame 1 as signal 'width' is computed (by 'autosize' of the " +
        "spec) and cannot be given: nothing that it is computed from can be given",
    },
  },
  "a width that frames made one after the other give": {
    spec: square,
    params: new Set([{ width: 3 }]),
    expected: {
      name: "TypeError",
      message:
        "Cannot read the params of frame 0 as 'width' is not among the spec's signals or params: " +
        'to give it, add { name: "width", value: ... } to them',
    },
  },
  "a padding": {
    spec: square,
    params: [{ padding: 3 }],
    expected: {
      name: "TypeError",
      message:
        "Cannot read the params of frame 0 as 'padding' is the same in all frames: the spec has it",
    },
  },
  "a derived dataset": {
    spec: { ...square, data: [{ name: "table" }, { name: "sums", source: "table" }] },
    params: [{ table: [] }, { sums: [] }],
    expected: {
      name: "TypeError",
      message: "Cannot read the params of frame 1 as dataset 'sums' is derived from 'table' and " +
        "cannot be given: give that",
    },
  },
  "undefined for a signal": {
    spec: { ...square, signals: [{ name: "side", value: 1 }] },
    params: [{ side: 1 }, { side: undefined }],
    expected: {
      name: "TypeError",
      message: "Cannot set signal 'side' of frame 1 as its value must not be undefined",
    },
  },
  "an array without a frame": {
    params: [],
    expected: {
      name: "RangeError",
      message: "Cannot animate as there must be at least one frame: 'params' is empty",
    },
  },
  "a generator without a frame": {
    params: (function* () {})(),
    expected: {
      name: "RangeError",
      message: "Cannot animate as there must be at least one frame: 'params' gives none",
    },
  },
  "an iterable that throws": {
    params: (function* () {
      yield* waveFrames(20);
      throw new RangeError("no more rows");
    })(),
    expected: {
      name: "Error",
      message: "Cannot get the params of frame 20 as the iterable threw RangeError: no more rows",
    },
  },
  "an iterable that cannot begin": {
    params: {
      [Symbol.iterator]() {
        throw new Error("closed");
      },
    },
    expected: {
      name: "Error",
      message: "Cannot get the params of frame 0 as the iterable threw Error: closed",
    },
  },
  "an async iterable that throws what is no error": {
    params: (async function* () {
      yield* waveFrames(20);
      throw "words";
    })(),
    expected: {
      name: "Error",
      message: 'Cannot get the params of frame 20 as the iterable threw "words"',
    },
  },
  "a number of frames without 'update'": {
    params: 5,
    expected: {
      name: "TypeError",
      message: "Cannot animate as a number of frames goes together with the option 'update': " +
        "'params' is 5",
    },
  },
};

for (const params of ["wave.json", undefined, null, { wave: [] }, () => []]) {
  bad[`${describe(params)} in place of frames`] = {
    params,
    expected: {
      name: "TypeError",
      message: "Cannot animate as 'params' must be an array or another iterable with one object " +
        "for each frame, or a number of frames together with 'update': " +
        `current value is ${describe(params)}` +
        (params === undefined
          ? ". They may be left out only for a Vega-Lite spec with a 'time' encoding"
          : typeof params === "function"
          ? ". Call it if it is a generator; one that makes a frame is the option 'update'"
          : ""),
    },
  };
}

for (const [what, { expected, ...job }] of Object.entries(bad)) {
  Deno.test(`animate() rejects ${what}`, () => assertRejects(job, expected));
}

for (const frames of [0, -1, 1.5, NaN, Infinity, 1e9]) {
  Deno.test(`animate() rejects ${frames} as a number of frames`, async () => {
    await assertRejects({ params: frames, options: { update: () => ({}) } }, {
      name: "RangeError",
      message: "Cannot animate as the number of frames must be an integer from 1 to 10000000: " +
        `current value is ${frames}`,
    });
  });
}

/** Cancels a job once so many of its frames are done. */
function cancelAfter(frames: number) {
  return async (job: Animation) => {
    for await (const progress of job.progress()) if (progress.frames >= frames) job.cancel();
  };
}

/** An endless iterable of waves, and what became of it. */
class Endless {
  pulled = 0;
  closed = false;
  readonly #frame = waveFrames(1)[0];

  *[Symbol.iterator]() {
    try {
      for (;; this.pulled++) yield this.#frame;
    } finally {
      this.closed = true;
    }
  }
}

/** Frames without end can be rendered where nothing has to be settled before. */
const endless = { spec: fixedWaveSpec, options: { workers: 1 } };

Deno.test("Animation.cancel() ends an endless iterable", async () => {
  const params = new Endless();
  await assertRejects({ ...endless, params, during: cancelAfter(30) }, {
    name: "AbortError",
    message: /^The animation was cancelled: \d+ frames were done, none of them is kept$/,
  });
  assert(params.closed);
});

Deno.test("Animation.cancel() ends an endless async iterable", async () => {
  const waves = new Endless();
  const params = (async function* () {
    yield* waves;
  })();
  await assertRejects({ ...endless, params, during: cancelAfter(30) }, {
    name: "AbortError",
    message: /^The animation was cancelled: \d+ frames were done/,
  });
  assert(waves.closed);
});

Deno.test("animate() pulls no more of an endless iterable than its workers are soon to draw", async () => {
  const params = new Endless();
  const options = {
    workers: 1,
    update: (params: unknown, { index }: { index: number }) =>
      index === 20 ? new Promise(() => {}) : params,
  };
  const during = async (job: Animation) => {
    for await (const { frames } of job.progress()) {
      if (frames < 20) continue;
      // Time enough for thousands more, if nothing held it back.
      await new Promise((resolve) => setTimeout(resolve, 300));
      job.cancel();
    }
  };
  await assertRejects({ spec: fixedWaveSpec, params, options, during }, {
    name: "AbortError",
    message: "The animation was cancelled: 20 frames were done, none of them is kept",
  });
  // Of segments of 15 frames one is done, two are under way, and one is at hand.
  assert(params.pulled <= 60, `${params.pulled} frames were pulled`);
});

Deno.test("Animation.cancel() ends an async iterable that gives nothing", async () => {
  let closed = false;
  const begun = Promise.withResolvers<void>();
  const params = {
    [Symbol.asyncIterator]: () => ({
      next() {
        begun.resolve();
        return new Promise(() => {});
      },
      return() {
        closed = true;
        return Promise.resolve({ done: true });
      },
    }),
  };
  const during = (job: Animation) => begun.promise.then(() => setTimeout(job.cancel, 300));
  await assertRejects({ params, during }, {
    name: "AbortError",
    message: "The animation was cancelled: 0 frames were done, none of them is kept",
  });
  assert(closed);
});

Deno.test("animate() closes the iterable of a job that fails", async () => {
  const params = new Endless();
  const options = {
    update(params: unknown, { index }: { index: number }) {
      if (index === 20) throw new Error("no");
      return params;
    },
  };
  await assertRejects({ params, options }, {
    name: "Error",
    message: "Cannot render frame 20 as 'update' threw Error: no",
  });
  assert(params.closed);
});

Deno.test("animate() tells why a job failed, not what its iterable threw when it was closed", async () => {
  const params = {
    [Symbol.iterator]: () => ({
      next: () => ({ done: false, value: 5 }),
      return() {
        throw new Error("cannot close");
      },
    }),
  };
  await assertRejects({ params }, {
    name: "TypeError",
    message: "Cannot read the params of frame 0 as they must be an object: current value is 5",
  });
});

Deno.test("animate() works after params that it rejected", assertWorks);
