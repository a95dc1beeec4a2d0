import assert from "node:assert/strict";
import { join } from "node:path";
import { MIME_TYPE } from "../../kernel-lib/show/mime.ts";
import { streamInfo } from "../video.ts";
import { jobOf, NotebookFolder } from "./kernel.ts";
import { animatingCells, assertMade, copyLesson, lessons, nbconvert } from "./lessons.ts";

Deno.test("the wave notebook runs in nbconvert and keeps its video as one output", async () => {
  using folder = new NotebookFolder();
  const notebook = new URL("../../notebooks/01_wave.ipynb", import.meta.url);
  await Deno.copyFile(notebook, join(folder.path, "wave.ipynb"));
  await nbconvert(folder, "--to=notebook", "--execute", "--output=executed", "wave.ipynb");
  assert.deepEqual(folder.files, ["executed.ipynb", "wave.ipynb", "wave.mp4"]);

  const [cell] = await animatingCells(join(folder.path, "executed.ipynb"));
  assert.equal(cell.outputs!.length, 1);
  const [output] = cell.outputs!;
  assert.equal(output.output_type, "display_data");
  assert.deepEqual(Object.keys(output.data!).sort(), [MIME_TYPE, "text/html", "text/plain"]);

  const job = jobOf(output)!;
  const { state, path, frames, total, fps, duration, width, height } = job;
  assert.deepEqual(
    { state, path, frames, total, fps, duration, width, height },
    {
      state: "done",
      path: "wave.mp4",
      frames: 60,
      total: 60,
      fps: 30,
      duration: 2,
      width: 1280,
      height: 720,
    },
  );
  const video = join(folder.path, "wave.mp4");
  assert.equal(job.bytes, Deno.statSync(video).size);
  const info = await streamInfo(video);
  assert.equal(info.frames, 60);
  assert.match(info.text, /^h264 .*yuv420p.*1280x720.* 30 fps/);

  // A small video travels with the notebook: whoever gets it can play it.
  await nbconvert(folder, "--to=html", "executed.ipynb");
  const html = await Deno.readTextFile(join(folder.path, "executed.html"));
  assert.equal(html.match(/<video /g)?.length, 1);
  const [, base64] = /<video [^>]*src="data:video\/mp4;base64,([^"]+)"/.exec(html)!;
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  assert.deepEqual(bytes, await Deno.readFile(video));
});

/** What takes less of the machine here; the long tests run the lessons as they are. */
const LIGHTER: Record<string, [what: string, by: string][]> = {
  "02_mandelbrot.ipynb": [["columns: 256, rows: 144", "columns: 64, rows: 36"], ["2, 4]", "2]"]],
  "06_million_points.ipynb": [["count = 1_000_000", "count = 100_000"]],
  "08_cluster.ipynb": [["count: 60, step: 0.01", "count: 6, step: 0.01"]],
};

/** Pictures of half the size, too. */
function lighter(name: string, text: string): string {
  for (const [what, by] of LIGHTER[name] ?? []) {
    assert.equal(text.split(what).length, 2, `'${what}' must be once in ${name}`);
    text = text.replace(what, by);
  }
  const size = /width: (\d+), height: (\d+)/g;
  return text.replace(size, (_, width, height) => `width: ${width / 2}, height: ${height / 2}`);
}

Deno.test("the lessons run in nbconvert and make their videos", async (t) => {
  using folder = new NotebookFolder();
  const paths = await Promise.all(
    lessons.slice(1).map((name) => copyLesson(folder, name, (text) => lighter(name, text))),
  );
  await nbconvert(folder, "--to=notebook", "--execute", "--inplace", ...paths);
  for (const path of paths) await t.step(path, () => assertMade(folder, path));
});
