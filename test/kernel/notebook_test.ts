import assert from "node:assert/strict";
import { join } from "node:path";
import { MIME_TYPE } from "../../kernel-lib/show/mime.ts";
import { streamInfo } from "../video.ts";
import { jobOf, NotebookFolder, type Output, python } from "./kernel.ts";

interface CodeCell {
  cell_type: string;
  source: string | string[];
  outputs?: Output[];
}

async function nbconvert({ path, env }: NotebookFolder, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(python, {
    args: ["-m", "nbconvert", ...args],
    cwd: path,
    env,
    stdout: "null",
    stderr: "piped",
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
}

Deno.test("the wave notebook runs in nbconvert and keeps its video as one output", async () => {
  using folder = new NotebookFolder();
  const notebook = new URL("../../notebooks/01_wave.ipynb", import.meta.url);
  await Deno.copyFile(notebook, join(folder.path, "wave.ipynb"));
  await nbconvert(folder, "--to=notebook", "--execute", "--output=executed", "wave.ipynb");
  assert.deepEqual(folder.files, ["executed.ipynb", "wave.ipynb", "wave.mp4"]);

  const executed = await Deno.readTextFile(join(folder.path, "executed.ipynb"));
  const cells = JSON.parse(executed).cells as CodeCell[];
  const cell = cells.find(({ source }) => [source].flat().join("").includes("await animate("))!;
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

/** The frames of each lesson's videos, with those for which the last is held. */
const FRAMES: Record<string, Record<string, number>> = {
  "02_mandelbrot.ipynb": { "mandelbrot.mp4": 40 },
  "03_gapminder.ipynb": {
    "gapminder.mp4": 180,
    "gapminder_back.mp4": 30,
    "gapminder_paths.mp4": 162,
    "gapminder_steps.mp4": 165,
  },
  "04_random_walks.ipynb": {
    "walks.mp4": 90,
    "walks_by_one.mp4": 30,
    "walks_by_two.mp4": 30,
    "walks_frozen.mp4": 30,
    "walks_twins.mp4": 12,
  },
  "05_states_and_races.ipynb": {
    "playback.mp4": 121,
    "race.mp4": 181,
    "race_zoomed.mp4": 121,
    "sweep.mp4": 90,
    "tween.mp4": 165,
  },
  "06_million_points.ipynb": { "galaxy.mp4": 10 },
  "07_from_notebook_to_talk.ipynb": {
    "pendulum.mp4": 90,
    "pendulums.gif": 45,
    "pendulums.mp4": 90,
    "talk.mp4": 180,
  },
};

const notebooks = new URL("../../notebooks/", import.meta.url);

async function copyData(folder: string): Promise<void> {
  await Deno.mkdir(join(folder, "data"));
  const data = new URL("data/", notebooks);
  for await (const { name } of Deno.readDir(data)) {
    await Deno.copyFile(new URL(name, data), join(folder, "data", name));
  }
}

for (const { name } of Deno.readDirSync(notebooks)) {
  if (!/^\d.*\.ipynb$/.test(name) || name.endsWith(".executed.ipynb") || name === "01_wave.ipynb") {
    continue;
  }
  Deno.test(`the notebook ${name} runs in nbconvert and makes its videos`, async () => {
    using folder = new NotebookFolder();
    await Deno.copyFile(new URL(name, notebooks), join(folder.path, name));
    await copyData(folder.path);
    await nbconvert(folder, "--to=notebook", "--execute", "--output=executed", name);
    const executed = await Deno.readTextFile(join(folder.path, "executed.ipynb"));
    const cells = JSON.parse(executed).cells as CodeCell[];
    const animating = cells.filter(({ source }) => [source].flat().join("").includes("animate("));
    const jobs = animating.flatMap(({ outputs = [] }) => outputs)
      .filter(({ output_type }) => output_type === "display_data")
      .map((output) => jobOf(output)!);
    assert.equal(jobs.length, animating.length);
    for (const { state, path, frames, total } of jobs) {
      assert.equal(state, "done");
      assert.equal(frames, total);
      const info = await streamInfo(join(folder.path, path!));
      assert.equal(info.frames, frames);
    }
    const known = FRAMES[name];
    if (!known) return;
    const made = Object.keys(known);
    assert.deepEqual(folder.files, [name, "data", "executed.ipynb", ...made].sort());
    for (const [path, frames] of Object.entries(known)) {
      assert.equal((await streamInfo(join(folder.path, path))).frames, frames);
    }
  });
}
