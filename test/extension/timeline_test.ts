import assert from "node:assert/strict";
import { frameAt, frameFrom, timelineOf, timeOf } from "../../extension/src/output/timeline.ts";

Deno.test("timeOf() is a time at which frameAt() finds the frame, whatever the rate", () => {
  for (const fps of [0.5, 10, 23.976, 24, 29.97, 30, 59.94, 60, 240]) {
    const timeline = timelineOf({ frames: 100_000, fps });
    for (let frame = 0; frame < timeline.frames; frame += 37) {
      assert.equal(frameAt(timeOf(frame, timeline), timeline), frame);
      // Browsers give the time at which a frame begins, in microseconds.
      const begin = Math.round((frame / fps) * 1e6) / 1e6;
      assert.equal(frameFrom(begin, timeline), frame);
      assert.equal(frameAt(begin, timeline), frame);
    }
  }
});

Deno.test("frameAt() stays within the video", () => {
  const timeline = timelineOf({ frames: 30, fps: 30 });
  assert.equal(frameAt(1, timeline), 29);
  assert.equal(frameAt(-1, timeline), 0);
});

Deno.test("timelineOf() makes do with what is known", () => {
  assert.deepEqual(timelineOf({ frames: 60, duration: 2 }), { frames: 60, fps: 30 });
  assert.deepEqual(timelineOf({ frames: 0, duration: 2, fps: 10 }), { frames: 20, fps: 10 });
  assert.deepEqual(timelineOf({ frames: 0 }), { frames: 1, fps: 30 });
});
