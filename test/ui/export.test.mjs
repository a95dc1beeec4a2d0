import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { command, findChromium, startLab } from "./lab.mjs";

const chromium = findChromium();
const skip = chromium
  ? false
  : "No Chromium is here: install one, or set VEGA_REEL_CHROMIUM to its command";

const EXPORT = "vega-reel:export-notebook";

/** An output that speaks of a finished video. */
function outputOf(path, fps) {
  const job = { version: 1, id: path, state: "done", phase: "done", path, fps, format: "mp4" };
  const data = { "application/vnd.vega-reel.job.v1+json": job, "text/plain": path };
  return { output_type: "display_data", data, metadata: {} };
}

describe("Exports in JupyterLab", { skip, timeout: 180_000 }, () => {
  let lab;

  /** Writes a video that has to be encoded anew, for so many seconds of it. */
  const writeVideo = (name, seconds) => {
    const source = `testsrc=s=1280x720:r=25:d=${seconds}`;
    const path = join(lab.folder, name);
    const { status, stderr } = spawnSync(process.env.FFMPEG_PATH ?? "ffmpeg", [...[
      "-v",
      "error",
      "-f",
      "lavfi",
      "-i",
      source,
      "-c:v",
      "libx264",
      "-preset",
      "ultrafast",
    ], ...["-bf", "2", path]]);
    assert.equal(status, 0, String(stderr));
  };
  /** The sessions of exports that the server has. */
  const sessions = async () =>
    (await lab.api("api/sessions")).filter(({ type }) => type === "vega-reel-export");
  const noSessions = async () => {
    for (let i = 0; i < 200 && (await sessions()).length > 0; i++) await delay(100);
    assert.deepEqual(await sessions(), []);
  };

  before(async () => {
    lab = await startLab(chromium);
  });

  after(() => lab?.close());

  it("write one video beside the notebook, and say so", async () => {
    const animate = (color, output) =>
      `await animate({ width: 64, height: 48, background: "${color}", marks: [] }, [{}, {}], ` +
      `{ output: "${output}", embed: false });`;
    lab.writeNotebook("talk.ipynb", [
      `import { animate } from "vega-reel";\n${animate("red", "red.mp4")}`,
      animate("blue", "blue.mp4"),
    ]);
    const page = await lab.open("talk.ipynb");
    await command(page, EXPORT);
    // Nothing was run yet.
    const notice = page.locator(".jp-Notification-Toast-Message, .Toastify__toast-body");
    await notice.filter({ hasText: "must show an animation" }).waitFor();
    await noSessions();
    await command(page, "notebook:run-all-cells");
    await page.locator(".vega-reel-output[data-state=done]").nth(1).waitFor();
    await command(page, EXPORT);
    const item = page.locator(".vega-reel-ExportItem");
    await item.filter({ hasText: "Exporting talk.ipynb" }).waitFor();
    await notice.filter({ hasText: "talk.ipynb is exported to talk.mp4" })
      .waitFor();
    assert.ok(readFileSync(join(lab.folder, "talk.mp4")).length > 1000);
    await item.waitFor({ state: "hidden" });
    await noSessions();
    await page.locator(".jp-CodeCell").first().click({ button: "right" });
    await page.locator(".lm-Menu-itemLabel", { hasText: "Export Notebook as Video" }).waitFor();
    await page.close();
  });

  it("go on after a reload, and are cancelled by a button, which leaves no file and no kernel", async () => {
    writeVideo("source.mp4", 4);
    const outputs = Array.from({ length: 40 }, () => outputOf("source.mp4", 25));
    lab.writeNotebook("long.ipynb", ["1"], outputs);
    const page = await lab.open("long.ipynb");
    await command(page, EXPORT);
    const item = page.locator(".vega-reel-ExportItem");
    const going = item.filter({ hasText: /Exporting long.ipynb: video \d+ of 40/ });
    await going.waitFor();
    await page.reload();
    await going.waitFor();
    await item.getByRole("button", { name: "Cancel the export of long.ipynb" })
      .click();
    await item.waitFor({ state: "hidden" });
    await noSessions();
    const left = readdirSync(lab.folder).filter((name) => name.includes("long"));
    assert.deepEqual(left, ["long.ipynb"]);
    await page.close();
  });
});
