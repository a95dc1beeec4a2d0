/** Long jobs and many jobs: memory stays flat and nothing is left behind. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { animate } from "vega-reel";
import { fixedWaveSpec, waveSpec } from "../wave.ts";

const FRAMES = Number(Deno.env.get("SOAK_FRAMES") ?? 100_000);
const JOBS = Number(Deno.env.get("SOAK_JOBS") ?? 100);

/** Resident memory of this process, workers included, in MB. */
function resident(): number {
  return Deno.memoryUsage().rss / 1e6;
}

/** Ids of this process's children, zombies included. */
function children(): string[] {
  return [...Deno.readDirSync("/proc")].map(({ name }) => name).filter((name) => {
    try {
      const stat = Deno.readTextFileSync(`/proc/${name}/stat`);
      return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) === Deno.pid;
    } catch {
      return false;
    }
  });
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

Deno.test(`animate() keeps memory flat over ${FRAMES} frames of a generator`, async () => {
  const output = await Deno.makeTempFile({ suffix: ".mp4" });
  try {
    const samples: number[] = [];
    const job = animate(fixedWaveSpec, endlessWave(), { output, show: false, cache: false });
    for await (const { frames } of job.progress()) {
      samples.push(resident());
      if (frames >= FRAMES) job.cancel();
    }
    await assert.rejects(job, { name: "AbortError" });
    const early = Math.max(...samples.slice(samples.length / 10, samples.length / 4));
    const late = Math.max(...samples.slice(-samples.length / 4));
    console.log(`resident: ${early.toFixed(0)} MB early, ${late.toFixed(0)} MB late`);
    assert.ok(late < 1.3 * early + 100, `resident memory grew from ${early} to ${late} MB`);
  } finally {
    await Deno.remove(output);
  }
});

Deno.test(`animate() leaves nothing behind after ${JOBS} jobs`, async () => {
  const folder = await Deno.makeTempDir();
  const temporary = Deno.env.get("TMPDIR");
  // What a job leaves for a while is put there.
  Deno.env.set("TMPDIR", folder);
  const output = join(folder, "video.mp4");
  try {
    const samples: number[] = [];
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
      samples.push(resident());
    }
    assert.deepEqual(children(), []);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["video.mp4"]);
    // Deno keeps some threads for blocking calls, or ends them, as it likes.
    assert.ok(threadCount() <= threads + 4, `${threadCount()} threads, at first ${threads}`);
    // Deno's own caches come and go.
    assert.ok(openFiles() <= files + 10, `${openFiles()} open files, at first ${files}`);
    const early = Math.max(...samples.slice(10, 30));
    const late = Math.max(...samples.slice(-20));
    console.log(`resident: ${early.toFixed(0)} MB early, ${late.toFixed(0)} MB late`);
    assert.ok(late < 1.3 * early + 100, `resident memory grew from ${early} to ${late} MB`);
  } finally {
    if (temporary === undefined) Deno.env.delete("TMPDIR");
    else Deno.env.set("TMPDIR", temporary);
    await Deno.remove(folder, { recursive: true });
  }
});
