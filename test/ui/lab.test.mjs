import assert from "node:assert/strict";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { command, findChromium, notebookReady, outputsOf, startLab } from "./lab.mjs";

const chromium = findChromium();
const skip = chromium
  ? false
  : "No Chromium is here: install one, or set VEGA_REEL_CHROMIUM to its command";

/** A notebook whose animation takes some seconds. */
const SLOW = [
  `import { animate } from "vega-reel";
const spec = {
  title: "A slow cosine",
  data: { name: "wave" },
  mark: "line",
  width: 640,
  height: 300,
  encoding: {
    x: { field: "x", type: "quantitative" },
    y: { field: "y", type: "quantitative", scale: { domain: [-1, 1] } },
  },
};`,
  `await animate(spec, 150, {
  // Not every character of a path can stand in a URL.
  output: "slow #1, 100%.mp4",
  embed: false,
  workers: 2,
  update: async (_, { index }) => {
    await new Promise((resolve) => setTimeout(resolve, 30));
    return {
      wave: Array.from({ length: 100 }, (_, x) => ({ x, y: Math.cos((x + index) / 9) })),
    };
  },
})`,
  "6 * 7",
];

describe("animate() in JupyterLab", { skip, timeout: 180_000 }, () => {
  let lab;
  let playsH264;

  before(async () => {
    lab = await startLab(chromium);
    playsH264 = await lab.playsH264();
    lab.copyNotebook("01_wave.ipynb");
    lab.writeNotebook("slow.ipynb", SLOW);
    lab.writeNotebook("stop.ipynb", SLOW);
  });

  after(() => lab?.close());

  it("shows the wave notebook's video, which plays, also when the notebook is opened again", async (t) => {
    const page = await lab.open("01_wave.ipynb");
    await command(page, "notebook:run-all-cells");
    const outputs = outputsOf(page, "await animate(");
    await outputs.locator("video").waitFor();
    assert.equal(await outputs.count(), 1);
    if (!playsH264) return t.skip("This Chromium cannot play H.264");
    await assertPlays(outputs.locator("video"), {
      duration: 2,
      width: 1280,
      height: 720,
    });
    await page.locator(".jp-CodeCell", { hasText: "await animate(" })
      .evaluate((cell) => cell.scrollIntoView());
    await outputs.locator("video").hover();
    await screenshot(page, "wave");

    await page.evaluate(() => globalThis.jupyterapp.commands.execute("docmanager:save"));
    await page.reload();
    await notebookReady(page);
    assert.equal(await outputs.count(), 1);
    await assertPlays(outputs.locator("video"), {
      duration: 2,
      width: 1280,
      height: 720,
    });
    await page.close();
  });

  it("shows a bar that moves, and then the video in its place", async (t) => {
    const page = await lab.open("slow.ipynb", "JupyterLab Dark");
    await command(page, "notebook:run-all-cells");
    const outputs = outputsOf(page, "await animate(");
    const bar = outputs.locator("progress[value]");
    await bar.waitFor();
    assert.equal(await bar.getAttribute("max"), "150");
    const values = await page.evaluate(async () => {
      const values = new Set();
      // The bar is there as long as the job runs.
      for (let bar; (bar = document.querySelector("progress[value]"));) {
        values.add(bar.value);
        if (values.size > 3) break;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return [...values];
    });
    assert.ok(values.length > 3, `the bar's values: ${values}`);
    assert.deepEqual(values, values.toSorted((a, b) => a - b));
    const running = await outputs.boundingBox();
    await screenshot(page, "bar-dark");

    await outputs.locator("video").waitFor();
    assert.equal(await outputs.count(), 1);
    const done = await outputs.boundingBox();
    assert.ok(
      Math.abs(done.height - running.height) < 2,
      `${running.height}, ${done.height}`,
    );
    await outputsOf(page, "6 * 7").getByText("42").waitFor();
    await screenshot(page, "slow-dark");
    if (!playsH264) return t.skip("This Chromium cannot play H.264");
    await assertPlays(outputs.locator("video"), { duration: 5 });
    await page.close();
  });

  it("says that a job was cancelled by the Stop button, and the kernel goes on", async () => {
    const page = await lab.open("stop.ipynb", "JupyterLab Light");
    await command(page, "notebook:run-all-cells");
    const outputs = outputsOf(page, "await animate(");
    await page.waitForFunction(() => document.querySelector("progress[value]")?.value > 0);
    await screenshot(page, "bar");
    await page.locator(
      '.jp-NotebookPanel-toolbar [data-command="notebook:interrupt-kernel"]',
    )
      .click();
    await outputs.getByText(
      /^The animation was cancelled: \d+ of 150 frames were done/,
    )
      .first().waitFor();
    // The kernel runs what was queued behind the cell.
    await outputsOf(page, "6 * 7").getByText("42").waitFor();
    await screenshot(page, "stopped");
    await page.close();
  });
});

async function assertPlays(video, { duration, width, height }) {
  const seen = await video.evaluate(async (video) => {
    const event = (name) =>
      new Promise((resolve, reject) => {
        const fail = () => reject(new Error(video.error?.message));
        if (video.error) fail();
        video.addEventListener("error", fail, { once: true });
        video.addEventListener(name, resolve, { once: true });
      });
    if (video.readyState < 1) await event("loadedmetadata");
    const { duration, videoWidth, videoHeight } = video;
    await video.play();
    while (video.currentTime < 0.2) await event("timeupdate");
    video.pause();
    const sought = event("seeked");
    video.currentTime = duration - 0.5;
    await sought;
    const { currentTime, readyState } = video;
    return { duration, videoWidth, videoHeight, currentTime, readyState };
  });
  assert.ok(
    Math.abs(seen.duration - duration) < 0.05,
    `duration ${seen.duration}`,
  );
  assert.ok(
    Math.abs(seen.currentTime - (seen.duration - 0.5)) < 0.05,
    `at ${seen.currentTime}`,
  );
  assert.ok(seen.readyState >= 2, `readyState ${seen.readyState}`);
  if (width) {
    assert.deepEqual([seen.videoWidth, seen.videoHeight], [width, height]);
  }
}

/** For people to look at: set VEGA_REEL_SCREENSHOTS to a folder. */
async function screenshot(page, name) {
  const folder = process.env.VEGA_REEL_SCREENSHOTS;
  if (folder) await page.screenshot({ path: `${folder}/${name}.png` });
}
