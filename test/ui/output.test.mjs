import assert from "node:assert/strict";
import { cpSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { command, findChromium, notebookReady, outputsOf, startLab } from "./lab.mjs";

const chromium = findChromium();
const skip = chromium
  ? false
  : "No Chromium is here: install one, or set VEGA_REEL_CHROMIUM to its command";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** A first cell: a chart, an `update` for it, and params that say how long each frame takes. */
const PRELUDE = `import { animate } from "vega-reel";
const spec = {
  title: "A slow cosine",
  // No look at all frames is needed: they are rendered as they come.
  autosize: "none",
  padding: 40,
  data: { name: "wave" },
  mark: "line",
  width: 640,
  height: 300,
  encoding: {
    x: { field: "x", type: "quantitative", scale: { domain: [0, 100] } },
    y: { field: "y", type: "quantitative", scale: { domain: [-1, 1] } },
  },
};
const update = async ({ milliseconds, fails }, { index }) => {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  if (fails) throw new Error("Too dark");
  return {
    wave: Array.from({ length: 100 }, (_, x) => ({ x, y: Math.cos((x + index) / 9) })),
  };
};
const frames = (count, milliseconds) => Array.from({ length: count }, () => ({ milliseconds }));`;

/** A cell that takes some seconds. */
const SLOW = `await animate(spec, frames(150, 30), {
  // Not every character of a path can stand in a URL.
  output: "slow #1, 100%.mp4",
  embed: false,
  workers: 2,
  cache: false,
  update,
});`;

/** What the only job's output shows: how far it is, and its ticks one letter each. */
function look(page) {
  return page.evaluate(() => {
    const output = document.querySelector(".vega-reel-output");
    return {
      state: output.dataset.state,
      bar: output.querySelector("[role=progressbar]")?.getAttribute("aria-valuenow"),
      ticks: [...output.querySelectorAll(".vega-reel-tick")]
        .map(({ dataset: { state } }) => (state === "reused" ? "k" : state[0]))
        .join(""),
    };
  });
}

describe("an animation in JupyterLab", { skip, timeout: 300_000 }, () => {
  let lab;
  let playsH264;

  before(async () => {
    lab = await startLab(chromium);
    playsH264 = await lab.playsH264();
  });

  after(() => lab?.close());

  async function run(name, cells, theme) {
    lab.writeNotebook(name, [PRELUDE, ...cells]);
    const page = await lab.open(name, theme);
    await command(page, "notebook:run-all-cells");
    return page;
  }

  it("is a video with controls in its cell, also when the notebook is opened again", async (t) => {
    lab.copyNotebook("01_wave.ipynb");
    const page = await lab.open("01_wave.ipynb");
    await command(page, "notebook:run-all-cells");
    const outputs = outputsOf(page, "await animate(");
    await outputs.locator("video").waitFor();
    assert.equal(await outputs.count(), 1);
    const facts =
      /^60 frames, 2\.0 s, 1280x720, H\.264 by \w+, rendered in .* on \d+ workers?, \d+ kB$/;
    await outputs.getByText(facts).waitFor();
    if (!playsH264) return t.skip("This Chromium cannot play H.264");
    await assertPlays(outputs.locator("video"), { duration: 2, width: 1280, height: 720 });
    await assertSteps(outputs, { fps: 30, frames: 60 });
    await outputs.locator("video").evaluate((video) => video.scrollIntoView({ block: "end" }));
    await screenshot(page, "wave");

    // The player has the focus: what it does not use itself stays the Lab's.
    await page.keyboard.press("Control+s");
    await page.waitForFunction(() => !jupyterapp.shell.currentWidget.context.model.dirty);
    await page.reload();
    await notebookReady(page);
    // The outputs come after the cells.
    await outputs.locator("video").waitFor();
    assert.equal(await outputs.count(), 1);
    await assertPlays(outputs.locator("video"), { duration: 2, width: 1280, height: 720 });
    await page.close();
  });

  it("is a bar that moves, and then the video in its place", async (t) => {
    const page = await run("slow.ipynb", [SLOW, "6 * 7"], "JupyterLab Dark");
    const outputs = outputsOf(page, "await animate(");
    const bar = outputs.getByRole("progressbar", { name: "Rendering" });
    await bar.waitFor();
    const seen = await page.evaluate(async () => {
      const values = new Set();
      const output = document.querySelector(".vega-reel-output");
      globalThis.output = output;
      for (let bar; (bar = output.querySelector("[role=progressbar]"));) {
        if (bar.ariaValueMax === "150") values.add(Number(bar.ariaValueNow));
        if (values.size > 3) break;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return [...values];
    });
    assert.ok(seen.length > 3, `the bar's values: ${seen}`);
    assert.deepEqual(
      seen,
      seen.toSorted((a, b) => a - b),
    );
    const running = await outputs.boundingBox();
    await screenshot(page, "running-dark");
    await assertAccessible(page);

    await outputs.locator("video:not([hidden])").waitFor();
    await outputs.getByText(/^150 frames, 5\.0 s/).waitFor();
    assert.equal(await outputs.count(), 1);
    const done = await outputs.boundingBox();
    assert.ok(Math.abs(done.height - running.height) < 2, `${running.height}, ${done.height}`);
    const same = () => document.querySelector(".vega-reel-output") === globalThis.output;
    assert.ok(await page.evaluate(same), "the output's element is another one");
    await outputsOf(page, "6 * 7").getByText("42").waitFor();
    await screenshot(page, "done-dark");
    await assertAccessible(page);
    if (!playsH264) return t.skip("This Chromium cannot play H.264");
    await assertPlays(outputs.locator("video"), { duration: 5 });
    await page.close();
  });

  it("has a tick for each segment, in whatever order they are done", async () => {
    // The frames of the first segment take long, those of the last one for ever.
    const page = await run("ticks.ipynb", [
      `await animate(spec, [
  ...frames(10, 400), ...frames(70, 10), ...frames(10, 20_000)
], { output: "ticks.mp4", workers: 2, segmentFrames: 10, update });`,
    ]);
    const ticks = (expected) =>
      page.waitForFunction(
        (expected) =>
          [...document.querySelectorAll(".vega-reel-output .vega-reel-tick")]
            .map(({ dataset }) => dataset.state[0])
            .join("")
            .match(expected),
        expected,
      );
    // The first one is still being rendered when others are done.
    await ticks("^rd+[rw]+$");
    await ticks("^d{8}r$");
    await screenshot(page, "ticks");
    await page.getByRole("button", { name: "Cancel" }).click();
    await page
      .getByText(/^The animation was cancelled: \d+ of 90 frames were done/)
      .first()
      .waitFor();
    assert.equal((await look(page)).ticks, "ddddddddw");
    await page.close();
  });

  it("says which frame failed and why, and runs the cell again", async () => {
    const page = await run("failed.ipynb", [
      "let fails = true;",
      `const film = animate(spec, [...frames(47, 1), { fails }, ...frames(12, 1)], {
  output: "failed.mp4", workers: 1, update,
});
await film`,
      "fails = false;",
    ]);
    const output = outputsOf(page, "await film").locator(".vega-reel-output");
    await output.getByText(/frame 47 .*Too dark/).waitFor();
    assert.equal((await look(page)).ticks[3], "f");
    assert.equal((await look(page)).state, "failed");
    await screenshot(page, "failed");
    await assertAccessible(page);
    await page.waitForFunction(
      () => !document.querySelector(".jp-Notebook").textContent.includes("[*]"),
    );
    await output.getByRole("button", { name: "Run again" }).click();
    await output.locator("video:not([hidden])").waitFor();
    await output.getByText(/^60 frames, 2\.0 s/).waitFor();
    await page.close();
  });

  it("is cancelled by its own button and by Stop, and the kernel goes on", async () => {
    const cell = SLOW.replace("cache: false", "cache: true");
    const page = await run("cancel.ipynb", [cell, "6 * 7"], "JupyterLab Light");
    const outputs = outputsOf(page, "await animate(");
    const begun = () =>
      page.waitForFunction(() => {
        const bar = document.querySelector(".vega-reel-output [role=progressbar]");
        return Number(bar?.ariaValueNow) > 0;
      });
    const words = /^The animation was cancelled: \d+ of 150 frames were done/;
    const ticks = () => look(page).then(({ ticks }) => ticks);
    await begun();
    await page.waitForFunction(() => document.querySelector('[data-state="done"]'));
    await screenshot(page, "running");
    await outputs.getByRole("button", { name: "Cancel" }).click();
    await outputs.getByText(words).first().waitFor();
    // The kernel runs what was queued behind the cell.
    await outputsOf(page, "6 * 7").getByText("42").waitFor();
    await screenshot(page, "cancelled");
    await assertAccessible(page);
    const done = (await ticks()).match(/d/g).length;
    await outputs.getByText(`${done} of 7 segments`).last().waitFor();

    // What was finished is not rendered again, and looks different.
    await outputs.getByRole("button", { name: "Run again" }).click();
    await begun();
    await page.waitForFunction(() => document.querySelector('[data-state="reused"]'));
    await screenshot(page, "reused");
    assert.equal((await ticks()).match(/k/g).length, done);
    await page
      .locator('.jp-NotebookPanel-toolbar [data-command="notebook:interrupt-kernel"]')
      .click();
    await outputs.getByText(words).first().waitFor();
    await page.close();
  });

  it("can be watched before it is done, and goes on in the finished video", async (t) => {
    if (!playsH264) return t.skip("This Chromium cannot play H.264");
    const page = await run("beginning.ipynb", [
      `await animate(spec, frames(300, 50), {
  output: "beginning.mp4", embed: false, workers: 2, segmentFrames: 15, update,
});`,
    ]);
    const output = page.locator(".vega-reel-output");
    await output.getByRole("button", { name: "Play the finished beginning" }).click();
    const time = () =>
      output
        .locator("video")
        .last()
        .evaluate((video) => video.currentTime);
    await page.waitForFunction(
      () => document.querySelector(".vega-reel-output video")?.currentTime > 0.3,
    );
    assert.equal((await look(page)).state, "running");
    await screenshot(page, "beginning");
    await output.getByText(/^300 frames, 10\.0 s/).waitFor();
    assert.ok((await time()) > 0.3, `at ${await time()} s`);
    await page.close();
  });

  it("plays on after its cell was scrolled away and back", async (t) => {
    if (!playsH264) return t.skip("This Chromium cannot play H.264");
    const page = await run("long.ipynb", [
      `await animate(spec, frames(90, 1), { output: "long.mp4", update });`,
      ...Array.from({ length: 120 }, (_, i) => `"cell ${i}";\n\n\n\n`),
    ]);
    const video = page.locator(".vega-reel-output video");
    await page
      .locator(".vega-reel-output")
      .getByText(/^90 frames/)
      .waitFor();
    await video.evaluate((video) => {
      video.currentTime = 1.45;
    });
    const scroll = (index) =>
      page.evaluate(async (index) => {
        const { content } = globalThis.jupyterapp.shell.currentWidget;
        await content.scrollToItem(index);
        content.activeCellIndex = index;
      }, index);
    await notebookReady(page);
    await scroll(121);
    await page.getByText('"cell 119"').last().waitFor();
    await scroll(0);
    await video.waitFor();
    await page.waitForFunction(() => {
      const video = document.querySelector(".vega-reel-output video");
      return video?.readyState >= 2 && Math.abs(video.currentTime - 1.45) < 0.02;
    });
    await page.close();
  });

  it("plays in a notebook that is passed on, or says what is missing", async (t) => {
    const page = await run("shared.ipynb", [
      `await animate(spec, frames(30, 1), { output: "small.mp4", update });`,
      `await animate(spec, frames(30, 1), { output: "large.mp4", embed: false, update });`,
    ]);
    await page
      .locator(".vega-reel-output")
      .getByText(/^30 frames/)
      .nth(1)
      .waitFor();
    await page.evaluate(() => globalThis.jupyterapp.commands.execute("docmanager:save"));
    await page.close();
    // Somebody else's, who wrote a word in it: this user has not run it, and not its videos.
    const copy = JSON.parse(readFileSync(join(lab.folder, "shared.ipynb"), "utf8"));
    copy.metadata.title = "Shared";
    cpSync(join(lab.folder, "deno.json"), join(lab.folder, "elsewhere", "deno.json"));
    writeFileSync(join(lab.folder, "elsewhere", "copy.ipynb"), JSON.stringify(copy));

    const other = await lab.open("elsewhere/copy.ipynb");
    const outputs = other.locator(".vega-reel-output");
    await outputs.getByText("Trust this notebook to play the video").first().waitFor();
    assert.equal(await outputs.locator("video[src]").count(), 0);
    assert.equal(await outputs.getByRole("button", { name: "Play" }).first().isEnabled(), false);
    await screenshot(other, "untrusted");
    await command(other, "notebook:trust");
    await other.locator(".jp-Dialog .jp-mod-accept").click();
    await outputs
      .getByText("The video is not here: large.mp4 was expected beside this notebook")
      .waitFor();
    await screenshot(other, "missing");
    if (!playsH264) return t.skip("This Chromium cannot play H.264");
    await assertPlays(outputs.first().locator("video"), { duration: 1 });

    // The notebook and its video in another folder: its path is relative.
    renameSync(join(lab.folder, "large.mp4"), join(lab.folder, "elsewhere", "large.mp4"));
    await other.reload();
    await notebookReady(other);
    await assertPlays(outputs.nth(1).locator("video"), { duration: 1 });
    await other.close();
    rmSync(join(lab.folder, "elsewhere"), { recursive: true });
  });

  it("is the same in Jupyter Notebook", async (t) => {
    lab.writeNotebook("classic.ipynb", [PRELUDE, SLOW]);
    const page = await lab.openInNotebook("classic.ipynb");
    await notebookReady(page);
    await command(page, "notebook:run-all-cells");
    const outputs = outputsOf(page, "await animate(");
    await outputs.getByRole("progressbar", { name: "Rendering" }).waitFor();
    await outputs.getByText(/^150 frames, 5\.0 s/).waitFor();
    await screenshot(page, "notebook-7");
    if (!playsH264) return t.skip("This Chromium cannot play H.264");
    await assertPlays(outputs.locator("video"), { duration: 5 });
    await page.close();
  });
});

describe("an animation in JupyterLab without the extension", { skip, timeout: 120_000 }, () => {
  it("is a bar and then a video, too", async (t) => {
    const lab = await startLab(chromium, { extension: false });
    try {
      lab.writeNotebook("plain.ipynb", [PRELUDE, SLOW]);
      const page = await lab.open("plain.ipynb");
      await command(page, "notebook:run-all-cells");
      const outputs = outputsOf(page, "await animate(");
      await outputs.locator("progress[value]").waitFor();
      await outputs.locator("video").waitFor();
      assert.equal(await outputs.count(), 1);
      assert.equal(await page.locator(".vega-reel-output").count(), 0);
      await screenshot(page, "plain");
      if (!(await lab.playsH264())) return t.skip("This Chromium cannot play H.264");
      await assertPlays(outputs.locator("video"), { duration: 5 });
    } finally {
      await lab.close();
    }
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
  assert.ok(Math.abs(seen.duration - duration) < 0.05, `duration ${seen.duration}`);
  assert.ok(Math.abs(seen.currentTime - (seen.duration - 0.5)) < 0.05, `at ${seen.currentTime}`);
  assert.ok(seen.readyState >= 2, `readyState ${seen.readyState}`);
  if (width) assert.deepEqual([seen.videoWidth, seen.videoHeight], [width, height]);
}

/** By its own controls, with the mouse and with keys. */
async function assertSteps(outputs, { fps, frames }) {
  const video = outputs.locator("video");
  const slider = outputs.getByRole("slider", { name: "Frame" });
  const isAt = async (frame) => {
    await outputs.getByText(`frame ${frame} of 0–${frames - 1}`).waitFor();
    const time = await video.evaluate((video) => video.currentTime);
    assert.equal(Math.floor(time * fps), frame);
  };
  await slider.fill("12");
  await isAt(12);
  await outputs.getByRole("button", { name: /^One frame forward/ }).click();
  await isAt(13);
  await outputs.getByRole("button", { name: /^One frame back/ }).click();
  await isAt(12);
  await video.focus();
  for (
    const [key, frame] of [
      [",", 11],
      [".", 12],
      ["ArrowRight", 13],
      ["ArrowLeft", 12],
    ]
  ) {
    await video.press(key);
    await isAt(frame);
  }
}

async function assertAccessible(page) {
  await page.addScriptTag({ path: axe });
  const faults = await page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(".vega-reel-output", {
      resultTypes: ["violations"],
    });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html)}`);
  });
  assert.deepEqual(faults, []);
}

/** For people to look at: set VEGA_REEL_SCREENSHOTS to a folder. */
async function screenshot(page, name) {
  const folder = process.env.VEGA_REEL_SCREENSHOTS;
  if (folder) await page.screenshot({ path: `${folder}/${name}.png` });
}
