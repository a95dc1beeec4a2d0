import assert from "node:assert/strict";
import { join } from "node:path";
import { serialize } from "node:v8";
import type { Job, SegmentTask } from "../../kernel-lib/run/executor.ts";
import { seenKey, TaskKeys } from "../../kernel-lib/store/keys.ts";
import { withFolder } from "../folder.ts";

const job: Job = {
  id: "a",
  spec: { marks: [] },
  names: {
    datasets: [],
    signals: ["x"],
    selections: {},
    computed: {},
    inputs: {},
    derived: {},
    missing: {},
  },
  baseURL: "/here",
  localFiles: true,
  seed: 0,
  fps: 30,
  frames: 60,
  raster: "cairo",
  fonts: {},
  check: false,
  patchInPlace: true,
  rungB: true,
  encoding: { kind: "h264", ffmpeg: "ffmpeg", arguments: ["-crf", "21"] },
};

const task: SegmentTask = {
  job: "a",
  index: 1,
  first: 15,
  frames: 2,
  params: [{ values: { x: 1 }, update: false }, { values: { x: 2 }, update: false }],
};

function keyOf(
  changed: Record<string, unknown> = {},
  changedTask: Record<string, unknown> = {},
  encoder = "1",
): string {
  const keys = new TaskKeys({ ...job, ...changed }, "machine");
  return keys.segment({ ...task, ...changedTask } as SegmentTask, encoder);
}

Deno.test("TaskKeys.segment() takes in what decides a segment", () => {
  const other = [
    keyOf(),
    keyOf({ spec: { marks: [{}] } }),
    keyOf({ seed: 1 }),
    keyOf({ fps: 25 }),
    keyOf({ raster: "skia" }),
    keyOf({ encoding: { ...job.encoding, arguments: ["-crf", "22"] } }),
    keyOf({ picture: { width: 2 } }),
    keyOf({ something: "that is new in jobs" }),
    keyOf({}, { first: 30 }),
    keyOf({}, { params: task.params.toReversed() }),
    keyOf({}, { params: task.params.slice(1) }),
    keyOf({}, { something: "that is new in tasks" }),
    keyOf({}, {}, "2"),
    new TaskKeys(job, "other machine").segment(task, "1"),
  ];
  assert.equal(new Set(other).size, other.length);
});

Deno.test("TaskKeys.segment() leaves out what decides nothing", () => {
  const same = [
    keyOf({ id: "b", baseURL: "/there", frames: 90, frameTimeout: 1 }),
    keyOf({ encoding: { ...job.encoding, ffmpeg: "/usr/bin/ffmpeg" } }),
    // Nothing goes through it any more.
    keyOf({ update: { source: "() => ({})" }, context: 1 }),
    keyOf({}, { job: "b", index: 7 }),
  ];
  assert.deepEqual(same, same.map(() => keyOf()));
});

Deno.test("TaskKeys.segment() takes in update and its context where frames go through it", () => {
  const params = task.params.map((one) => ({ ...one, update: true }));
  const update = { source: "() => ({})" };
  const keys = [
    keyOf({ update }, { params }),
    keyOf({ update: { source: "() => ({ })" } }, { params }),
    keyOf({ update, context: 1 }, { params }),
    keyOf({ update, context: 1, seed: 1 }, { params }),
  ];
  assert.equal(new Set(keys).size, keys.length);
  assert.throws(() => keyOf({ update: { source: "() => fetch" } }, { params }), {
    message: "'update' may give something else each time: it uses 'fetch'",
  });
});

Deno.test("TaskKeys.segment() knows packed params by what they hold", () => {
  const packed = task.params.map((one) => ({
    ...one,
    values: serialize(one.values),
    packed: true,
  }));
  assert.equal(keyOf({}, { params: packed }), keyOf());
});

Deno.test("TaskKeys.segment() knows a job's fonts by their content", () =>
  withFolder((folder) => {
    const paths = ["a.ttf", "b.ttf"].map((name) => join(folder, name));
    for (const path of paths) Deno.writeTextFileSync(path, "one font");
    const key = keyOf({ fonts: { Own: paths[0] } });
    assert.equal(keyOf({ fonts: { Own: paths[1] } }), key);
    assert.notEqual(keyOf({ fonts: { Other: paths[0] } }), key);
    Deno.writeTextFileSync(paths[0], "another");
    assert.notEqual(keyOf({ fonts: { Own: paths[0] } }), key);
  }));

Deno.test("seenKey() is undefined for what cannot be hashed", () => {
  assert.equal(seenKey([{ a: 1 }]), seenKey([{ a: 1 }]));
  assert.equal(seenKey([() => 0]), undefined);
});
