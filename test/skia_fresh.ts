/**
 * Draws the frames of a trap with fresh views on Skia, and compares them with a lossless video.
 * Run by itself: Vega takes the canvas library that it measures text with when it is loaded.
 *
 * Usage: skia_fresh.ts TRAP VIDEO WIDTH HEIGHT
 */
import { createCanvas } from "@napi-rs/canvas";

Object.assign(globalThis, { document: { createElement: () => createCanvas(1, 1) } });

const { drawFresh } = await import("./fresh.ts");
const { settledJob } = await import("./settled.ts");
const { toYuv420 } = await import("../kernel-lib/render/convert.ts");
const { traps } = await import("./render/traps.ts");
const { runFfmpeg } = await import("./video.ts");

const [name, path, width, height] = Deno.args;
const size = Number(width) * Number(height) * 3 / 2;
const { stdout } = await runFfmpeg([
  ...["-v", "error", "-i", path, "-f", "rawvideo", "-pix_fmt", "yuv420p", "pipe:1"],
]);
const { spec, frames } = traps[name];
let differences = 0;
const job = await settledJob(spec, frames, { raster: "skia" });
for (const [index, pixels] of await drawFresh(job, frames)) {
  const expected = new Uint8Array(size);
  toYuv420(pixels.rgba, expected, pixels.width, pixels.height, "rgba");
  const actual = stdout.subarray(index * size, (index + 1) * size);
  differences += expected.filter((value, i) => value !== actual[i]).length;
}
console.log(differences);
