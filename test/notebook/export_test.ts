/** Notebooks to videos, from notebooks as files: nothing is run. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { animate, exportNotebook, type ExportOptions, type Video } from "vega-reel";
import { bundleOf, type JobModel } from "../../kernel-lib/show/mime.ts";
import { model } from "../extension/job.ts";
import { withFolder } from "../folder.ts";
import { keepWorkers } from "../keep_workers.ts";
import { readFrames, streamInfo } from "../video.ts";
import { waveFrames, waveSpec } from "../wave.ts";

keepWorkers();

const quiet = { show: false, cache: false, workers: 1 } as const;

const markdown = (source: string) => ({ cell_type: "markdown", source: source.split(/(?<=\n)/) });

/** A code cell that has shown an animation. */
function shown(changes: Partial<JobModel>, embedded?: string) {
  const data = bundleOf(model({ state: "done", ...changes }), embedded);
  const outputs = [{ output_type: "display_data", data, metadata: {} }];
  return { cell_type: "code", source: "await animate(spec, frames);\nmore();", outputs };
}

const ofVideo = ({ format, fps, width, height, bytes }: Video, path: string) =>
  shown({ format, fps, width, height, bytes, path });

async function write(folder: string, ...cells: unknown[]): Promise<string> {
  const path = join(folder, "talk.ipynb");
  await Deno.writeTextFile(path, JSON.stringify({ nbformat: 4, nbformat_minor: 5, cells }));
  return path;
}

const render = (output: string, options: Record<string, unknown> = {}) =>
  animate(waveSpec, waveFrames(10), { ...quiet, output, ...options });

Deno.test("exportNotebook() joins the animations after cards with their headings", () =>
  withFolder(async (folder) => {
    await Deno.mkdir(join(folder, "videos"));
    const a = await render(`${folder}/a.mp4`);
    const b = await render(`${folder}/videos/b.webm`, { scale: 1.5 });
    const c = await render(`${folder}/videos/c/`);
    const path = await write(
      folder,
      ...[ofVideo(a, "a.mp4"), markdown("# A *first* [heading](x.html)\n\nSome&nbsp;`words`.")],
      ...[{ cell_type: "code", source: "", outputs: [{ output_type: "stream", text: "x" }] }],
      ...[ofVideo(b, "videos/b.webm"), ofVideo(a, "a.mp4")],
      ...[
        markdown("```\n# no heading\n```\n\nSetext\n------\n\n> # quoted\n"),
        markdown("## 1 < 2"),
      ],
      ofVideo(c, "videos/c/frame-000000.png"),
    );
    const film = await exportNotebook(path, { cardSeconds: 0.5, cache: false });
    assert.equal(film.path, join(folder, "talk.mp4"));
    assert.deepEqual(film.chapters.map(({ title }) => title), ["A first heading", "1 < 2"]);
    // The first animation has no heading; two have the same one; cards are of 15 frames.
    assert.deepEqual(film.parts.map(({ frames }) => frames), [10, 15, 10, 15, 10, 15, 10]);
    assert.deepEqual(film.chapters.map(({ start }) => Math.round(30 * start)), [10, 60]);
    assert.deepEqual([film.width, film.height, film.fps], [b.width, b.height, 30]);
    assert.equal((await streamInfo(film.path)).frames, 85);
    const frames = await readFrames(film.path, film.width, film.height);
    const dark = (frame: number) => frames[frame].filter((value) => value < 100).length;
    assert.ok(dark(15) > 300, "the card has letters");
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), [...[
      "a.mp4",
      "talk.ipynb",
      "talk.mp4",
      "videos",
    ]]);

    const captions = await exportNotebook(path, {
      ...{ cardSeconds: 0, captions: true, cache: false, output: join(folder, "captions.mp4") },
    });
    // Two words, and later one: a third of a second for each.
    assert.deepEqual(captions.parts.map(({ frames }) => frames), [10, 20, 10, 10, 10, 10]);
    assert.deepEqual(captions.chapters.map(({ start }) => Math.round(30 * start)), [10, 50]);
  }));

Deno.test("exportNotebook() takes over what is finished, and draws a card once", () =>
  withFolder(async (folder) => {
    const a = await render(`${folder}/a.mp4`, { preset: "draft" });
    const path = await write(folder, markdown("# One"), ofVideo(a, "a.mp4"), ofVideo(a, "a.mp4"));
    const seen: unknown[] = [];
    const options: ExportOptions = {
      cache: join(folder, "cache"),
      onProgress: ({ phase, done, total }) => seen.push([phase, done, total]),
    };
    const film = await exportNotebook(path, options);
    assert.deepEqual(film.parts.map(({ encoded }) => encoded), [false, false, false, false]);
    assert.deepEqual(seen.slice(0, 3), [["cards", 0, 2], ["cards", 1, 2], ["join", 1, 4]]);
    const bytes = await Deno.readFile(film.path);
    await exportNotebook(path, options);
    assert.deepEqual(await Deno.readFile(film.path), bytes);
  }));

