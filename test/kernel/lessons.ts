/** The lessons, run as a reader runs them. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { streamInfo } from "../video.ts";
import { jobOf, NotebookFolder, type Output, python } from "./kernel.ts";

/** A cell of a notebook file. */
export interface CodeCell {
  cell_type: string;
  source: string | string[];
  outputs?: Output[];
}

const notebooks = new URL("../../notebooks/", import.meta.url);

/** The file names of all lessons. */
export const lessons = [...Deno.readDirSync(notebooks)].map(({ name }) => name)
  .filter((name) => /^\d.*\.ipynb$/.test(name) && !name.endsWith(".executed.ipynb")).sort();

/** Runs nbconvert in a folder. */
export async function nbconvert({ path, env }: NotebookFolder, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(python, {
    args: ["-m", "nbconvert", ...args],
    cwd: path,
    env,
    stdout: "null",
    stderr: "piped",
  }).output();
  // The cell and its error come last.
  assert.ok(success, new TextDecoder().decode(stderr).slice(-3000));
}

/** Copies a lesson and the data of all lessons into a folder. */
export async function copyLesson(name: string, folder: string): Promise<void> {
  await Deno.copyFile(new URL(name, notebooks), join(folder, name));
  await Deno.mkdir(join(folder, "data"));
  const data = new URL("data/", notebooks);
  for await (const { name } of Deno.readDir(data)) {
    await Deno.copyFile(new URL(name, data), join(folder, "data", name));
  }
}

/** The cells of a notebook file that animate something. */
export async function animatingCells(path: string): Promise<CodeCell[]> {
  const cells = JSON.parse(await Deno.readTextFile(path)).cells as CodeCell[];
  return cells.filter(({ source }) => [source].flat().join("").includes("animate("));
}

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

/**
 * Asserts that a lesson runs in nbconvert and makes its videos.
 *
 * @param name Its file name.
 * @param change What to write in place of what before it is run.
 */
export async function assertRuns(name: string, change?: [what: string, by: string]): Promise<void> {
  using folder = new NotebookFolder();
  await copyLesson(name, folder.path);
  if (change) {
    const path = join(folder.path, name);
    const parts = (await Deno.readTextFile(path)).split(change[0]);
    assert.equal(parts.length, 2, `'${change[0]}' must be once in ${name}`);
    await Deno.writeTextFile(path, parts.join(change[1]));
  }
  await nbconvert(folder, "--to=notebook", "--execute", "--output=executed", name);
  const animating = await animatingCells(join(folder.path, "executed.ipynb"));
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
}
