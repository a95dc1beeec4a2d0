/** Long jobs and many jobs: memory stays flat and nothing is left behind. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { animate } from "vega-reel";
import { assertFlat } from "../assert_flat.ts";
import { children } from "../processes.ts";
import { waveSpec } from "../wave.ts";

const FRAMES = Number(Deno.env.get("SOAK_FRAMES") ?? 100_000);
const JOBS = Number(Deno.env.get("SOAK_JOBS") ?? 100);

/** What Deno 2.9 keeps of a worker that had loaded native libraries and has ended, in MB. */
const PER_WORKER = 2;

/** Memory in MB, once the garbage is gone: of this thread's heap, and of the whole process. */
interface Held {
  heap: number;
  resident: number;
}

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

function held(): Held {
  collect();
  const { heapUsed, rss } = Deno.memoryUsage();
  return { heap: heapUsed / 1e6, resident: rss / 1e6 };
}

/** How many threads this process has. */
function threadCount(): number {
  return [...Deno.readDirSync("/proc/self/task")].length;
}

/**
 * How many files, sockets and pipes this process has open; see proc_pid_fd(5). Deno 2.9 leaves two
 * handles of an event loop behind with each worker that had loaded a native library, whatever
 * ends it; they are not counted.
 */
function openFiles(): number {
  return [...Deno.readDirSync("/proc/self/fd")].filter(({ name }) => {
    try {
      return !Deno.readLinkSync(`/proc/self/fd/${name}`).startsWith("anon_inode:");
    } catch {
      return false;
    }
  }).length;
}

function* endlessWave() {
  for (let frame = 0;; frame++) {
    const wave = Array.from({ length: 200 }, (_, i) => ({
      x: i / 20,
      y: Math.cos(i / 20 + frame / 10),
    }));
    yield { wave };
  }
}

Deno.test(`animate() keeps memory flat over ${FRAMES} frames`, () =>
  assertFlat(FRAMES, FRAMES / 10));

Deno.test(`animate() leaves nothing behind after ${JOBS} jobs`, async () => {
  const folder = await Deno.makeTempDir();
  const temporary = Deno.env.get("TMPDIR");
  // What a job leaves for a while is put there.
  Deno.env.set("TMPDIR", folder);
  const output = join(folder, "video.mp4");
  try {
    const samples: Held[] = [];
    const frames = endlessWave();
    const params = Array.from({ length: 20 }, () => frames.next().value!);
    await animate(waveSpec, params, { output, show: false, cache: false });
    const [threads, files] = [threadCount(), openFiles()];
    for (let i = 0; i < JOBS; i++) {
      const job = animate(waveSpec, params, { output, show: false, cache: false });
      // Every third job is cancelled at another time.
      const timer = i % 3 === 2 ? setTimeout(() => job.cancel(), 20 * (i % 20)) : undefined;
      await job.catch((error) => assert.equal(error.name, "AbortError"));
      clearTimeout(timer);
      if (i % 10 === 9) samples.push(held());
    }
    assert.deepEqual(children(), []);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["video.mp4"]);
    // Deno keeps some threads for blocking calls, or ends them, as it likes.
    assert.ok(threadCount() <= threads + 4, `${threadCount()} threads, at first ${threads}`);
    // Deno's own caches come and go.
    assert.ok(openFiles() <= files + 10, `${openFiles()} open files, at first ${files}`);
    const [early, late] = [samples[Math.floor(samples.length / 4)], samples.at(-1)!];
    const words = [early, late].map(({ heap, resident }) =>
      `${heap.toFixed(1)} MB in the heap, ${resident.toFixed(0)} MB resident`
    );
    console.log(`${words[0]} after a quarter of the jobs; ${words[1]} at the end`);
    assert.ok(late.heap < early.heap + 5, "the heap has grown");
    assert.ok(late.resident < early.resident + 2 * JOBS * PER_WORKER + 50, "the process has grown");
  } finally {
    if (temporary === undefined) Deno.env.delete("TMPDIR");
    else Deno.env.set("TMPDIR", temporary);
    await Deno.remove(folder, { recursive: true });
  }
});
