import assert from "node:assert/strict";
import { mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { findChromium } from "../ui/lab.mjs";
import { writeNumberedVideo } from "./numbered_video.mjs";
import { screenshot, skipped, startPages } from "./pages.mjs";

const chromium = findChromium();

describe("Player", { skip: skipped(chromium), timeout: 180_000 }, () => {
  let pages;
  let page;
  let bytes;

  before(async () => {
    pages = await startPages(chromium);
    for (const folder of ["folder", "secret"]) {
      mkdirSync(join(pages.folder, folder));
      writeNumberedVideo(join(pages.folder, folder, "wave.mp4"));
    }
    bytes = statSync(join(pages.folder, "folder", "wave.mp4")).size;
    const frame = { width: 640, height: 360, fragmented: true };
    writeNumberedVideo(join(pages.folder, "first.mp4"), { ...frame, frames: 15 });
    writeNumberedVideo(join(pages.folder, "more.mp4"), { ...frame, frames: 30 });
  });

  after(() => pages?.close());

  afterEach(() => page?.close());

  /** Opens a page with the video; resolves as soon as its first frame is there. */
  async function openVideo(options, changes = {}) {
    page = await pages.open(options);
    await page.evaluate(
      async (changes) => {
        show(doneJob(changes));
        await ready();
      },
      { bytes, ...changes },
    );
    return page;
  }

  /** The frame whose picture is shown, the one that the output tells, and the slider's. */
  function frames() {
    return page.evaluate(async () => {
      const video = find("player .vega-reel-video");
      await until(() => !video.seeking, "the end of seeking");
      await new Promise((resolve) => setTimeout(resolve, 50));
      const told = Number(/\d+/.exec(find("frame").textContent)[0]);
      return [shownNumber(), told, find("slider").valueAsNumber];
    });
  }

  it("plays and pauses", async () => {
    await openVideo();
    await page.getByRole("button", { name: "Play" }).click();
    const pause = page.getByRole("button", { name: "Pause" });
    await pause.waitFor();
    await page.evaluate(() => until(() => find("player .vega-reel-video").currentTime > 0.2));
    await pause.click();
    const [shown, told, slider] = await frames();
    assert.ok(shown >= 6, `${shown}`);
    assert.deepEqual([told, slider], [shown, shown]);
    assert.equal(await page.evaluate(() => find("player .vega-reel-video").paused), true);
  });

  it("shows exactly the frame that it tells", async () => {
    await openVideo();
    assert.deepEqual(await frames(), [0, 0, 0]);
    assert.equal(await page.locator(".vega-reel-frame").textContent(), "frame 0 of 0–29");
    for (const frame of [29, 1, 14, 15, 16, 7]) {
      await page.locator(".vega-reel-slider").fill(String(frame));
      assert.deepEqual(await frames(), [frame, frame, frame]);
      const time = await page.evaluate(() => find("player .vega-reel-video").currentTime);
      assert.ok(Math.abs(time - (frame + 0.5) / 30) < 1e-5, `${time}`);
    }
    assert.equal(
      await page.locator(".vega-reel-slider").getAttribute("aria-valuetext"),
      "frame 7 of 0 to 29",
    );
  });

  it("steps over every frame, forward and back", async () => {
    await openVideo();
    const forward = page.getByRole("button", { name: "One frame forward" });
    for (let frame = 1; frame < 30; frame++) {
      await forward.click();
      assert.deepEqual(await frames(), [frame, frame, frame]);
    }
    await forward.click();
    assert.deepEqual(await frames(), [29, 29, 29]);
    // Faster than a frame can be sought.
    await page.evaluate(() => {
      const [, back] = output.node.querySelectorAll(".vega-reel-icon-button");
      for (let n = 0; n < 12; n++) back.click();
    });
    assert.deepEqual(await frames(), [17, 17, 17]);
  });

  it("obeys keys, which do not reach the notebook", async () => {
    await openVideo();
    await page.evaluate(() => {
      globalThis.leaked = [];
      document.addEventListener("keydown", ({ key }) => leaked.push(key));
    });
    const video = page.locator(".vega-reel-player video");
    await video.focus();
    const presses = [
      ...[
        [".", 1],
        [".", 2],
        ["ArrowRight", 3],
        [",", 2],
        ["ArrowLeft", 1],
        ["End", 29],
      ],
      ...[
        ["Home", 0],
        ["PageUp", 29],
        ["PageDown", 0],
        ["Shift+ArrowRight", 29],
      ],
    ];
    for (const [key, frame] of presses) {
      await page.keyboard.press(key);
      assert.deepEqual(await frames(), [frame, frame, frame], key);
    }
    await page.keyboard.press("Home");
    await page.keyboard.press("Space");
    await page.getByRole("button", { name: "Pause" }).waitFor();
    await page.keyboard.press("Space");
    await page.getByRole("button", { name: "Play" }).waitFor();
    // On the slider they do the same.
    await page.locator(".vega-reel-slider").focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowRight");
    assert.deepEqual(await frames(), [1, 1, 1]);
    await page.keyboard.press("d");
    assert.deepEqual(await page.evaluate(() => leaked), []);
    const shielded = page.locator("[data-lm-suppress-shortcuts] video");
    assert.equal(await shielded.count(), 1);
    // JupyterLab's own: save the notebook, run the cell.
    for (const key of ["Control+d", "Shift+Enter"]) {
      await page.keyboard.press(key);
      assert.equal(await shielded.count(), 0, key);
    }
    assert.deepEqual(await page.evaluate(() => leaked), ["Control", "d", "Enter"]);
  });

  it("loops and changes its speed", async () => {
    await openVideo({ setUp: { settings: { loop: false } } });
    const state = () =>
      page.evaluate(() => {
        const { loop, playbackRate } = find("player .vega-reel-video");
        return [loop, playbackRate];
      });
    assert.deepEqual(await state(), [false, 1]);
    const loop = page.getByRole("button", { name: "Start again at the end" });
    assert.equal(await loop.getAttribute("aria-pressed"), "false");
    await loop.click();
    assert.equal(await loop.getAttribute("aria-pressed"), "true");
    await page.getByLabel("Speed").selectOption("4");
    assert.deepEqual(await state(), [true, 4]);
    const times = await page.evaluate(async () => {
      const video = find("player .vega-reel-video");
      await video.play();
      await until(() => video.currentTime > 0.5);
      await until(() => video.currentTime < 0.5);
      return video.paused;
    });
    assert.equal(times, false);
  });

  it("saves the frame that is shown as PNG", async () => {
    await openVideo();
    await page.locator(".vega-reel-slider").fill("12");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save this frame as PNG" }).click(),
    ]);
    assert.equal(download.suggestedFilename(), "wave-frame-0012.png");
    const png = readFileSync(await download.path()).toString("base64");
    const saved = await page.evaluate(async (png) => {
      const image = new Image();
      image.src = `data:image/png;base64,${png}`;
      await image.decode();
      return [image.width, image.height, shownNumber(image)];
    }, png);
    assert.deepEqual(saved, [64, 36, 12]);
    await page.evaluate(() => until(() => blobs.size === 0));
  });

  it("downloads the video, and copies its path", async () => {
    await openVideo();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Download" }).click(),
    ]);
    assert.equal(download.suggestedFilename(), "wave.mp4");
    const video = join(pages.folder, "folder", "wave.mp4");
    assert.deepEqual(readFileSync(await download.path()), readFileSync(video));
    await page.getByRole("button", { name: "Copy path" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    const calls = await page.evaluate(() => globalThis.calls.filter(([name]) => name === "copy"));
    assert.deepEqual(calls, [["copy", "folder/wave.mp4"]]);
  });

  it("fills the screen with its controls", async () => {
    await openVideo();
    await page.getByRole("button", { name: "Full screen" }).click();
    await page.getByRole("button", { name: "Leave full screen" }).waitFor();
    const seen = await page.evaluate(() => {
      const bottom = find("facts").getBoundingClientRect().bottom;
      return [
        document.fullscreenElement === output.node,
        find("player .vega-reel-video").getBoundingClientRect().height > 0.8 * innerHeight,
        Math.abs(bottom - innerHeight) < 2,
      ];
    });
    assert.deepEqual(seen, [true, true, true]);
    await screenshot(page, "full-screen");
    await page.getByRole("button", { name: "Leave full screen" }).click();
    await page.getByRole("button", { name: "Full screen", exact: true }).waitFor();
  });

  it("loads the video once for each render", async () => {
    await openVideo();
    const sources = await page.evaluate(async (bytes) => {
      const video = find("player .vega-reel-video");
      const sources = [];
      new MutationObserver(() => sources.push(video.getAttribute("src"))).observe(video, {
        attributes: true,
        attributeFilter: ["src"],
      });
      video.currentTime = 0.5;
      show(doneJob({ bytes, seconds: 3 }));
      show(doneJob({ bytes }));
      await new Promise((resolve) => setTimeout(resolve, 100));
      return [sources, video.currentTime, find("facts").textContent];
    }, bytes);
    assert.deepEqual(sources.slice(0, 2), [[], 0.5]);
    assert.match(sources[2], /^30 frames, 1\.0 s, 640x360, H\.264 by x264, rendered in 0\.6 s on/);
  });

  it("prefers the video inside the notebook", async () => {
    page = await pages.open();
    const data = readFileSync(join(pages.folder, "folder", "wave.mp4")).toString("base64");
    const seen = await page.evaluate(async (data) => {
      show(doneJob({ path: "elsewhere.mp4" }), {
        html: `<div><video src="data:video/mp4;base64,${data}"></video></div>`,
      });
      const video = await ready();
      return [video.src.slice(0, 5), calls];
    }, data);
    assert.deepEqual(seen, ["blob:", []]);
  });

  it("finds the video beside the notebook, also on another drive", async () => {
    await openVideo(
      { setUp: { notebook: "RTC:folder/deep/wave.ipynb" } },
      {
        path: "../wave.mp4",
      },
    );
    const calls = await page.evaluate(() => globalThis.calls);
    assert.deepEqual(calls, [["get", "RTC:folder/wave.mp4"]]);
  });

  it("reads the video itself where the browser has not the right to", async () => {
    await openVideo({ setUp: { notebook: "secret/wave.ipynb" } });
    assert.equal(
      await page.evaluate(() => find("player .vega-reel-video").src.slice(0, 5)),
      "blob:",
    );
    assert.deepEqual(await frames(), [0, 0, 0]);
    await page.evaluate(() => {
      output.dispose();
      if (blobs.size > 0) throw new Error("left");
    });
  });

  it("says what is missing, and what has changed", async () => {
    page = await pages.open();
    await page.evaluate(() => show(doneJob({ path: "out/other.mp4" })));
    await page.getByText("out/other.mp4 was expected beside this notebook").waitFor();
    assert.equal(await page.getByRole("button", { name: "Play" }).isEnabled(), false);
    await page.evaluate(() => show(doneJob({ path: "../../other.mp4" })));
    await page.getByText("The video cannot be shown").waitFor();
    await page.evaluate(() => show(doneJob({ bytes: 7 })));
    await page.getByText("The file has changed since this render.").waitFor();
    await page.evaluate(() => ready());
    assert.equal(await page.getByRole("button", { name: "Play" }).isEnabled(), true);
  });

  it("plays by itself when it is done, if the user wants that", async () => {
    const setUp = { settings: { autoplay: true, loop: true } };
    for (
      const [reducedMotion, wasRunning, plays] of [
        ["no-preference", true, true],
        ["no-preference", false, false],
        ["reduce", true, false],
      ]
    ) {
      page = await pages.open({ setUp, page: { reducedMotion } });
      const seen = await page.evaluate(
        async ([wasRunning, bytes]) => {
          if (wasRunning) show(job());
          show(doneJob({ bytes }));
          const video = await ready();
          await new Promise((resolve) => setTimeout(resolve, 200));
          return [!video.paused, video.muted, video.loop];
        },
        [wasRunning, bytes],
      );
      assert.deepEqual(seen, [plays, true, true]);
      await page.close();
    }
  });

  it("goes on where it was when its cell comes back into the page", async () => {
    await openVideo({ setUp: { settings: { loop: true } } });
    const seen = await page.evaluate(async () => {
      const { Widget } = reel;
      const main = document.getElementById("main");
      const video = find("player .vega-reel-video");
      const away = async () => {
        Widget.detach(output);
        await new Promise((resolve) => setTimeout(resolve, 100));
        Widget.attach(output, main);
      };
      video.currentTime = 0.5;
      await until(() => !video.seeking);
      await away();
      const paused = [video.paused, video.currentTime];
      await video.play();
      await away();
      await until(() => !video.paused, "playing");
      return { paused, same: video === find("player .vega-reel-video") };
    });
    assert.deepEqual(seen, { paused: [true, 0.5], same: true });
    // And it still knows which frame is shown.
    await page.getByRole("button", { name: "Pause" }).click();
    const [shown, told] = await frames();
    assert.equal(told, shown);
  });

  it("plays the finished beginning, goes on as more comes, and hands over to the video", async () => {
    page = await pages.open();
    await page.evaluate(async () => {
      const load = async (name) => await (await fetch(`/files/${name}`)).blob();
      const [first, more] = [await load("first.mp4"), await load("more.mp4")];
      globalThis.preview = { frames: 0, toBlob: () => (preview.frames > 15 ? more : first) };
      preview.changed = new reel.Signal(preview);
      previews.set("job-1", preview);
      show(job({ total: 60, frames: 10 }));
    });
    const begin = page.getByRole("button", { name: "Play the finished beginning" });
    assert.equal(await begin.count(), 0);
    await page.evaluate(() => {
      preview.frames = 15;
      renders.changed.emit();
      globalThis.bar = find("bar");
    });
    const height = await page.evaluate(() => output.node.getBoundingClientRect().height);
    await begin.click();
    const seen = await page.evaluate(async () => {
      const video = await until(() => find("watch video"));
      await new Promise((resolve) => video.addEventListener("ended", () => setTimeout(resolve)));
      const last = shownNumber(video);
      // The job goes on below.
      show(job({ total: 60, frames: 40 }));
      const goesOn = find("bar") === bar && bar.getAttribute("aria-valuenow");
      preview.frames = 30;
      preview.changed.emit();
      const longer = await until(() => find("watch video:not(:first-child)") ?? undefined);
      await until(() => find("watch").children.length === 1 && !longer.paused);
      return { last, goesOn, from: longer.currentTime, blobs: blobs.size };
    });
    assert.equal(seen.last, 14);
    assert.equal(seen.goesOn, "40");
    assert.ok(seen.from >= 0.45, `${seen.from}`);
    assert.equal(seen.blobs, 1);
    await screenshot(page, "watching");
    assert.equal(await page.evaluate(() => output.node.getBoundingClientRect().height), height);
    const handed = await page.evaluate(async (bytes) => {
      const watched = find("watch video");
      await until(() => watched.currentTime > 0.6);
      const time = watched.currentTime;
      show(doneJob({ bytes }));
      const video = output.node.querySelector("video[tabindex]");
      const from = await new Promise((resolve) => {
        video.addEventListener("playing", () => resolve(video.currentTime), { once: true });
      });
      return [from - time, blobs.size, find("player").querySelectorAll("video").length];
    }, bytes);
    assert.ok(handed[0] >= -0.01 && handed[0] < 0.4, `${handed}`);
    assert.deepEqual(handed.slice(1), [0, 1]);
  });

  it("leaves the finished beginning for the progress", async () => {
    page = await pages.open();
    await page.evaluate(async () => {
      const blob = await (await fetch("/files/first.mp4")).blob();
      const preview = { frames: 15, toBlob: () => blob };
      preview.changed = new reel.Signal(preview);
      previews.set("job-1", preview);
      show(job());
    });
    const begin = page.getByRole("button", { name: "Play the finished beginning" });
    await begin.click();
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByRole("button", { name: "Play", exact: true }).waitFor();
    await page.getByRole("button", { name: "Back to the progress" }).click();
    await begin.waitFor();
    assert.deepEqual(await page.evaluate(() => [blobs.size, output.node.querySelector("video")]), [
      0,
      null,
    ]);
    await begin.click();
    await page.evaluate(async () => {
      await until(() => find("watch video")?.currentTime > 0);
      const video = find("watch video");
      output.dispose();
      if (blobs.size > 0 || video.hasAttribute("src")) throw new Error("left");
    });
  });
});
