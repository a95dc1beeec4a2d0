/** Gives the library what nobody should: each time a result or a clear error must come back. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { readModel } from "../extension/src/model.ts";
import { readMessage } from "../extension/src/messages.ts";
import { videoPath } from "../extension/src/path.ts";
import { frameSource } from "../kernel-lib/job/frames.ts";
import { readOptions } from "../kernel-lib/job/options.ts";
import { defaultOutput } from "../kernel-lib/job/output.ts";
import { prepare } from "../kernel-lib/job/prepare.ts";
import type { Names } from "../kernel-lib/render/patch.ts";
import { bundleOf, type JobModel, MIME_TYPE } from "../kernel-lib/show/mime.ts";
import { waveSpec } from "./wave.ts";

/** A message of our own; those of the language begin in the same way. */
const CLEAR = /^Cannot (?!read propert|convert|access|set propert|destructure|mix|create|define)\S/;

/** Values that are now and then taken for something else. */
const odd = fc.constantFrom<unknown>(
  ...[
    undefined,
    null,
    NaN,
    -1,
    0,
    0.5,
    1e300,
    -Infinity,
    "",
    " ",
    "\0",
    "../..",
    "file:///etc/passwd",
  ],
  ...[
    "__proto__",
    "constructor",
    "toString",
    "javascript:alert(1)",
    "<script>",
    "http://",
    "a".repeat(1e4),
  ],
  ...[true, 10n, Symbol("odd"), () => 1, Math.max, new Date(NaN), new Map(), new Set([1]), /x/],
  ...[
    [],
    {},
    [[]],
    [null],
    Object.create(null),
    JSON.parse(`{"__proto__": {"x": 1}}`),
    new Proxy({}, {}),
  ],
  ...[new Float64Array(2), new ArrayBuffer(8), new URL("ftp://example.org"), Promise.resolve(1)],
);
const anything = fc.oneof(
  { weight: 2, arbitrary: odd },
  { weight: 1, arbitrary: fc.anything({ maxDepth: 3, withNullPrototype: true, withBigInt: true }) },
);

const vegaSpec = {
  width: 40,
  height: 40,
  signals: [{ name: "size", value: 5 }, { name: "twice", update: "2 * size" }],
  data: [{ name: "t", values: [{ x: 1 }], transform: [{ type: "filter", expr: "datum.x > 0" }] }],
  scales: [{ name: "x", type: "linear", range: "width", domain: { data: "t", field: "x" } }],
  axes: [{ orient: "bottom", scale: "x" }],
  marks: [{
    type: "symbol",
    from: { data: "t" },
    encode: { update: { x: { scale: "x", field: "x" }, size: { signal: "twice" } } },
  }],
};
const selectionSpec = {
  ...waveSpec,
  title: { text: ["A", "title"] },
  params: [{ name: "pick", select: { type: "point", fields: ["x"] } }],
  layer: [{ mark: "line" }, { mark: "point", transform: [{ filter: { param: "pick" } }] }],
  mark: undefined,
};
const animatedSpec = {
  data: { values: [{ year: 1990, n: 1 }, { year: 2000, n: 2 }] },
  mark: "bar",
  encoding: {
    x: { field: "n", type: "quantitative" },
    time: { field: "year", type: "ordinal", scale: { range: { step: 100 } } },
  },
};
const specs = [waveSpec, vegaSpec, selectionSpec, animatedSpec].map((spec) => ({ ...spec }));

/** A spec of which some parts are something else. */
const spec = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.tuple(
      fc.constantFrom<object>(...specs),
      fc.array(fc.tuple(fc.nat(200), anything), { maxLength: 3 }),
    ).map(([spec, changes]) => {
      const copy = structuredClone(spec);
      for (const [place, value] of changes) changePlace(copy, place, value);
      return copy;
    }),
  },
  { weight: 1, arbitrary: anything },
);

/** Frames of which some parts are something else. */
const params = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.array(
      fc.dictionary(
        fc.constantFrom("wave", "size", "twice", "t", "pick", "__proto__", "nobody"),
        anything,
        { maxKeys: 2 },
      ),
      { maxLength: 3 },
    ),
  },
  { weight: 1, arbitrary: anything },
  { weight: 1, arbitrary: fc.constant(2) },
);

/** The options, and where nothing is to be opened that they name. */
const names = [
  "output",
  "fps",
  "width",
  "height",
  "scale",
  "background",
  "config",
  "domains",
  "fonts",
  "hold",
  "update",
  "context",
  "seed",
  "frameTimeout",
  "signal",
  "workers",
  "segmentFrames",
  "encoder",
  "preset",
  "crf",
  "raster",
  "check",
  "cache",
  "resources",
  "embed",
  "show",
  "onProgress",
  "nobody",
  "__proto__",
];
const options = fc.oneof(
  { weight: 9, arbitrary: fc.dictionary(fc.constantFrom(...names), anything, { maxKeys: 2 }) },
  { weight: 1, arbitrary: anything },
);

/** Puts a value in the place of a part of an object, counted in depth-first order. */
function changePlace(root: object, place: number, value: unknown): void {
  const places: [Record<string, unknown>, string][] = [];
  const visit = (inner: unknown, depth = 0) => {
    // A typed array takes numbers alone.
    if (typeof inner !== "object" || inner === null || ArrayBuffer.isView(inner)) return;
    if (depth > 20) return;
    for (const key of Object.keys(inner)) {
      places.push([inner as Record<string, unknown>, key]);
      visit((inner as Record<string, unknown>)[key], depth + 1);
    }
  };
  visit(root);
  const [holder, key] = places[place % places.length];
  holder[key] = copyOf(value);
}

