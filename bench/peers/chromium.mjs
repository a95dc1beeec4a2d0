/**
 * A scene in headless Chromium: Vega draws, each frame is a screenshot, ffmpeg encodes.
 *
 *     node chromium.mjs FRAMES OUTPUT [--lossless] < JSON of the compiled spec and the params
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus } from "node:os";
import { chromium } from "playwright-core";

const [count, output] = process.argv.slice(2);
const frames = Number(count);
const quality = process.argv.includes("--lossless") ? "0" : "23";
const [spec, params] = JSON.parse(readFileSync(0, "utf8"));
const vega = createRequire(import.meta.url).resolve("vega").replace(/[^/]*$/, "vega.min.js");

const browser = await chromium.launch({ executablePath: process.env.VEGA_REEL_CHROMIUM });
const ffmpeg = spawn(process.env.FFMPEG_PATH ?? "ffmpeg", [
  ...["-v", "error", "-y", "-f", "image2pipe", "-c:v", "mjpeg", "-r", "30", "-i", "-"],
  ...["-c:v", "libx264", "-preset", "ultrafast", "-crf", quality, "-pix_fmt", "yuv420p", output],
], { stdio: ["pipe", "inherit", "inherit"] });
const ended = new Promise((resolve) => ffmpeg.on("exit", resolve));

const viewport = { width: 1280, height: 720 };
const pages = await Promise.all(
  cpus().map(async () => {
    const page = await browser.newPage({ viewport });
    await page.setContent("<body style='margin:0'><div id='view'></div>");
    await page.addScriptTag({ path: vega });
    await page.evaluate(async (spec) => {
      const view = new globalThis.vega.View(globalThis.vega.parse(spec), {
        renderer: "canvas",
        container: "#view",
      });
      globalThis.view = await view.runAsync();
    }, spec);
    return page;
  }),
);

const pictures = new Map();
let next = 0;
let written = 0;
await Promise.all(pages.map(async (page) => {
  while (next < frames) {
    const frame = next++;
    await page.evaluate(async (rows) => {
      const { view, vega } = globalThis;
      await view.change("points", vega.changeset().remove(vega.truthy).insert(rows)).runAsync();
    }, params[frame].points);
    // JPEG is the faster of its formats; at this quality the loss is small.
    pictures.set(frame, await page.screenshot({ type: "jpeg", quality: 95 }));
    while (pictures.has(written)) {
      const picture = pictures.get(written);
      pictures.delete(written++);
      if (!ffmpeg.stdin.write(picture)) await new Promise((go) => ffmpeg.stdin.once("drain", go));
    }
  }
}));
ffmpeg.stdin.end();
if (await ended !== 0) process.exitCode = 1;
await browser.close();
