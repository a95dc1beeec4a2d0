/** The same video from the workers of a Dask cluster, whatever happens to them. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { animate, type AnimateOptions, type Animation, type Stats } from "vega-reel";
import { withFolder } from "../folder.ts";
import { slowWave } from "../store/killed.ts";
import { fixedWaveSpec, waveSpec } from "../wave.ts";
import { FRAMES, held, untilHeld } from "./held.ts";
import { assertHolds } from "./same_bytes.ts";
import { DaskCluster, type Worker } from "./dask.ts";
import { CONTEXT_BYTES, scanWithContext } from "./shared_context.ts";
import { descendants, type Process, taskProcesses, until, untilGone } from "../processes.ts";

let cluster: DaskCluster;
let workers: Worker[];

Deno.test.beforeAll(async () => {
  cluster = await DaskCluster.start();
  workers = await Promise.all([cluster.addWorker(), cluster.addWorker()]);
});

Deno.test.afterAll(() => cluster[Symbol.asyncDispose]());

const executor = () => `dask:${cluster.address}`;

/** A job on the cluster, and the bytes that it must give. */
interface Compared {
  job: Animation;
  /** Waits for the job, and compares. */
  assertSame(): Promise<Stats>;
}

/** Begins a job on the cluster whose video must be that of the same job here. */
async function begin(
  folder: string,
  params: Parameters<typeof animate>[1],
  options: AnimateOptions,
  spec: object = waveSpec,
): Promise<Compared> {
  const output = join(folder, "video.mp4");
  const common = { output, show: false, cache: false, ...options };
  await animate(spec, params, { ...common, workers: 2 });
  const expected = await Deno.readFile(output);
  await Deno.remove(output);
  const job = animate(spec, params, { ...common, executor: executor() });
  return {
    job,
    async assertSame() {
      const { stats } = await job;
      assertHolds(output, expected);
      return stats;
    },
  };
}

/** Begins a job on the cluster whose workers are held up. */
async function heldJob(folder: string): Promise<{ job: Animation; gate: string }> {
  const gate = join(folder, "held");
  await Deno.mkdir(gate);
  const job = animate(fixedWaveSpec, FRAMES, {
    ...{ output: join(folder, "video.mp4"), cache: false, show: false, executor: executor() },
    ...{ update: held, context: { folder: gate }, segmentFrames: 30 },
  });
  return { job, gate };
}

Deno.test("animate() renders the same bytes on Dask, and says where", () =>
  withFolder(async (folder) => {
    const { job, assertSame } = await begin(folder, 60, {
      update: new URL("made_wave.ts", import.meta.url),
      context: new Map([["points", 40]]),
      segmentFrames: 15,
    });
    const stats = await assertSame();
    assert.equal(stats.workers, 2);
    const where = Deno.hostname();
    assert.deepEqual(stats.machines, { [where]: 4 });
    assert.deepEqual(job.segments()[3], { index: 3, first: 45, frames: 15, state: "done", where });
  }));

Deno.test("animate() goes on when a worker is killed in mid-segment and another one joins", () =>
  withFolder(async (folder) => {
    const gate = join(folder, "held");
    const { job, assertSame } = await begin(folder, FRAMES, {
      ...{ update: held, context: { folder: gate }, segmentFrames: 30 },
    }, fixedWaveSpec);
    const [lost, kept] = workers;
    await Deno.mkdir(gate);
    const busy = await untilHeld(gate, () => lost.id);
    await lost.kill();
    await untilGone(busy);
    await Deno.remove(gate, { recursive: true });
    workers = [kept, await cluster.addWorker()];
    const { segments } = await assertSame();
    assert.equal(segments.rendered, 4);
    assert.equal(job.segments().every(({ state }) => state === "done"), true);
  }));

