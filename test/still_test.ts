import assert from "node:assert/strict";
import { createCanvas, loadImage } from "canvas";
import { Buffer } from "node:buffer";
import { still } from "vega-reel";
import { drawFresh } from "./fresh.ts";
import { keepWorkers } from "./keep_workers.ts";
import { settledJob } from "./settled.ts";
import { waveFrames, waveSpec } from "./wave.ts";

keepWorkers();

async function decode(png: Uint8Array) {
  const image = await loadImage(Buffer.from(png));
  const context = createCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  return { width: image.width, height: image.height, rgba: new Uint8Array(data) };
}

Deno.test("still() gives the pixels of a fresh view", async () => {
  const frames = waveFrames(20);
  const picture = await decode(await still(waveSpec, frames, { frame: 13, raster: "cairo" }));
  const job = await settledJob(waveSpec, frames);
  const fresh = (await drawFresh(job, frames, [13])).get(13)!;
  assert.deepEqual(picture, fresh);
});

Deno.test("still() lays the view out to the size that is asked for", async () => {
  const { width: _width, height: _height, ...spec } = waveSpec;
  const png = await still(spec, waveFrames(1), { width: 640, height: 360 });
  const { width, height } = await decode(png);
  assert.deepEqual([width, height], [640, 360]);
});

Deno.test("still() calls update for its frame", async () => {
  const spec = {
    ...waveSpec,
    title: { text: { expr: "label" } },
    params: [{ name: "label", value: "" }],
  };
  const update = (_: unknown, { index }: { index: number }) => ({
    label: `frame ${index}`,
    wave: [],
  });
  const [a, b] = [await still(spec, 10, { update, frame: 7 }), await still(spec, 10, { update })];
  assert.notDeepEqual(a, b);
});

Deno.test("still() throws on a frame that does not exist", async () => {
  await assert.rejects(still(waveSpec, waveFrames(3), { frame: 3 }), {
    name: "RangeError",
    message:
      "Cannot draw a still as 'frame' must be less than the number of frames, 3: current value is 3",
  });
  await assert.rejects(still(waveSpec, waveFrames(3), { frame: -1 }), RangeError);
});

Deno.test("still() takes no option that concerns a video", async () => {
  await assert.rejects(still(waveSpec, waveFrames(3), { output: "a.mp4" } as never), {
    name: "TypeError",
    message: /there is no option 'output'/,
  });
});
