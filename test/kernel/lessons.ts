/** The lessons, run as a reader runs them. */
import assert from "node:assert/strict";
import { basename, dirname, join } from "node:path";
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

/**
 * Copies a lesson and the data of all lessons into a folder of its own within another.
 *
 * @param name Its file name.
 * @param change Changes the text of the file.
 * @returns The path of the copy within the other folder.
 */
export async function copyLesson(
  { path }: NotebookFolder,
  name: string,
  change = (text: string) => text,
): Promise<string> {
  const folder = join(path, name.slice(0, 2));
  const text = await Deno.readTextFile(new URL(name, notebooks));
  await Deno.mkdir(join(folder, "data"), { recursive: true });
  await Deno.writeTextFile(join(folder, name), change(text));
  const data = new URL("data/", notebooks);
  for await (const { name } of Deno.readDir(data)) {
    await Deno.copyFile(new URL(name, data), join(folder, "data", name));
  }
  return join(name.slice(0, 2), name);
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

/** Asserts that a lesson that was run has made its videos. */
export async function assertMade(folder: NotebookFolder, lesson: string): Promise<void> {
  const path = join(folder.path, lesson);
  const animating = await animatingCells(path);
  const jobs = animating.flatMap(({ outputs = [] }) => outputs)
    .filter(({ output_type }) => output_type === "display_data")
    .map((output) => jobOf(output)!);
  assert.equal(jobs.length, animating.length);
  const own = dirname(path);
  for (const { state, path, frames, total } of jobs) {
    assert.equal(state, "done");
    assert.equal(frames, total);
    const info = await streamInfo(join(own, path!));
    assert.equal(info.frames, frames);
  }
  const name = basename(path);
  const known = FRAMES[name];
  if (!known) return;
  const made = Object.keys(known);
  const files = [...Deno.readDirSync(own)].map(({ name }) => name).sort();
  assert.deepEqual(files, [name, "data", ...made].sort());
  for (const [path, frames] of Object.entries(known)) {
    assert.equal((await streamInfo(join(own, path))).frames, frames);
  }
}
