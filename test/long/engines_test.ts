/** The engines that are not in every test run: each in an environment of its own. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { animate } from "vega-reel";
import { DaskCluster } from "../cluster/dask.ts";
import { FRAMES, held, untilHeld } from "../cluster/held.ts";
import {
  descendants,
  type Process,
  processes,
  taskProcesses,
  until,
  untilGone,
} from "../processes.ts";
import { assertHolds } from "../cluster/same_bytes.ts";
import { withFolder } from "../folder.ts";
import { fixedWaveSpec } from "../wave.ts";

/** An engine that runs. */
interface Running {
  /** What the option `executor` names. */
  executor: string;
  /** The process below which its workers are; `NOBODY` where there is none. */
  root(): number;
  end(): Promise<void>;
}

/** The id of no process: that it has no children is right. */
const NOBODY = -1;

/**
 * Runs a test with the Python of an engine's environment, as `npm run test:long` makes it. What
 * it has begun ends with the signal that it is given.
 */
async function withEngine(
  name: string,
  start: (folder: string, python: string) => Promise<Running>,
  test: (engine: Running, folder: string, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const folders = Deno.env.get("VEGA_REEL_ENGINES") ??
    fileURLToPath(new URL("../../.venv/engines", import.meta.url));
  const python = join(folders, name, "bin", "python");
  const before = Deno.env.get("VEGA_REEL_PYTHON");
  Deno.env.set("VEGA_REEL_PYTHON", python);
  try {
    await withFolder(async (folder) => {
      const engine = await start(folder, python);
      const ended = new AbortController();
      try {
        await test(engine, folder, ended.signal);
      } finally {
        ended.abort();
        await engine.end();
      }
    });
  } finally {
    if (before === undefined) Deno.env.delete("VEGA_REEL_PYTHON");
    else Deno.env.set("VEGA_REEL_PYTHON", before);
  }
}

/** Two engines, and the controller that they and clients find by the profile's files. */
async function startIpyparallel(folder: string, python: string): Promise<Running> {
  Deno.env.set("IPYTHONDIR", folder);
  const cluster = new Deno.Command(python, {
    args: ["-m", "ipyparallel.cluster", "start", "-n", "2", "--profile", "reel"],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const wait = "import ipyparallel; ipyparallel.Client(profile='reel', timeout=60)" +
    ".wait_for_engines(2, timeout=60)";
  await until("the controller has written its files", async () => {
    const { success } = await new Deno.Command(python, { args: ["-c", wait] }).output();
    return success;
  });
  return {
    executor: "ipyparallel:reel",
    root: () => cluster.pid,
    async end() {
      const all = descendants(cluster.pid);
      cluster.kill("SIGINT");
      await cluster.status;
      await untilGone(all);
      Deno.env.delete("IPYTHONDIR");
    },
  };
}

/** Two workers that Parsl starts by itself, as a batch system would: they are nobody's children. */
async function startParsl(folder: string): Promise<Running> {
  const config = join(folder, "config.py");
  await Deno.writeTextFile(
    config,
    `from parsl import Config, HighThroughputExecutor
from parsl.providers import LocalProvider

config = Config(
    executors=[
        HighThroughputExecutor(
            label="local",
            address="127.0.0.1",
            encrypted=False,
            max_workers_per_node=2,
            cores_per_worker=0.5,
            heartbeat_period=2,
            heartbeat_threshold=6,
            provider=LocalProvider(init_blocks=1, max_blocks=1),
        )
    ],
    run_dir=${JSON.stringify(join(folder, "runinfo"))},
    strategy="none",
)
`,
  );
  const isPool = ({ command }: Process) =>
    command.includes("process_worker_pool") && command.includes(folder);
  return {
    executor: `parsl:${config}`,
    root: () => processes().find(isPool)?.id ?? NOBODY,
    end: () => until("Parsl's pool has ended", () => !processes().some(isPool)),
  };
}

const ENGINES = { ipyparallel: startIpyparallel, parsl: startParsl };

for (const [name, start] of Object.entries(ENGINES)) {
  Deno.test(`animate() renders the same bytes on ${name}, whose worker is killed`, () =>
    withEngine(name, start, async ({ executor, root }, folder, signal) => {
      const gate = join(folder, "held");
      const output = join(folder, "video.mp4");
      const options = {
        ...{ output, show: false, cache: false, segmentFrames: 30, signal },
        ...{ update: held, context: { folder: gate } },
      };
      await animate(fixedWaveSpec, FRAMES, options);
      const expected = await Deno.readFile(output);
      const first = await animate(fixedWaveSpec, FRAMES, { ...options, executor });
      assertHolds(output, expected);
      assert.deepEqual(first.stats.machines, { [Deno.hostname()]: 4 });

      await Deno.mkdir(gate);
      const job = animate(fixedWaveSpec, FRAMES, { ...options, executor });
      const [lost] = await untilBothHeld(gate, root);
      const busy = taskProcesses(lost.id);
      Deno.kill(lost.id, "SIGKILL");
      await untilGone(busy);
      await Deno.remove(gate, { recursive: true });
      const { stats } = await job;
      assertHolds(output, expected);
      assert.equal(stats.segments.rendered, 4);
    }));

  Deno.test(`animate() that is cancelled leaves nothing running on ${name}`, () =>
    withEngine(name, start, async ({ executor, root }, folder, signal) => {
      const gate = join(folder, "held");
      await Deno.mkdir(gate);
      const job = animate(fixedWaveSpec, FRAMES, {
        ...{ output: join(folder, "video.mp4"), show: false, cache: false, segmentFrames: 30 },
        ...{ update: held, context: { folder: gate }, executor, signal },
      });
      const busy = (await untilBothHeld(gate, root)).flatMap(({ id }) => taskProcesses(id));
      job.cancel();
      await assert.rejects(job, { name: "AbortError" });
      await untilGone(busy);
      await until("no task runs", () => taskProcesses(root()).length === 0);
    }));
}

Deno.test("animate() ends when Dask's scheduler is killed", () =>
  withFolder(async (folder) => {
    await using cluster = await DaskCluster.start();
    const { id } = await cluster.addWorker();
    const gate = join(folder, "held");
    await Deno.mkdir(gate);
    const executor = `dask:${cluster.address}`;
    const job = animate(fixedWaveSpec, FRAMES, {
      ...{ output: join(folder, "video.mp4"), show: false, cache: false, segmentFrames: 30 },
      ...{ update: held, context: { folder: gate }, executor },
    });
    const busy = await untilHeld(gate, () => id);
    await cluster.kill();
    await assert.rejects(job, {
      message: new RegExp(
        `^Cannot use the executor '${executor}' as it does not answer any more: `,
      ),
    });
    await untilGone(busy);
  }));

/** Waits until both workers are held up; returns them. */
async function untilBothHeld(gate: string, root: () => number): Promise<Process[]> {
  await until("both workers render", () => busyWorkers(root()).length === 2);
  for (const { id } of busyWorkers(root())) await untilHeld(gate, () => id);
  return busyWorkers(root());
}

/** The processes of an engine whose own child does a task. */
function busyWorkers(root: number): Process[] {
  const all = descendants(root);
  const shims = all.filter(({ command }) => command.includes("Starts one process"));
  return all.filter(({ id }) => shims.some(({ parent }) => parent === id))
    .filter(({ id }) => taskProcesses(id).length > 1);
}
