import assert from "node:assert/strict";
import { readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { command, findChromium, outputsOf, startLab } from "./lab.mjs";

const chromium = findChromium();
const skip = chromium
  ? false
  : "No Chromium is here: install one, or set VEGA_REEL_CHROMIUM to its command";

const MIME_TYPE = "application/vnd.vega-reel.job.v1+json";

const PRELUDE = `import { animate } from "vega-reel";
const spec = {
  // No look at all frames is needed: they are rendered as they come.
  autosize: "none",
  padding: 40,
  data: { name: "wave" },
  mark: "line",
  width: 320,
  height: 180,
  encoding: {
    x: { field: "x", type: "quantitative", scale: { domain: [0, 100] } },
    y: { field: "y", type: "quantitative", scale: { domain: [-1, 1] } },
  },
};
// With a gate, the last frame waits until that file is there.
const slow = (output, milliseconds, frames = 150, gate = undefined) =>
  animate(spec, frames, {
    output,
    embed: false,
    workers: 1,
    context: { milliseconds, gate },
    update: async (_, { index, frames, context: { milliseconds, gate } }) => {
      do await new Promise((resolve) => setTimeout(resolve, milliseconds));
      while (gate && index === frames - 1 && !await Deno.stat(gate).catch(() => false));
      return {
        wave: Array.from({ length: 100 }, (_, x) => ({ x, y: Math.cos((x + index) / 9) })),
      };
    },
  });`;

/** A job's output as it was saved in mid-render. */
function savedOutput(model) {
  return {
    output_type: "display_data",
    data: {
      [MIME_TYPE]: {
        version: 1,
        id: "saved",
        state: "running",
        phase: "render",
        started: Date.UTC(2026, 0, 1, 12),
        frames: 64,
        total: 150,
        framesPerSecond: 12.8,
        secondsLeft: 6.7,
        seconds: 5,
        workers: 2,
        encoder: "x264",
        raster: "cairo",
        segments: "4d2r4w",
        fps: 30,
        width: 320,
        height: 180,
        ...model,
      },
      "text/html": "<div>Rendering: 64 of 150 frames</div>",
      "text/plain": "Rendering: 64 of 150 frames",
    },
    metadata: {},
  };
}

/** The models of all jobs' outputs in the current notebook. */
function models(page) {
  return page.evaluate((type) => {
    const { cells } = globalThis.jupyterapp.shell.currentWidget.context.model;
    return [...cells]
      .flatMap((cell) => cell.toJSON().outputs ?? [])
      .map(({ data }) => data?.[type])
      .filter(Boolean);
  }, MIME_TYPE);
}

/** Waits until the only job of the current notebook is in a state; its model. */
async function reaches(page, state) {
  await page.waitForFunction(
    ([type, state]) => {
      const { cells } = globalThis.jupyterapp.shell.currentWidget.context.model;
      return [...cells]
        .flatMap((cell) => cell.toJSON().outputs ?? [])
        .some(({ data }) => data?.[type]?.state === state);
    },
    [MIME_TYPE, state],
  );
  return (await models(page))[0];
}

const save = (page) =>
  page.evaluate(() => globalThis.jupyterapp.commands.execute("docmanager:save"));

const enabled = (page, id) => page.evaluate((id) => jupyterapp.commands.isEnabled(id), id);

/** For people to look at: set VEGA_REEL_SCREENSHOTS to a folder. */
async function screenshot(page, name) {
  const folder = process.env.VEGA_REEL_SCREENSHOTS;
  if (folder) await page.screenshot({ path: `${folder}/${name}.png` });
}

describe("running renders in JupyterLab", { skip, timeout: 240_000 }, () => {
  let lab;

  before(async () => {
    lab = await startLab(chromium);
  });

  after(() => lab?.close());

  const item = (page) => page.locator(".vega-reel-StatusItem button");
  const list = (page) => page.getByRole("dialog", { name: "Running renders" });

  /** Opens a notebook of its own, with a job in its last cell that has begun to draw. */
  async function start(name, cell, theme) {
    lab.writeNotebook(name, [PRELUDE, cell]);
    const page = await lab.open(name, theme);
    await command(page, "notebook:run-all-cells");
    await page.waitForFunction((type) => {
      const { cells } = globalThis.jupyterapp.shell.currentWidget.context.model;
      return [...cells]
        .flatMap((cell) => cell.toJSON().outputs ?? [])
        .some(({ data }) => data?.[type]?.frames > 0);
    }, MIME_TYPE);
    return page;
  }

  it("are listed in the status bar across notebooks, where one can go to them and cancel", async () => {
    const page = await start("first.ipynb", 'await slow("first.mp4", 400)');
    await item(page).getByText(/^first\.mp4 \d+ %$/).waitFor();
    lab.writeNotebook("second.ipynb", [
      PRELUDE,
      ...Array(30).fill("0"),
      'await slow("2.mp4", 400)',
    ]);
    await command(page, "docmanager:open", { path: "second.ipynb" });
    await page.waitForFunction(() => {
      const { context } = globalThis.jupyterapp.shell.currentWidget ?? {};
      return (
        context?.path === "second.ipynb" &&
        context.sessionContext.session?.kernel?.status === "idle"
      );
    });
    await command(page, "notebook:run-all-cells");
    await item(page)
      .getByText(/^2 renders, \d+ %$/)
      .waitFor();

    await command(page, "docmanager:open", { path: "first.ipynb" });
    // It takes the focus when it is there.
    await page.waitForFunction(() => {
      const { context, node } = globalThis.jupyterapp.shell.currentWidget;
      return context.path === "first.ipynb" && node.contains(document.activeElement);
    });
    await item(page).focus();
    await page.keyboard.press("Enter");
    const rows = list(page).getByRole("listitem");
    assert.equal(await rows.count(), 2);
    const row = rows.filter({ hasText: "second.ipynb" });
    await row.getByRole("progressbar", { name: "2.mp4" }).waitFor();
    await row.getByText(/left$/).waitFor();
    await screenshot(page, "renders");

    // The same elements, brought up to date: the focus stays.
    assert.equal(
      await page.evaluate(() => document.activeElement.getAttribute("aria-label")),
      "Go to the cell of first.mp4",
    );
    const bar = await row.getByRole("progressbar").elementHandle();
    const value = await bar.evaluate(({ value }) => value);
    await page.waitForFunction(([bar, value]) => bar.value > value, [bar, value]);
    assert.ok(await bar.evaluate(({ isConnected }) => isConnected));
    assert.equal(
      await page.evaluate(() => document.activeElement.getAttribute("aria-label")),
      "Go to the cell of first.mp4",
    );

    await page.keyboard.press("Escape");
    await list(page).waitFor({ state: "detached" });
    assert.ok(await item(page).evaluate((button) => button === document.activeElement));

    await item(page).click();
    await row.getByRole("button", { name: "Go to the cell of 2.mp4" }).click();
    await list(page).waitFor({ state: "detached" });
    const cell = page.locator(".jp-CodeCell.jp-mod-active:visible", {
      hasText: "2.mp4",
    });
    await cell.waitFor();
    await page.waitForFunction(
      () =>
        document.activeElement
          .closest(".jp-Notebook")
          ?.querySelector(".jp-mod-active")
          ?.getBoundingClientRect().top < innerHeight,
    );

    await item(page).click();
    await rows
      .filter({ hasText: "first.ipynb" })
      .getByRole("button", {
        name: "Cancel first.mp4",
      })
      .click();
    await item(page)
      .getByText(/^2\.mp4 \d+ %$/)
      .waitFor();
    assert.equal(await rows.count(), 1);
    assert.ok(await list(page).evaluate((list) => list.contains(document.activeElement)));
    assert.deepEqual(
      (await models(page)).map(({ state }) => state),
      ["running"],
    );
    await row.getByRole("button", { name: "Cancel 2.mp4" }).click();
    await list(page).waitFor({ state: "detached" });
    await item(page).waitFor({ state: "hidden" });
    await reaches(page, "cancelled");
    await page.close();
  });

  it("are cancelled together where they share a kernel, if the user agrees", async () => {
    const page = await start(
      "together.ipynb",
      'await Promise.allSettled([slow("one.mp4", 150), slow("two.mp4", 150)])',
      "JupyterLab Dark",
    );
    await item(page)
      .getByText(/^2 renders/)
      .waitFor();
    await item(page).click();
    const cancel = list(page).getByRole("button", { name: "Cancel one.mp4" });
    await screenshot(page, "renders-dark");
    await cancel.click();
    const dialog = page.locator(".jp-Dialog");
    await dialog.getByText("two.mp4 in together.ipynb").waitFor();
    await screenshot(page, "cancel-dialog-dark");
    await dialog.getByRole("button", { name: "Keep Rendering" }).click();
    await dialog.waitFor({ state: "detached" });
    assert.deepEqual(
      (await models(page)).map(({ state }) => state),
      ["running", "running"],
    );

    await command(page, "vega-reel:cancel-notebook");
    await item(page).waitFor({ state: "hidden" });
    assert.equal(await dialog.count(), 0);
    assert.deepEqual(
      (await models(page)).map(({ state }) => state),
      ["cancelled", "cancelled"],
    );
    await page.close();
  });

  it("have commands, which can be called when there is something to do", async () => {
    const page = await start("commands.ipynb", 'await slow("commands.mp4", 400)');
    for (const id of ["go-to-render", "cancel-notebook", "cancel-all"]) {
      assert.ok(await enabled(page, `vega-reel:${id}`), id);
    }
    await page.evaluate(() => {
      jupyterapp.shell.currentWidget.content.activeCellIndex = 0;
    });
    await command(page, "vega-reel:go-to-render");
    await page
      .locator(".jp-CodeCell.jp-mod-active", {
        hasText: "commands.mp4",
      })
      .waitFor();
    await page.route("**/interrupt*", (route) => route.abort());
    await command(page, "vega-reel:cancel-all");
    await page.getByText(/^The render could not be cancelled/).waitFor();
    await page.unroute("**/interrupt*");
    assert.equal((await models(page))[0].state, "running");
    await command(page, "vega-reel:cancel-all");
    await reaches(page, "cancelled");
    await item(page).waitFor({ state: "hidden" });
    for (const id of ["go-to-render", "cancel-notebook", "cancel-all", "download-video"]) {
      assert.equal(await enabled(page, `vega-reel:${id}`), false, id);
    }
    await command(page, "apputils:activate-command-palette");
    await page.locator("#modal-command-palette input").fill("vega reel");
    await page.getByText("Allow Notifications of Ended Renders").first().waitFor();
    await page.close();
  });

  it("go on to the end in a page that was loaded anew in mid-render", async () => {
    const page = await start("reload.ipynb", 'await slow("reload.mp4", 50, 60, "gate")');
    await save(page);
    const [{ id }] = await models(page);
    await page.reload();
    await page.locator(".jp-Notebook .jp-CodeCell").first().waitFor();
    await item(page).getByText(/^reload\.mp4 \d+ %$/).waitFor();
    await page.waitForFunction((type) => {
      const { cells } = globalThis.jupyterapp.shell.currentWidget.context.model;
      return cells.get(1).toJSON().outputs[0].data[type].frames === 59;
    }, MIME_TYPE);
    assert.equal((await models(page))[0].state, "running");
    writeFileSync(join(lab.folder, "gate"), "");
    const done = await reaches(page, "done");
    assert.deepEqual([done.id, done.frames, done.codec !== undefined], [id, 60, true]);
    await item(page).waitFor({ state: "hidden" });
    assert.equal(await outputsOf(page, "reload.mp4").count(), 1);
    await save(page);
    const saved = JSON.parse(readFileSync(join(lab.folder, "reload.ipynb"), "utf8"));
    assert.equal(saved.cells[1].outputs[0].data[MIME_TYPE].state, "done");
    assert.match([saved.cells[1].outputs[0].data["text/html"]].flat().join(""), /<video/);
    await page.close();
  });

  it("are done in a notebook that was closed before their end", async () => {
    const page = await start("closed.ipynb", 'await slow("closed.mp4", 50, 60)');
    await save(page);
    await page.close();
    const kernel = (await lab.api("api/sessions")).find(({ path }) => path === "closed.ipynb")
      .kernel.id;
    for (;;) {
      const { execution_state } = await lab.api(`api/kernels/${kernel}`);
      if (execution_state === "idle") break;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    const again = await lab.open("closed.ipynb");
    const done = await reaches(again, "done");
    assert.deepEqual([done.frames, done.duration, done.path], [60, 2, "closed.mp4"]);
    assert.ok(done.bytes > 0);
    await again.close();
  });

  it("are interrupted where the kernel dies, and in a notebook opened after it has ended", async () => {
    const page = await start(
      "killed.ipynb",
      'Deno.writeTextFileSync("pid", String(Deno.pid)); await slow("killed.mp4", 400)',
    );
    await save(page);
    process.kill(Number(readFileSync(join(lab.folder, "pid"), "utf8")), "SIGKILL");
    const { error, frames } = await reaches(page, "cancelled");
    assert.equal(
      error,
      `The render was interrupted after ${frames} of 150 frames. Run the cell again to render it.`,
    );
    await outputsOf(page, "killed.mp4").getByText("The render was interrupted").first().waitFor();
    await item(page).waitFor({ state: "hidden" });
    await page.close();

    // Not saved since: it still says that the job runs.
    const [session] = (await lab.api("api/sessions")).filter(({ path }) => path === "killed.ipynb");
    await lab.api(`api/sessions/${session.id}`, "DELETE");
    const again = await lab.open("killed.ipynb");
    assert.match((await reaches(again, "cancelled")).error, /^The render was interrupted/);
    await again.close();
  });

  /** Source of a cell that sends what a job with these models would. */
  const sending = (...steps) =>
    `const send = (type, model) =>
  Deno.jupyter.broadcast(type, {
    data: { "${MIME_TYPE}": model, "text/plain": "a job" },
    metadata: {},
    transient: { display_id: "job" },
  });
${steps.join("\n")}`;

  const job = (fields) => JSON.stringify(savedOutput(fields).data[MIME_TYPE]);

  it("are interrupted when they fall silent in an idle kernel, until they are heard again", async () => {
    lab.writeNotebook("silent.ipynb", [
      sending(
        `send("display_data", ${job({ path: "silent.mp4" })});`,
        `setTimeout(() => send("update_display_data", ${job({ frames: 99 })}), 9000);`,
      ),
    ]);
    const page = await lab.open("silent.ipynb");
    await command(page, "notebook:run-all-cells");
    await item(page)
      .getByText(/^silent\.mp4 42 %$/)
      .waitFor();
    await reaches(page, "cancelled");
    await item(page).waitFor({ state: "hidden" });
    assert.equal((await reaches(page, "running")).frames, 99);
    await item(page).getByText("66 %").waitFor();
    await page.close();
  });

  it("tell of their end where nobody looks, if they took long", async () => {
    const pause = "await new Promise((resolve) => setTimeout(resolve, 3000));";
    const done = {
      state: "done",
      frames: 150,
      duration: 5,
      bytes: 9000,
      path: "long.mp4",
    };
    lab.writeNotebook("other.ipynb", ["0"]);
    lab.writeNotebook("long.ipynb", [
      sending(
        `send("display_data", ${job({ path: "long.mp4" })});`,
        pause,
        `send("update_display_data", ${job({ ...done, seconds: 12 })});`,
      ),
      sending(
        `send("display_data", ${job({ path: "short.mp4" })});`,
        `send("update_display_data", ${job({ ...done, seconds: 9 })});`,
      ),
    ]);
    const page = await lab.open("long.ipynb");
    await page.context().grantPermissions(["notifications"]);
    await command(page, "notebook:run-all-cells");
    await item(page).waitFor();
    await command(page, "docmanager:open", { path: "other.ipynb" });
    const toast = page.locator(".Toastify__toast");
    await toast.getByText("long.mp4 is rendered").waitFor();
    assert.equal(await toast.count(), 1);
    await toast.getByRole("button", { name: "Go to Cell" }).click();
    await page.waitForFunction(() => {
      return jupyterapp.shell.currentWidget.context.path === "long.ipynb";
    });

    // A headless tab is never hidden.
    await page.evaluate(() => {
      Object.defineProperty(document, "hidden", { get: () => true });
      globalThis.told = [];
      globalThis.Notification = class extends globalThis.Notification {
        constructor(title, options) {
          super(title, options);
          globalThis.told.push(title);
        }
      };
    });
    await command(page, "notebook:run-all-cells");
    await page.waitForFunction(() => globalThis.told.length > 0);
    await page.waitForFunction(() => {
      const { kernel } = jupyterapp.shell.currentWidget.context.sessionContext.session;
      return kernel.status === "idle";
    });
    assert.deepEqual(await page.evaluate(() => globalThis.told), ["long.mp4 is rendered"]);
    await page.close();
  });

  it("are judged by a video of that name only if it is newer than their start", async () => {
    const started = Date.UTC(2026, 0, 1, 12);
    for (
      const [name, seconds, state] of [
        ["newer", 9, "done"],
        ["older", -9, "cancelled"],
      ]
    ) {
      const path = `${name} 1.mp4`;
      const output = savedOutput({ path, started });
      lab.writeNotebook(`${name}.ipynb`, ["0"], [output]);
      writeFileSync(join(lab.folder, path), "a video");
      const time = started / 1000 + seconds;
      utimesSync(join(lab.folder, path), time, time);
      const page = await lab.open(`${name}.ipynb`);
      const { frames, seconds: took } = await reaches(page, state);
      assert.deepEqual([frames, took], state === "done" ? [150, 9] : [64, 5]);
      await page.close();
    }
  });

  it("are judged in cells that are pasted, too", async () => {
    const notebook = "pasted.ipynb";
    lab.writeNotebook(notebook, ["0"], [savedOutput({})]);
    const page = await lab.open(notebook);
    await reaches(page, "cancelled");
    await page.evaluate(
      (output) => {
        const { sharedModel } = jupyterapp.shell.currentWidget.context.model;
        sharedModel.addCell({
          cell_type: "code",
          source: "1",
          outputs: [output],
        });
      },
      savedOutput({ id: "another" }),
    );
    const states = async () => (await models(page)).map(({ state }) => state).join();
    for (const end = Date.now() + 30_000; Date.now() < end;) {
      if ((await states()) === "cancelled,cancelled") break;
      await page.waitForTimeout(100);
    }
    assert.equal(await states(), "cancelled,cancelled");
    await page.close();
  });

  it("are no one's that a notebook claims outside of the server's folder", async () => {
    lab.writeNotebook("outside.ipynb", ["0"], [savedOutput({ path: "../../etc/passwd.mp4" })]);
    const page = await lab.open("outside.ipynb");
    assert.match((await reaches(page, "cancelled")).error, /^The render was interrupted/);
    await page.close();
  });

  it("are judged in Jupyter Notebook, too, which has the commands", async () => {
    lab.writeNotebook("notebook7.ipynb", ["0"], [savedOutput({})]);
    const page = await lab.openInNotebook("notebook7.ipynb");
    await page
      .getByText(/^The render was interrupted after 64 of 150 frames/)
      .first()
      .waitFor();
    await page.locator(".lm-MenuBar-itemLabel", { hasText: /^File$/ }).click();
    await page.locator('.lm-Menu-item[data-command="vega-reel:cancel-all"]').waitFor();
    await page.close();
  });

  it("have settings, with a schema", async () => {
    const id = "jupyterlab-vega-reel:settings";
    const { schema } = await lab.api(`lab/api/settings/${id}`);
    assert.deepEqual(Object.keys(schema.properties), [
      "autoplay",
      "loop",
      "maxHeight",
      "updateRate",
      "notify",
    ]);
  });
});
