/** Machines that would give other bytes, or cannot be had, end a job before it begins. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { animate } from "vega-reel";
import { ffmpegCommand } from "../../kernel-lib/job/encoder.ts";
import { withFolder } from "../folder.ts";
import { fixedWaveSpec, waveFrames } from "../wave.ts";
import { DaskCluster } from "./dask.ts";
import { FRAMES, held } from "./held.ts";
import { taskProcesses, until } from "../processes.ts";

let cluster: DaskCluster;

Deno.test.beforeAll(async () => {
  cluster = await DaskCluster.start();
  await cluster.addWorker();
});

Deno.test.afterAll(() => cluster[Symbol.asyncDispose]());

/** Asserts that a job ends with a message while a worker with such an environment is there. */
async function assertUnfit(env: Record<string, string>, message: RegExp) {
  const worker = await cluster.addWorker(env);
  try {
    await assertFails(`dask:${cluster.address}`, message);
  } finally {
    await worker.kill();
  }
}

async function assertFails(executor: string, message: RegExp) {
  await withFolder(async (folder) => {
    const output = join(folder, "video.mp4");
    const options = { output, executor, cache: false, show: false };
    const job = animate(fixedWaveSpec, waveFrames(30), options);
    await assert.rejects(job, (error: Error) => {
      assert.match(error.message, message);
      return true;
    });
    assert.equal(job.segments().some(({ state }) => state === "done"), false);
    assert.deepEqual([...Deno.readDirSync(folder)], []);
  });
}

/** An ffmpeg that says that it is another version. */
async function otherFfmpeg(folder: string): Promise<string> {
  const script = join(folder, "ffmpeg");
  const version = "ffmpeg version 4.2-other Copyright";
  await Deno.writeTextFile(
    script,
    `#!/bin/sh\nif [ "$1" = -version ]; then echo '${version}'; else exec '${ffmpegCommand()}' "$@"; fi\n`,
    { mode: 0o755 },
  );
  return script;
}

Deno.test("animate() names a machine of Dask that has no Deno", () =>
  assertUnfit(
    { DENO_PATH: "/nowhere/deno" },
    new RegExp(
      `^Cannot render on '${Deno.hostname()}' as its DENO_PATH is '/nowhere/deno', ` +
        "which cannot be run$",
    ),
  ));

Deno.test("animate() names a machine of Dask that has another ffmpeg", () =>
  withFolder(async (folder) => {
    await assertUnfit(
      { FFMPEG_PATH: await otherFfmpeg(folder) },
      /^Cannot render on '.+' as .*: ffmpeg is 'ffmpeg version 4\.2-other.*' there and 'ffmpeg version .*' here$/,
    );
  }));

Deno.test("animate() names a machine of Dask that has another version of Vega Reel", () =>
  withFolder(async (folder) => {
    const root = fileURLToPath(new URL("../../", import.meta.url));
    const copy = await new Deno.Command("cp", {
      args: ["-r", ...["kernel-lib", "deno.json"].map((name) => join(root, name)), folder],
    }).output();
    assert.ok(copy.success);
    await Deno.symlink(join(root, "node_modules"), join(folder, "node_modules"));
    const manifest = JSON.parse(await Deno.readTextFile(join(root, "package.json")));
    const other = JSON.stringify({ ...manifest, version: "0.0.9" });
    await Deno.writeTextFile(join(folder, "package.json"), other);
    await assertUnfit(
      { VEGA_REEL_ENTRY: join(folder, "kernel-lib", "remote.ts") },
      /^Cannot render on '.+' as .*: Vega Reel is '0\.0\.9, code \w+' there and '.*' here$/,
    );
  }));

Deno.test("animate() ends when a machine that is unfit joins in mid-job", () =>
  withFolder(async (folder) => {
    const gate = join(folder, "held");
    await Deno.mkdir(gate);
    const job = animate(fixedWaveSpec, FRAMES, {
      ...{ output: join(folder, "video.mp4"), executor: `dask:${cluster.address}` },
      ...{ cache: false, show: false, update: held, context: { folder: gate }, segmentFrames: 30 },
    });
    job.catch(() => {});
    await until("a frame is under way", () => job.segments().some(({ where }) => where));
    const worker = await cluster.addWorker({ FFMPEG_PATH: await otherFfmpeg(folder) });
    const failed = () => job.segments().some(({ state }) => state === "failed");
    await until("its first segment has failed", failed);
    // What others have begun is finished first.
    await Deno.remove(gate, { recursive: true });
    await assert.rejects(job, /Cannot render on '.+' as .* ffmpeg is 'ffmpeg version 4\.2-other/);
    await until("no task runs", () => taskProcesses(Deno.pid).length === 0);
    await worker.kill();
  }));

Deno.test("animate() says why an executor cannot be had", async () => {
  // Dask's own setting for how long it tries.
  Deno.env.set("DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT", "1s");
  await assertFails(
    "dask:tcp://127.0.0.1:9",
    /^Cannot use the executor 'dask:tcp:\/\/127\.0\.0\.1:9' as Dask's scheduler cannot be reached: /,
  );
  await assertFails(
    "nothing_here:make",
    /^Cannot use the executor '.*' as there is no Python module 'nothing_here': executors are dask:/,
  );
  await assertFails(
    "parsl:nowhere.py",
    /^Cannot use the executor '.*' as Python has no 'parsl': pip install 'vega-reel\[parsl\]'$/,
  );
});
