/**
 * Walks through a job, once for each step that it takes, and breaks that step: then there is the
 * right video, or none and an error that says why. Prints what it came to as one line of JSON.
 *
 * Usage: deno run -A --import-map=import_map.json walk.ts all|some
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { animate } from "vega-reel";
import { lastingChildren } from "../processes.ts";
import { waveFrames, waveSpec } from "../wave.ts";
import { begin, FAULT } from "./step.ts";

/** What a walk came to. */
export interface Walk {
  found: number;
  broken: number;
  /** How often there was the right video all the same, and how often none. */
  videos: number;
  errors: number;
  /** Where the steps are, by kind of call and line; not given where all are broken. */
  places?: string[];
  /** What should not have been. */
  wrong: string[];
}

/** A job that has not ended after this long hangs, in ms. */
const DEADLINE = 60_000;

/** Messages say what cannot be done; not only what broke. */
const CLEAR = /^Cannot \S+ .{10,}/s;

const folder = await Deno.makeTempDir();
const output = join(folder, "out", "video.mp4");
const cache = join(folder, "cache");
const filled = join(folder, "filled");
const log = join(folder, "steps");
const temporary = join(folder, "tmp");
for (const name of ["out", "tmp"]) Deno.mkdirSync(join(folder, name));
Deno.env.set("TMPDIR", temporary);

const spec = { ...waveSpec, width: 40, height: 30 };
const params = waveFrames(4, 3);

/** Runs the job; returns its error, if there is one. */
async function run(workers = 2): Promise<Error | undefined> {
  begin();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const job = animate(spec, params, { output, cache, workers, segmentFrames: 2, show: false });
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new assert.AssertionError({ message: "it hangs" })), DEADLINE);
  });
  try {
    await Promise.race([job, late]);
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
    return error as Error;
  } finally {
    clearTimeout(timer);
    job.cancel();
  }
}

/** The steps of a job, as they were taken. */
async function stepsOf(prepare: () => void | Promise<void>): Promise<string[]> {
  await prepare();
  reset();
  Deno.env.set("WALK_LOG", log);
  assert.equal(await run(), undefined);
  Deno.env.delete("WALK_LOG");
  const steps = Deno.readTextFileSync(log).trim().split("\n").map((line) => line.slice(6));
  return [...new Set(steps)];
}

function reset(): void {
  Deno.writeTextFileSync(log, "");
  for (const { name } of [...Deno.readDirSync(join(folder, "out"))]) {
    Deno.removeSync(join(folder, "out", name));
  }
}

/** The store is empty, or has all that the job needs. */
const stores: Record<string, () => Promise<void>> = {
  empty: () => Deno.remove(cache, { recursive: true }).catch(() => {}),
  async full() {
    await this.empty();
    copyFolder(filled, cache);
  },
};

function copyFolder(from: string, to: string): void {
  Deno.mkdirSync(to);
  for (const { name, isDirectory } of Deno.readDirSync(from)) {
    if (isDirectory) copyFolder(join(from, name), join(to, name));
    else Deno.copyFileSync(join(from, name), join(to, name));
  }
}

const names = (path: string) => [...Deno.readDirSync(path)].map(({ name }) => name);
const placeOf = (step: string) => step.replace(/ #\d+$/, "");

/** Files of the store that are not entries of it. */
function partsOf(): string[] {
  const segments = join(cache, "segments");
  try {
    return names(segments).flatMap((shard) => names(join(segments, shard)))
      .filter((name) => name.endsWith(".part"));
  } catch {
    return [];
  }
}

assert.equal(await run(), undefined);
const expected = await Deno.readFile(output);
Deno.renameSync(cache, filled);
const isRight = async () => assert.deepEqual(await Deno.readFile(output), expected, "the video");

const walk: Walk = { found: 0, broken: 0, videos: 0, errors: 0, wrong: [] };
const places = new Set<string>();
for (const prepare of Object.keys(stores)) {
  const steps = await stepsOf(() => stores[prepare]());
  // Of the steps of one place, the first one.
  const chosen = Deno.args[0] === "all"
    ? steps
    : steps.filter((step) => !places.has(placeOf(step)) && places.add(placeOf(step)));
  walk.found += chosen.length;
  for (const step of chosen) {
    await stores[prepare]();
    reset();
    try {
      Deno.env.set("WALK_LOG", log);
      Deno.env.set("WALK_FAULT", step);
      const error = await run();
      if (Deno.readTextFileSync(log).includes(`broken ${step}\n`)) walk.broken++;
      Deno.env.delete("WALK_LOG");
      Deno.env.delete("WALK_FAULT");
      if (error) {
        walk.errors++;
        assert.match(error.message, CLEAR);
        assert.notEqual(error.message, FAULT);
      } else {
        walk.videos++;
        await isRight();
      }
      assert.deepEqual(names(join(folder, "out")), error ? [] : ["video.mp4"]);
      assert.deepEqual(names(temporary), []);
      assert.deepEqual(partsOf(), []);
      assert.deepEqual(await lastingChildren(), []);
      assert.equal(await run(1), undefined, "the next run");
      await isRight();
    } catch (wrong) {
      walk.wrong.push(`${step}: ${(wrong as Error).message}`);
    } finally {
      Deno.env.delete("WALK_LOG");
      Deno.env.delete("WALK_FAULT");
    }
  }
}
await Deno.remove(folder, { recursive: true });
if (Deno.args[0] === "some") walk.places = [...places].sort();
console.log(JSON.stringify(walk));
// A worker that was lost on purpose keeps nobody waiting.
Deno.exit();