/** A copy, so that the values to choose from stay what they are; of functions there is none. */
function copyOf(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return value;
  }
}

/** Asserts that something is done, or fails with an error that says what. */
async function assertClear(action: () => unknown): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
    assert.ok(error instanceof Error, `${typeof error} was thrown`);
    assert.match(error.message, CLEAR, String(error.stack));
  }
}

/** All names that the specs have, so that params are looked at without compiling. */
const known: Names = {
  datasets: ["wave", "t"],
  signals: ["size"],
  selections: {
    pick: { dataset: "pick_store", type: "point", unit: "", fields: [{ type: "E", field: "x" }] },
  },
  computed: { twice: "2 * size" },
  inputs: { twice: ["size"] },
  derived: {},
  missing: {},
} as unknown as Names;

async function pull(params: unknown, names: Names, hasUpdate: boolean): Promise<void> {
  const frames = frameSource(params, names, hasUpdate);
  for (let i = 0; i < 5 && await frames.next(); i++);
  frames.close();
}

/** Options, alone. */
const optionsAlone = fc.asyncProperty(
  options,
  (options) => assertClear(() => readOptions(options)),
);

/** Params, with the names that a spec has. */
const paramsAlone = fc.asyncProperty(
  params,
  fc.boolean(),
  (params, hasUpdate) => assertClear(() => pull(params, known, hasUpdate)),
);

/** All three together, up to where workers would begin. */
const together = fc.asyncProperty(
  spec,
  params,
  options,
  (spec, params, options) =>
    assertClear(async () => {
      const { update: _update, resources: _resources, ...read } = readOptions(options);
      const { signal } = new AbortController();
      const resolved = { ...read, update: undefined, resources: { allow: [] } };
      const prepared = await prepare(spec, params, resolved, "skia", signal);
      assert.match(defaultOutput(prepared.written), FILE_NAME);
      for (let i = 0; i < 5 && await prepared.frames.next(); i++);
      prepared.frames.close();
    }),
);

/** A name in the folder where it is used: neither hidden nor a path, and that of a video. */
export const FILE_NAME = /^[\p{L}\p{N}][\p{L}\p{N}-]*-[0-9a-f]{8}\.mp4$/u;

const fields = [
  "version",
  "id",
  "state",
  "phase",
  "started",
  "frames",
  "total",
  "framesPerSecond",
  "secondsLeft",
  "seconds",
  "workers",
  "encoder",
  "raster",
  "segments",
  "kept",
  "path",
  "fps",
  "duration",
  "width",
  "height",
  "bytes",
  "codec",
  "error",
];
const state = fc.constantFrom("running", "done", "failed", "cancelled");
const model = fc.oneof(
  fc.tuple(
    state,
    fc.dictionary(fc.constantFrom(...fields), fc.oneof(anything, fc.string(), fc.nat()), {
      maxKeys: 6,
    }),
  )
    .map(([state, changes]) => ({ version: 1, id: "a", state, segments: "3d1r", ...changes })),
  anything,
);

/** What an output holds, read as the extension does, and shown again. */
const models = fc.asyncProperty(model, fc.string(), async (data, path) => {
  const reading = readModel(data);
  if (reading.kind === "job") {
    assertPlain(reading.job);
    assertShown(reading.job);
    // What was read is read again as it is.
    assert.deepEqual(readModel(structuredClone(reading.job)), reading);
    assertBelow(videoPath("notebooks/a.ipynb", reading.job.path ?? ""));
  }
  assertBelow(videoPath("notebooks/a.ipynb", path));
  for (const msg_type of ["display_data", "update_display_data", "comm_msg", "__proto__"]) {
    readMessage({ header: { msg_type }, content: { data: { [MIME_TYPE]: data } } });
    if (typeof data === "object" && data !== null) {
      readMessage({ header: { msg_type }, content: data });
    }
  }
  await Promise.resolve();
});

/** Only what JSON can say, and no number that is none. */
function assertPlain(job: JobModel): void {
  assert.deepEqual(JSON.parse(JSON.stringify(job)), job);
}

/** Whatever a job says of itself, its HTML holds the elements that it is made of and no others. */
function assertShown(job: JobModel): void {
  const { "text/html": html, "text/plain": text } = bundleOf(job);
  assert.equal(typeof text, "string");
  const elements = [...String(html).matchAll(/<\/?([^\s>]*)/g)].map(([, name]) => name);
  assert.deepEqual(
    elements.filter((name) => !["div", "video", "progress", "pre"].includes(name)),
    [],
  );
  const sources = [...String(html).matchAll(/ src="([^"]*)"/g)].map(([, url]) => url);
  for (const url of sources) assert.doesNotMatch(url, /^[^/]*:/);
}

function assertBelow(path: string | undefined): void {
  if (path === undefined) return;
  assert.ok(!path.split("/").includes("..") && !path.startsWith("/"), path);
}

/** What is tried, each with the share of all cases that it has. */
const PROPERTIES = { options: optionsAlone, params: paramsAlone, models, together };

/**
 * Tries so many cases of each kind.
 *
 * @returns How many were tried.
 */
export async function fuzz(
  cases: Record<keyof typeof PROPERTIES, number>,
  seed?: number,
): Promise<number> {
  let tried = 0;
  for (const [kind, numRuns] of Object.entries(cases)) {
    await fc.assert(PROPERTIES[kind as keyof typeof PROPERTIES] as fc.IAsyncProperty<unknown>, {
      numRuns,
      seed,
      interruptAfterTimeLimit: undefined,
      endOnFailure: true,
    });
    tried += numRuns;
  }
  return tried;
}
