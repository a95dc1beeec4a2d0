import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { findChromium } from "../ui/lab.mjs";
import { writeNumberedVideo } from "./numbered_video.mjs";
import { screenshot, skipped, startPages } from "./pages.mjs";

const chromium = findChromium();
const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

describe("RenderedJob", { skip: skipped(chromium), timeout: 120_000 }, () => {
  let pages;
  let page;

  before(async () => {
    pages = await startPages(chromium);
    mkdirSync(join(pages.folder, "folder"));
    const video = join(pages.folder, "folder", "wave.mp4");
    writeNumberedVideo(video, { width: 640, height: 360 });
  });

  after(() => pages?.close());

  afterEach(() => page?.close());

  it("patches the elements of a running job in place", async () => {
    page = await pages.open({ setUp: { settings: { updateRate: 1000 } } });
    const seen = await page.evaluate(async () => {
      show(job({ frames: 412, segments: "4d2k1d3r5w" }));
      const before = [...output.node.querySelectorAll("*")];
      const removed = [];
      new MutationObserver((records) => {
        for (const { removedNodes } of records) {
          removed.push(...[...removedNodes].filter((node) => node.nodeType === Node.ELEMENT_NODE));
        }
      }).observe(output.node, { childList: true, subtree: true });
      show(job({ frames: 500, framesPerSecond: 30, secondsLeft: 9, segments: "6d2k1f1d5r" }));
      await until(() => find("phase") && find("figures").textContent.includes("500"));
      return {
        same: before.every((element) => output.node.contains(element)),
        removed: removed.length,
        figures: find("figures").innerText,
      };
    });
    assert.deepEqual(seen, {
      same: true,
      removed: 0,
      figures: "500 of 900 frames\n30 frames/s\n9.0 s left",
    });
  });

  it("keeps its element and its height from the first bar to the video", async () => {
    page = await pages.open();
    for (const width of [900, 500, 240]) {
      await page.setViewportSize({ width, height: 800 });
      const { same, heights } = await page.evaluate(async () => {
        const { node } = output;
        const heights = [];
        const measure = () => heights.push(node.getBoundingClientRect().height);
        const id = crypto.randomUUID();
        renders.running.push({ model: { id } });
        show(job({ id }));
        measure();
        show(doneJob({ id }));
        measure();
        await ready();
        measure();
        return { same: node === output.node && node.isConnected, heights };
      });
      assert.equal(same, true);
      // The file's size is not the model's, which the facts say in narrow outputs in a line more.
      const [running, done, playing] = heights;
      assert.equal(done, running, `at a width of ${width}`);
      assert.ok(playing - running <= 20, `${heights} at a width of ${width}`);
    }
  });

  it("tells how far a job is to those who look and to those who listen", async () => {
    page = await pages.open();
    const read = () =>
      page.evaluate(() => {
        const bar = find("bar");
        const names = ["role", "aria-valuemin", "aria-valuemax", "aria-valuenow", "aria-valuetext"];
        return [...names.map((name) => bar.getAttribute(name)), find("phase").textContent];
      });
    await page.evaluate(() =>
      show(job({ id: "a", phase: "scan", frames: 7, total: null, secondsLeft: null }))
    );
    const unknown = ["progressbar", "0", null, null, "7 frames", "Measuring the layout"];
    assert.deepEqual(await read(), unknown);
    await page.evaluate(() => show(job({ id: "b", secondsLeft: 38.2 })));
    assert.deepEqual(await read(), [
      ...["progressbar", "0", "900", "412", "412 of 900 frames, 38 s left", "Rendering"],
    ]);
    assert.equal(
      await page.evaluate(() => find("facts").textContent),
      "640x360, 30 fps, x264, Cairo, 4 workers",
    );
  });

  it("says that it waits for news where the job is not heard", async () => {
    page = await pages.open();
    const phases = await page.evaluate(() => {
      const phase = () => find("phase").textContent;
      const hear = (...ids) => {
        renders.running = ids.map((id) => ({ model: { id } }));
        renders.changed.emit();
      };
      show(job());
      const phases = [phase()];
      hear("another");
      phases.push(phase());
      hear("another", "job-1");
      return [...phases, phase()];
    });
    assert.deepEqual(phases, ["Rendering", "Waiting for news of the render", "Rendering"]);
  });

  it("says seldom what has come to pass", async () => {
    page = await pages.open({ setUp: { settings: { updateRate: 1000 } } });
    const said = await page.evaluate(async () => {
      const said = [];
      const live = find("announcer");
      new MutationObserver(() => said.push(live.textContent)).observe(live, { childList: true });
      show(job({ frames: 0 }));
      await until(() => said.length > 0);
      for (let frames = 10; frames <= 900; frames += 10) {
        show(job({ frames }));
        await new Promise((resolve) => setTimeout(resolve, 4));
      }
      show(job({ state: "failed", error: "Cannot draw frame 7" }));
      await until(() => said.at(-1).includes("frame 7"));
      return said;
    });
    assert.equal(said[0], "Rendering an animation");
    assert.equal(said.at(-1), "The animation failed: Cannot draw frame 7");
    assert.ok(said.length <= 4, said.join("; "));
  });

  it("says nothing of jobs that had ended before", async () => {
    page = await pages.open();
    const said = await page.evaluate(async () => {
      show(job({ state: "failed", error: "Cannot draw frame 7" }));
      await new Promise((resolve) => setTimeout(resolve, 100));
      return find("announcer").textContent;
    });
    assert.equal(said, "");
  });

  it("shows updates no more often than the user wants, and the end at once", async () => {
    page = await pages.open({ setUp: { settings: { updateRate: 2 } } });
    const seen = await page.evaluate(async () => {
      const shown = [];
      const text = () => find("figures").textContent;
      show(job({ frames: 0 }));
      new MutationObserver(() => shown.push(performance.now())).observe(find("figures"), {
        childList: true,
        characterData: true,
        subtree: true,
      });
      const begin = performance.now();
      let frames = 0;
      while (performance.now() - begin < 1600) {
        show(job({ frames: ++frames, framesPerSecond: 0, secondsLeft: null }));
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      await until(() => text() === `${frames} of 900 frames`);
      show(job({ frames: frames + 1 }));
      show(job({ state: "cancelled", error: "The animation was cancelled" }));
      const atOnce = find("error").textContent;
      return { gaps: shown.slice(2).map((time, n) => time - shown[n + 1]), atOnce };
    });
    assert.equal(seen.atOnce, "The animation was cancelled");
    assert.ok(seen.gaps.length >= 1);
    for (const gap of seen.gaps) assert.ok(gap > 450, `${seen.gaps}`);
  });

  it("begins the bar of a phase at nothing, at once", async () => {
    page = await pages.open({ setUp: { settings: { updateRate: 1000 } } });
    const widths = await page.evaluate(async () => {
      show(job({ phase: "scan", frames: 900 }));
      const fill = find("fill");
      const width = () => Math.round(100 * fill.offsetWidth / fill.parentElement.clientWidth);
      await until(() => width() === 100);
      show(job({ phase: "render", frames: 0 }));
      await until(() => find("figures").textContent.startsWith("0 of"));
      return width();
    });
    assert.equal(widths, 0);
  });

  it("fills a tick for each segment, in any order", async () => {
    page = await pages.open();
    const seen = await page.evaluate(() => {
      show(job({ segments: "1d1w1k2r1f1d" }));
      const ticks = [...find("ticks").children];
      // Each state has a shape of its own; one alone could be told by its colour only.
      const shape = (tick) => {
        const { backgroundSize, marginTop, backgroundImage } = getComputedStyle(tick);
        return `${backgroundSize} ${marginTop} ${backgroundImage.split("gradient").length}`;
      };
      return {
        states: ticks.map((tick) => tick.dataset.state),
        shapes: new Set(ticks.map(shape)).size,
        label: find("ticks").getAttribute("aria-label"),
        role: find("ticks").getAttribute("role"),
      };
    });
    assert.deepEqual(seen, {
      states: ["done", "waiting", "reused", "rendering", "rendering", "failed", "done"],
      shapes: 5,
      label: "3 of 7 segments done, 1 reused, 1 failed",
      role: "img",
    });
  });

  it("needs no more elements for a million frames", async () => {
    page = await pages.open();
    const seen = await page.evaluate(() => {
      const segments = Array.from({ length: 8400 }, (_, n) => "drwk"[(n * n) % 4]);
      show(job({ total: 1e6, frames: 5e5, segments: `4000d1f${"1r".repeat(2)}4000w399k` }));
      return {
        ticks: find("ticks").childElementCount,
        elements: output.node.querySelectorAll("*").length,
        states: [...new Set([...find("ticks").children].map((tick) => tick.dataset.state))],
        segments: segments.length,
      };
    });
    assert.ok(seen.ticks <= 200 && seen.ticks > 100, `${seen.ticks}`);
    assert.ok(seen.elements < 300, `${seen.elements}`);
    assert.deepEqual(seen.states, ["done", "failed", "waiting", "rendering", "reused"]);
  });

  it("cancels, and says so until it is done", async () => {
    page = await pages.open();
    await page.evaluate(() => show(job()));
    const cancel = page.getByRole("button", { name: "Cancel" });
    await page.evaluate(() => (globalThis.answer = false));
    await cancel.click();
    assert.deepEqual(await page.evaluate(() => calls), [["cancel", "job-1"]]);
    assert.equal(await cancel.isEnabled(), true);
    await page.evaluate(() => (globalThis.answer = true));
    await cancel.click();
    assert.equal(await page.getByRole("button", { name: "Cancelling…" }).isEnabled(), false);
  });

  it("has no Cancel and no Run again outside of notebooks", async () => {
    page = await pages.open({ setUp: { inNotebook: false } });
    await page.evaluate(() => show(job()));
    assert.equal(await page.getByRole("button").count(), 0);
    await page.evaluate(() => show(job({ state: "failed", error: "No" })));
    assert.equal(await page.getByRole("button").count(), 0);
  });

  it("says why there is no video, what is kept, and runs the cell again", async () => {
    page = await pages.open();
    const error = "Cannot render frame 217 as dataset 'wave' must be rows:\n  current value is 7";
    await page.evaluate(
      (error) => show(job({ state: "failed", error, segments: "4d2k1f3w", kept: 6 })),
      error,
    );
    assert.equal(await page.locator(".vega-reel-error").textContent(), error);
    assert.equal(
      await page.locator(".vega-reel-kept").textContent(),
      "6 of 10 segments are kept: running the cell again goes on from there.",
    );
    assert.equal(await page.locator('.vega-reel-tick[data-state="failed"]').count(), 1);
    await page.getByRole("button", { name: "Run again" }).click();
    assert.deepEqual(await page.evaluate(() => calls), [["runAgain", true]]);
    await page.evaluate(() => show(job({ state: "cancelled", error: "Cancelled", kept: 0 })));
    assert.match(await page.locator(".vega-reel-kept").textContent(), /^No segment is kept/);
  });

  it("says that an output is of a newer version, or damaged", async () => {
    page = await pages.open();
    const read = () => page.evaluate(() => output.node.innerText.trim());
    await page.evaluate(() => show({ version: 2, id: "<b>2</b>" }));
    assert.match(await read(), /newer version of Vega Reel \(format 2\)/);
    for (const data of [undefined, null, 7, "text", [], { version: 1 }, { version: "1" }]) {
      await page.evaluate((data) => show(data), data);
      assert.equal(await read(), "This output of Vega Reel is damaged. Run the cell again.");
    }
    // And what is whole is shown again.
    await page.evaluate(() => show(job()));
    assert.match(await read(), /^Rendering/);
  });

  it("shows hostile data as text, and asks for nothing outside", async () => {
    page = await pages.open();
    const requests = [];
    page.on("request", (request) => requests.push(request.url()));
    const alarms = await page.evaluate(async () => {
      globalThis.alarms = 0;
      const evil = `<img src=x onerror="alarms++"><script>alarms++</script>" onload="alarms++`;
      const text = { phase: evil, encoder: evil, raster: evil, id: evil, error: evil, codec: evil };
      const numbers = { width: 1e15, height: 1, fps: 1e15, bytes: 1e15, frames: 1e15, total: 1 };
      const html = `<video src="data:video/mp4;base64,AAAA" onerror="alarms++"></video>` +
        `<img src="/evil.png" onerror="alarms++"><script>alarms++</script>`;
      const paths = [evil, "../../x.mp4", "/etc/x.mp4", "javascript:alarms++//x.mp4", "a.html"];
      for (const changes of [text, numbers, { ...text, ...numbers }]) {
        for (const state of ["running", "done", "failed", "cancelled"]) {
          for (const path of paths) {
            show(job({ ...changes, state, path }), { html: state === "done" ? "" : html });
            await new Promise((resolve) => setTimeout(resolve));
          }
        }
      }
      show(doneJob({ ...text, id: "html", path: "x.html" }), { html });
      await new Promise((resolve) => setTimeout(resolve, 100));
      const strange = output.node.querySelectorAll("img, script, iframe, [onerror], [onload]");
      return [globalThis.alarms, strange.length, output.node.getBoundingClientRect().height < 2000];
    });
    assert.deepEqual(alarms, [0, 0, true]);
    assert.deepEqual(
      requests.filter((url) => !url.startsWith("blob:")),
      [],
    );
  });

  it("shows a GIF, and of a folder of pictures the first and where they are", async () => {
    page = await pages.open();
    // A GIF of one pixel; browsers tell a picture's type by its content.
    const gif = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";
    writeFileSync(join(pages.folder, "folder", "wave.gif"), Buffer.from(gif, "base64"));
    mkdirSync(join(pages.folder, "folder", "frames"), { recursive: true });
    const first = join(pages.folder, "folder", "frames", "frame-000000.png");
    writeFileSync(first, Buffer.from(gif, "base64"));
    const seen = await page.evaluate(async () => {
      const shown = [];
      const look = async (changes, more) => {
        show(
          doneJob({
            id: crypto.randomUUID(),
            codec: changes.format,
            encoder: changes.format,
            ...changes,
          }),
          more,
        );
        const image = () => output.node.querySelector("img");
        await until(() => image().hidden || (image().complete && image().naturalWidth > 0));
        const notice = find("notice");
        const path = image().src && new URL(image().src);
        shown.push([
          path && (path.protocol === "blob:" ? "blob" : path.pathname),
          notice.hidden ? "" : notice.textContent,
          find("text").textContent.split(",")[0],
          [...output.node.querySelectorAll("[data-command]")].filter(({ hidden }) => !hidden)
            .map((control) => control.dataset.command).join(" "),
        ]);
      };
      await look({ format: "gif", path: "wave.gif" });
      await look({ format: "png", path: "frames/frame-000000.png" });
      const html = '<img src="data:image/gif;base64,' +
        "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7" + '">';
      await look({ format: "gif", path: "gone.gif" }, { html });
      await look({ format: "gif", path: "gone.gif" });
      await look({ format: "gif", path: "wave.gif" }, { trusted: false });
      return shown;
    });
    const facts = seen[0][2].replace("wave.gif: ", "");
    assert.deepEqual(seen, [
      ["/files/folder/wave.gif", "", `wave.gif: ${facts}`, "download copy-path"],
      ["/files/folder/frames/frame-000000.png", "", `frames/: ${facts}`, "copy-path"],
      ["blob", "", `gone.gif: ${facts}`, "download copy-path"],
      [
        "",
        "The video is not here: gone.gif was expected beside this notebook. " +
        "Run the cell again, or put the file there.",
        `gone.gif: ${facts}`,
        "",
      ],
      ["", "Trust this notebook to play the video", `wave.gif: ${facts}`, ""],
    ]);
  });

  it("is inert in a notebook that is not trusted, until it is", async () => {
    page = await pages.open();
    const requests = [];
    page.on("request", (request) => requests.push(request.url()));
    await page.evaluate(() => show(doneJob(), { trusted: false, html: "<video></video>" }));
    await page.getByText("Trust this notebook to play the video").waitFor();
    const enabled = "button:enabled:not([hidden]), input:enabled, select:enabled, a[href]";
    assert.equal(await page.locator(enabled).count(), 0);
    assert.equal(await page.locator("video[src]").count(), 0);
    assert.match(await page.locator(".vega-reel-facts").innerText(), /^30 frames, 1.0 s, 640x360/);
    await page
      .locator(".vega-reel-stage")
      .press("Space")
      .catch(() => {});
    assert.deepEqual(requests, []);
    await page.evaluate(async () => {
      globalThis.before = output.node.querySelector("video");
      show(doneJob());
      if ((await ready()) !== globalThis.before) throw new Error("another element");
    });
    for (const state of ["running", "failed"]) {
      await page.evaluate((state) => show(job({ state }), { trusted: false }), state);
      assert.equal(await page.locator(enabled).count(), 0);
      await page.evaluate((state) => show(job({ state })), state);
      assert.equal(await page.locator(enabled).count(), 1);
    }
  });

  it("lets go of everything when it is disposed of", async () => {
    page = await pages.open();
    const running = await page.evaluate(() => {
      const before = timers.size;
      show(job());
      show(job({ frames: 500 }));
      show(job({ frames: 501 }));
      const held = timers.size - before;
      output.dispose();
      return { held, left: timers.size - before };
    });
    assert.deepEqual(running, { held: 2, left: 0 });

    const data = readFileSync(join(pages.folder, "folder", "wave.mp4")).toString("base64");
    const done = await page.evaluate(async (data) => {
      setUp();
      const before = timers.size;
      show(doneJob(), { html: `<video src="data:video/mp4;base64,${data}"></video>` });
      const video = await ready();
      await video.play();
      const held = blobs.size;
      output.dispose();
      output.dispose();
      await show(doneJob());
      return {
        ...{ held, left: blobs.size, timers: timers.size - before },
        ...{ source: video.hasAttribute("src"), isPaused: video.paused, data: video.readyState },
      };
    }, data);
    const expected = { held: 1, left: 0, timers: 0, source: false, isPaused: true, data: 0 };
    assert.deepEqual(done, expected);
  });

  for (const theme of ["light", "dark"]) {
    it(`has no accessibility fault in the ${theme} theme`, async () => {
      page = await pages.open({ theme });
      await page.addScriptTag({ path: axe });
      const states = {
        starting: "job({ phase: 'compile', total: null, frames: 0, segments: '' })",
        running: "job()",
        done: "doneJob()",
        untrusted: "doneJob(), { trusted: false }",
        missing: "doneJob({ path: 'elsewhere.mp4' })",
        failed:
          "job({ state: 'failed', error: 'Cannot render frame 217\\n'.repeat(30), kept: 6, segments: '4d2k1f3w' })",
        cancelled: "job({ state: 'cancelled', error: 'The animation was cancelled', kept: 0 })",
        newer: "{ version: 2 }",
        broken: "null",
      };
      for (const [state, code] of Object.entries(states)) {
        await page.evaluate(`show(${code})`);
        if (state === "done") await page.evaluate(() => ready());
        if (state === "missing") await page.getByText("was expected beside").waitFor();
        const faults = await page.evaluate(async () => {
          const { violations } = await globalThis.axe.run(output.node, {
            resultTypes: ["violations"],
          });
          return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html)}`);
        });
        assert.deepEqual(faults, [], state);
        await screenshot(page, `${state}-${theme}`);
      }
    });
  }
});
