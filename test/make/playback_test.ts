import assert from "node:assert/strict";
import { playback } from "vega-reel";

Deno.test("playback() shows each state once where the rates are equal", () => {
  assert.deepEqual(playback({ frames: 4, dataFps: 30 }), [0, 1, 2, 3]);
  assert.deepEqual(playback({ frames: 4, dataFps: 24, fps: 24 }), [0, 1, 2, 3]);
  assert.deepEqual(playback({ frames: 1, dataFps: 1000 }), [0]);
});

Deno.test("playback() repeats states in slow motion and leaves some out in time lapse", () => {
  assert.deepEqual(playback({ frames: 4, dataFps: 10, fps: 30 }), [0, 0, 0, 1, 1, 1, 2, 2, 2, 3]);
  assert.deepEqual(playback({ frames: 3, dataFps: 25, fps: 30 }), [0, 0, 1, 2]);
  assert.deepEqual(playback({ frames: 9, dataFps: 240, speed: 0.25, fps: 30 }), [0, 2, 4, 6, 8]);
  // The last state is shown although the stride passes it by.
  assert.deepEqual(playback({ frames: 11, dataFps: 240, speed: 0.5, fps: 30 }), [0, 4, 8, 10]);
});

/** A rate as a fraction. */
type Rate = [bigint, bigint];

Deno.test("playback() keeps exact time over a long video, at any rates", () => {
  const rates: Rate[] = [[1n, 10n], [1n, 3n], [24000n, 1001n], [24n, 1n], [25n, 1n], [30n, 1n]];
  rates.push([30000n, 1001n], [60n, 1n], [100n, 1n], [240n, 1n], [1000n, 1n], [44100n, 1n]);
  const speeds: Rate[] = [[1n, 100n], [1n, 10n], [1n, 4n], [1n, 3n], [7n, 10n], [1n, 1n], [3n, 1n]];
  const number = ([a, b]: Rate) => Number(a) / Number(b);
  for (const data of rates) {
    for (const speed of speeds) {
      for (const fps of rates.slice(2, 8)) {
        // States a frame: top / bottom, in whole numbers.
        const top = data[0] * speed[0] * fps[1];
        const bottom = data[1] * speed[1] * fps[0];
        const frames = 1 + Math.ceil(1000 * Number(top) / Number(bottom));
        const expected: number[] = [];
        for (let i = 0n; expected.at(-1) !== frames - 1; i++) {
          expected.push(Math.min(Number(i * top / bottom), frames - 1));
        }
        const indexes = playback({
          frames,
          dataFps: number(data),
          speed: number(speed),
          fps: number(fps),
        });
        const at = `${data} states a second at the speed ${speed} and ${fps} frames a second`;
        assert.equal(indexes.length, expected.length, at);
        assert.ok(indexes.every((index, i) => index === expected[i]), at);
      }
    }
  }
});

Deno.test("playback() throws on options that are missing, unknown or out of range", () => {
  const throws = (options: unknown, name: string, message: string | RegExp) =>
    assert.throws(() => playback(options as never), { name, message });
  throws({ frames: 5 }, "TypeError", "Cannot play back as 'dataFps' must be given");
  throws({ dataFps: 5 }, "TypeError", "Cannot play back as 'frames' must be given");
  throws(
    { frames: 5, datafps: 5 },
    "TypeError",
    "Cannot play back as there is no option 'datafps': the nearest is 'dataFps', " +
      "known options are [frames, dataFps, speed, fps]",
  );
  throws(
    { frames: 0, dataFps: 5 },
    "RangeError",
    "Cannot play back as 'frames' must be a positive integer: current value is 0",
  );
  throws(
    { frames: 5, dataFps: 5, speed: -1 },
    "RangeError",
    "Cannot play back as 'speed' must be a positive number: current value is -1",
  );
  throws(
    { frames: 5, dataFps: "5" },
    "TypeError",
    `Cannot play back as 'dataFps' must be a positive number: current value is "5"`,
  );
  throws(
    { frames: 1001, dataFps: 1, speed: 1e-6 },
    "RangeError",
    /^Cannot play back as the video must have at most 10000000 frames: 1001 states at /,
  );
});
