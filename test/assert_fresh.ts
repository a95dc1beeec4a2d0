/** Compares videos with fresh views. */
import assert from "node:assert/strict";
import { animate, type AnimateOptions, type Video } from "vega-reel";
import { toYuv420 } from "../kernel-lib/render/convert.ts";
import { drawFresh, type Values } from "./fresh.ts";
import { settledJob } from "./settled.ts";
import { runFfmpeg } from "./video.ts";

/** Asserts that every frame of a video, drawn by Cairo, is what a fresh view draws. */
export async function assertFresh(
  // Specs are plain JSON here.
  // deno-lint-ignore no-explicit-any
  spec: any,
  frames: Values[],
  options: AnimateOptions = {},
): Promise<Video> {
  const folder = await Deno.makeTempDir();
  try {
    // Without loss, the file holds the very pixels that were drawn.
    const video = await animate(spec, frames, {
      ...{ crf: 0, segmentFrames: 3, workers: 2, raster: "cairo", show: false, cache: false },
      ...options,
      output: `${folder}/video.mp4`,
    });
    const { stdout } = await runFfmpeg([
      ...["-v", "error", "-i", video.path, "-f", "rawvideo", "-pix_fmt", "yuv420p", "pipe:1"],
    ]);
    const size = video.width * video.height * 3 / 2;
    assert.equal(stdout.length, size * frames.length);
    const order = frames.map((_, i) => i).reverse();
    const job = await settledJob(spec, frames, options);
    for (const [index, pixels] of await drawFresh(job, frames, order)) {
      assert.deepEqual([video.width, video.height], [pixels.width, pixels.height]);
      const expected = new Uint8Array(size);
      toYuv420(pixels.rgba, expected, pixels.width, pixels.height, "rgba");
      const actual = stdout.subarray(index * size, (index + 1) * size);
      assert.equal(countDifferences(expected, actual), 0, `frame ${index} differs`);
    }
    return video;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The number of bytes that differ. */
export function countDifferences(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) return Math.max(a.length, b.length);
  let differences = 0;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) differences++;
  return differences;
}