Deno.test("animate() that is cancelled leaves nothing running on Dask", () =>
  withFolder(async (folder) => {
    const { job, gate } = await heldJob(folder);
    const busy = (await Promise.all(workers.map(({ id }) => untilHeld(gate, () => id)))).flat();
    job.cancel();
    await assert.rejects(job, { name: "AbortError" });
    await untilGone([...busy, ...descendants(Deno.pid).filter(isBridge)]);
    // A worker may begin the next one before it hears of its end, too.
    await until("no task runs", () => workers.every(({ id }) => taskProcesses(id).length === 0));
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["held"]);
  }));

Deno.test("animate() whose program is killed leaves nothing running on Dask", () =>
  withFolder(async (folder) => {
    const gate = join(folder, "held");
    await Deno.mkdir(gate);
    const child = spawn("held.ts", [join(folder, "video.mp4"), gate]);
    const busy = (await Promise.all(workers.map(({ id }) => untilHeld(gate, () => id)))).flat();
    const bridge = descendants(child.pid).filter(isBridge);
    assert.equal(bridge.length, 1);
    child.kill("SIGKILL");
    await child.status;
    await untilGone([...busy, ...bridge]);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["held"]);
  }));

Deno.test("animate() ends with the frame's error and keeps what is done on Dask", () =>
  withFolder(async (folder) => {
    const options = {
      ...{ output: join(folder, "video.mp4"), cache: join(folder, "cache"), show: false },
      ...{ segmentFrames: 10, executor: executor() },
    };
    const broken = animate(fixedWaveSpec, 60, {
      ...options,
      update(_: unknown, { index }: { index: number }) {
        if (index === 47) throw new RangeError("no such wave");
        return { wave: [{ x: 0, y: 0 }, { x: 10, y: Math.sin(index) }] };
      },
    });
    await assert.rejects(broken, {
      message: "Cannot render frame 47 as 'update' threw RangeError: no such wave " +
        `(on '${Deno.hostname()}')`,
    });
    const states = broken.segments().map(({ state }) => state);
    assert.equal(states[4], "failed");
    assert.ok(states.filter((state) => state === "done").length >= 2, `${states}`);
  }));

Deno.test("animate() on Dask goes on where its program was killed, to the same bytes", () =>
  withFolder(async (folder) => {
    const cache = join(folder, "cache");
    const output = join(folder, "video.mp4");
    const child = spawn("../store/killed.ts", [output, cache, "2", "60"]);
    assert.equal((await child.status).signal, "SIGKILL");
    const options = { cache, update: slowWave, show: false, output };
    const { stats } = await animate(waveSpec, 60, { ...options, executor: executor() });
    const { reused, rendered } = stats.segments;
    assert.ok(reused >= 2 && reused + rendered === 4, `${reused} of 4`);
    const resumed = await Deno.readFile(output);
    await animate(waveSpec, 60, { ...options, cache: false });
    assertHolds(output, resumed);
  }));

Deno.test("BridgeExecutor sends a context of 50 MB once to each worker of Dask", async () => {
  const sent = await scanWithContext(executor());
  // Each has a folder of its own, as machines have.
  assert.ok(sent > 2 * CONTEXT_BYTES, `${sent} bytes`);
  assert.ok(sent < 2.1 * CONTEXT_BYTES, `${sent} bytes`);
  for (const { folder } of workers) {
    const shared = join(folder, "vega-reel", "shared");
    const sizes = [...Deno.readDirSync(shared)].map(({ name }) =>
      Deno.statSync(join(shared, name)).size
    );
    assert.equal(sizes.filter((size) => size > CONTEXT_BYTES).length, 1);
  }
});

/** Starts a program that is killed, with the cluster for its executor. */
function spawn(script: string, args: string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", fileURLToPath(new URL(script, import.meta.url)), ...args],
    env: { VEGA_REEL_EXECUTOR: executor() },
    stdout: "null",
    stderr: "null",
  }).spawn();
}

function isBridge({ command }: Process): boolean {
  return command.includes("vega_reel.bridge");
}
