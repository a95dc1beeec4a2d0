import assert from "node:assert/strict";
import { readModel } from "../../extension/src/model.ts";
import { doneModel, interruptedModel, isNewer, nextStep } from "../../extension/src/reconcile.ts";
import { bundleOf, MIME_TYPE } from "../../kernel-lib/show/mime.ts";
import { model } from "./job.ts";

Deno.test("nextStep() takes a job for over when its kernel is gone", () => {
  assert.equal(nextStep("gone", 0, false), "over");
});

Deno.test("nextStep() takes a job for over that is silent in an idle kernel", () => {
  assert.equal(nextStep("idle", 2500, false), "wait");
  assert.equal(nextStep("idle", 5000, false), "over");
});

Deno.test("nextStep() never takes a job for over that a busy or unknown kernel may run", () => {
  for (const kernel of ["busy", "unknown"] as const) {
    assert.equal(nextStep(kernel, 3_600_000, false), "wait");
    assert.equal(nextStep(kernel, 3_600_000, true), "look");
  }
});

const file = { size: 34_000, modified: model().started + 12_500 };

Deno.test("isNewer() is about this run of the job", () => {
  assert.equal(isNewer(file, model()), true);
  assert.equal(isNewer({ ...file, modified: model().started - 1 }, model()), false);
});

Deno.test("doneModel() has what the last message and the file tell", () => {
  const done = doneModel(model(), file);
  assert.deepEqual(done, {
    ...model(),
    state: "done",
    phase: "done",
    frames: 150,
    duration: 5,
    bytes: 34_000,
    seconds: 12.5,
    framesPerSecond: 12,
    secondsLeft: 0,
  });
  assert.deepEqual(readModel(done), { kind: "job", job: done });
});

Deno.test("doneModel() leaves out what cannot be known", () => {
  assert.equal(doneModel(model({ format: "png" }), file).bytes, undefined);
  const { frames, total, duration } = doneModel(model({ total: null, fps: undefined }), file);
  assert.deepEqual({ frames, total, duration }, { frames: 64, total: null, duration: undefined });
});

Deno.test("interruptedModel() keeps how far the job was", () => {
  const { state, frames, total, error } = interruptedModel(model(), "words");
  assert.deepEqual(
    { state, frames, total, error },
    {
      state: "cancelled",
      frames: 64,
      total: 150,
      error: "words",
    },
  );
});

Deno.test("bundleOf() escapes all that a notebook can hold", () => {
  const job = model({ path: '"><img src=x onerror=alert(1)>.mp4', encoder: "<b>" });
  const done = bundleOf(doneModel(job, file));
  assert.deepEqual(Object.keys(done), [MIME_TYPE, "text/html", "text/plain"]);
  assert.doesNotMatch(String(done["text/html"]), /<img|<b>/);
  const interrupted = bundleOf(interruptedModel(job, "<script>alert(1)</script>"));
  assert.doesNotMatch(String(interrupted["text/html"]), /<script>/);
});
