import assert from "node:assert/strict";
import { readModel } from "../../extension/src/model.ts";

const JOB = {
  version: 1,
  id: "job-1",
  state: "running",
  phase: "render",
  started: 1_700_000_000_000,
  frames: 412,
  total: 900,
  framesPerSecond: 22.8,
  secondsLeft: 38.2,
  seconds: 18,
  workers: 4,
  encoder: "x264",
  raster: "cairo",
  segments: "4d2k3r",
};

function read(changes: Record<string, unknown>) {
  const reading = readModel({ ...JOB, ...changes });
  assert.equal(reading.kind, "job");
  return (reading as Extract<typeof reading, { kind: "job" }>).job;
}

Deno.test("readModel() takes a job over as it is", () => {
  assert.deepEqual(read({}), JOB);
  const more = {
    kept: 3,
    width: 640,
    height: 360,
    bytes: 1,
    fps: 30,
    duration: 2,
    path: "a.mp4",
    where: "a: 3",
  };
  assert.deepEqual(read(more), { ...JOB, ...more });
});

Deno.test("readModel() refuses what is no job", () => {
  const values = [undefined, null, 1, "job", [], [JOB], {}, { ...JOB, version: "1" }];
  const jobs = [{ version: 0 }, { version: NaN }, { id: "" }, { id: {} }, { state: "__proto__" }];
  for (const value of [...values, ...jobs.map((changes) => ({ ...JOB, ...changes }))]) {
    assert.deepEqual(readModel(value), { kind: "broken" }, JSON.stringify(value));
  }
});

Deno.test("readModel() knows a newer version", () => {
  assert.deepEqual(readModel({ version: 2 }), { kind: "newer", version: 2 });
});

Deno.test("readModel() leaves out fields of a wrong type and numbers that are none", () => {
  const job = read({
    ...{ frames: -1, total: "900", framesPerSecond: Infinity, secondsLeft: NaN, workers: 1.5 },
    ...{ segments: "1x", width: 1e300, height: null, bytes: "1", fps: 0, path: ["a"], kept: {} },
    ...{ encoder: 7, error: new Error("no text"), phase: null },
  });
  assert.deepEqual(job, {
    ...{ version: 1, id: "job-1", state: "running", phase: "", started: JOB.started, frames: 0 },
    ...{ total: null, framesPerSecond: 0, secondsLeft: null, seconds: 18, workers: 0 },
    ...{ encoder: null, raster: "cairo", segments: "" },
  });
});

Deno.test("readModel() shortens texts without end", () => {
  assert.equal(read({ error: "e".repeat(1e6) }).error!.length, 20_001);
  assert.equal(read({ segments: "1d".repeat(1e5) }).segments, "");
});