Deno.test("exportNotebook() takes a video from inside the notebook where its file is gone", () =>
  withFolder(async (folder) => {
    const a = await render(`${folder}/a.mp4`);
    const data = `data:video/mp4;base64,${
      Buffer.from(await Deno.readFile(a.path)).toString("base64")
    }`;
    await Deno.remove(a.path);
    const notebook = {
      nbformat: 4,
      cells: [shown({ format: "mp4", path: "a.mp4", fps: 30 }, data)],
    };
    const output = join(folder, "talk.mp4");
    const film = await exportNotebook(notebook, { folder, output });
    assert.deepEqual([film.frames, film.parts[0].encoded, film.chapters], [10, false, []]);
  }));

Deno.test("exportNotebook() takes the video of an output that was not seen to its end", () =>
  withFolder(async (folder) => {
    await render(`${folder}/a.mp4`);
    const running = (started: number) => shown({ state: "running", path: "a.mp4", started });
    const film = await exportNotebook(await write(folder, running(Date.now() - 60_000)));
    assert.equal(film.frames, 10);
    await assert.rejects(exportNotebook(await write(folder, running(Date.now() + 60_000))), {
      message: /the animation of cell 1 \(await animate\(spec, frames\);\) has not ended: run the/,
    });
  }));

Deno.test("exportNotebook() rejects what is missing, naming the cell, and leaves nothing", () =>
  withFolder(async (folder) => {
    const a = await render(`${folder}/a.mp4`);
    await Deno.mkdir(join(folder, "below"));
    await Deno.writeTextFile(join(folder, "below", "notes.mp4"), "ffconcat version 1.0\nfile x");
    await Deno.symlink(a.path, join(folder, "below", "link.mp4"));
    const cell = "cell 2 \\(await animate\\(spec, frames\\);\\)";
    const outside = `names the video '.*', which is not in the notebook's folder: run the cell`;
    const cases: [Partial<JobModel>, string][] = [
      [{ path: "gone.mp4" }, outside],
      // A notebook from a stranger may name any file.
      [{ path: "../a.mp4" }, outside],
      [{ path: a.path }, outside],
      [{ path: "link.mp4" }, outside],
      [{ path: "notes.mp4" }, "'.*notes.mp4' is no MP4, WebM or GIF"],
      [{ path: ".." }, outside],
      [{ path: undefined }, "names no video"],
      [{ state: "failed", path: "a.mp4" }, "failed: run the cell again"],
      [{ state: "cancelled", path: "a.mp4" }, "was cancelled: run the cell again"],
    ];
    for (const [changes, message] of cases) {
      const path = await write(join(folder, "below"), markdown("# One"), shown(changes));
      await assert.rejects(exportNotebook(path), {
        message: new RegExp(`^Cannot export '.*talk.ipynb': .*${cell}.*${message}`, "s"),
      });
    }
    const own = await write(folder, shown({ path: "a.mp4" }));
    await assert.rejects(exportNotebook(own, { output: a.path }), {
      message: "Cannot export as 'output' must be another file than the notebook's own videos: " +
        `current value is '${a.path}'`,
    });
    await Deno.rename(a.path, join(folder, "talk.mp4"));
    const film = await exportNotebook(await write(folder, shown({ path: "talk.mp4" })));
    assert.equal(film.path, join(folder, "talk-film.mp4"));
    const empty = await write(join(folder, "below"), markdown("# One"));
    await assert.rejects(exportNotebook(empty), {
      message:
        `Cannot export '${empty}' as it must show an animation: run its cells first, or use ` +
        "the option 'execute' (--execute)",
    });
    for (const text of ["{", "[]", `{"nbformat": 3, "worksheets": []}`]) {
      await Deno.writeTextFile(empty, text);
      await assert.rejects(exportNotebook(empty), /^Error: Cannot export '.*talk.ipynb': /);
    }
    await assert.rejects(
      exportNotebook(join(folder, "no.ipynb")),
      /notebook must exist: .*no.ipynb/,
    );
    await assert.rejects(
      exportNotebook(empty, { output: "a.gif" }),
      /ending of 'output' must be .mp4/,
    );
    const left = [...Deno.readDirSync(join(folder, "below"))].map(({ name }) => name).sort();
    assert.deepEqual(left, ["link.mp4", "notes.mp4", "talk.ipynb"]);
  }));
