/** Runs jobs that must fail, and looks for what they leave behind. */
import assert from "node:assert/strict";
import { animate, type Animation } from "vega-reel";
import { lastingChildren } from "./processes.ts";
import { waveFrames, waveSpec } from "./wave.ts";

/** A job that must fail. */
export interface BadJob {
  /** @default {the wave} */
  spec?: unknown;
  /** @default {20 frames of the wave} */
  params?: unknown;
  /** Besides an output in a folder of its own, two workers, no display and no store. */
  options?: Record<string, unknown>;
  /** Called with the job that is under way. */
  during?: (job: Animation) => unknown;
}

/** The error that a job must end with: its name, and its whole message or what that is like. */
export interface Expected {
  name: "TypeError" | "RangeError" | "Error" | "AbortError" | "TimeoutError";
  message: string | RegExp;
}

/** A job that has not ended after this long hangs, in ms. */
const DEADLINE = 60_000;

/** Asserts that a job rejects as expected, writes nothing and leaves no process. */
export async function assertRejects(
  bad: BadJob,
  expected: Expected,
): Promise<void> {
  // What is there counts, even if it is undefined.
  const { spec, params, options, during } = { spec: waveSpec, params: waveFrames(20), ...bad };
  const folder = await Deno.makeTempDir();
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    const job = animate(spec as never, params as never, {
      output: `${folder}/bad.mp4`,
      workers: 2,
      encoder: "x264",
      show: false,
      cache: false,
      ...options,
    });
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        job.cancel();
        reject(new assert.AssertionError({ message: "the job has not ended" }));
      }, DEADLINE);
    });
    const watching = Promise.try(() => during?.(job));
    // Where the job fails otherwise than expected, that says more.
    watching.catch(() => {});
    await assert.rejects(Promise.race([job, deadline]), (error: Error) => {
      assert(error instanceof Error, `${error} is no error`);
      assert.equal(error.name, expected.name, error.message);
      if (expected.message instanceof RegExp) assert.match(error.message, expected.message);
      else assert.equal(error.message, expected.message);
      return true;
    });
    await watching;
    assert.deepEqual([...Deno.readDirSync(folder)], []);
    assert.deepEqual(await lastingChildren(), []);
  } finally {
    clearTimeout(timer);
    await Deno.remove(folder, { recursive: true });
  }
}

/** Asserts that this process still makes videos. */
export async function assertWorks(): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const output = `${folder}/good.mp4`;
    const video = await animate(waveSpec, waveFrames(20), {
      output,
      workers: 2,
      show: false,
      cache: false,
    });
    assert.equal(video.frames, 20);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["good.mp4"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
