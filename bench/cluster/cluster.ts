/**
 * Measures what rendering on other machines costs, with a Dask cluster and loky on this one:
 * overhead for each segment, scaling, and how much goes through the bridge by itself.
 *
 * Usage: deno run -A --no-check bench/cluster/cluster.ts [MAX_WORKERS]
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { availableParallelism } from "node:os";
import { animate } from "../../kernel-lib/mod.ts";
import { checkSegment, writeVideo } from "../../kernel-lib/job/join.ts";
import { encodeArguments, ffmpegCommand } from "../../kernel-lib/job/encoder.ts";
import { SegmentSpool } from "../../kernel-lib/job/spool.ts";
import { Encoder } from "../../kernel-lib/render/encode.ts";
import { BridgeProcess } from "../../kernel-lib/run/bridge_process.ts";
import { SegmentStore } from "../../kernel-lib/store/segment_store.ts";
import { DaskCluster } from "../../test/cluster/dask.ts";
import { fixedWaveSpec } from "../../test/wave.ts";

const maxWorkers = Number(Deno.args[0] ?? availableParallelism());
const folder = await Deno.makeTempDir({ prefix: "vega-reel-bench-" });
const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** An `update` that computes for about so many milliseconds, by counting and not by the clock. */
function busy(_: unknown, { index, context }: { index: number; context: { rounds: number } }) {
  let sum = 0;
  for (let i = 1; i < context.rounds; i++) sum += Math.sin(i * index) / i;
  return { wave: [{ x: 0, y: 0 }, { x: 10, y: Math.sin(index / 5) + sum * 1e-9 }] };
}

/** Seconds in which the segments of a job were rendered. */
async function seconds(executor: string, workers: number, frames: number, rounds: number) {
  const { stats } = await animate(fixedWaveSpec, frames, {
    ...{ output: join(folder, "video.mp4"), executor, workers, show: false, cache: false },
    ...{ update: busy, context: { rounds }, segmentFrames: 15 },
  });
  return stats.seconds;
}

/** One worker, many small segments: what each takes here, and there. */
async function overhead(dask: string) {
  const segments = 20;
  console.log(`\nOne worker, ${segments} segments of 15 small frames, median of 3`);
  console.log("executor   ms a segment   whole job, s");
  for (const [name, executor] of [["local", "local"], ["loky", "loky:1"], ["dask", dask]]) {
    const runs = [];
    for (let i = 0; i < 3; i++) runs.push(await seconds(executor, 1, 15 * segments, 0));
    const render = 1000 * median(runs.map(({ render }) => render)) / segments;
    const total = median(runs.map(({ total }) => total));
    console.log(
      `${name.padEnd(10)} ${render.toFixed(0).padStart(12)} ${total.toFixed(2).padStart(14)}`,
    );
  }
}

/** Heavy frames on more and more workers. */
async function scaling() {
  console.log("\n16 segments of 15 heavy frames: seconds to render them, S(p) and S(p)/p");
  const frames = 16 * 15;
  const first: Record<string, number> = {};
  for (let workers = 1; workers <= maxWorkers; workers *= 2) {
    await using cluster = await DaskCluster.start();
    for (let i = 0; i < workers; i++) await cluster.addWorker();
    for (const [name, executor] of [["local", "local"], ["dask", `dask:${cluster.address}`]]) {
      const { render } = await seconds(executor, workers, frames, 1_000_000);
      first[name] ??= render;
      const speedup = first[name] / render;
      const figures = [render, speedup, speedup / workers].map((n) => n.toFixed(2)).join("  ");
      console.log(`${name.padEnd(6)} ${workers} workers  ${figures}`);
    }
  }
}

/** A real segment of about so many bytes: frames of noise. */
async function segmentOf(bytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const size = { width: 320, height: 240 };
  const encoder = new Encoder(
    ffmpegCommand(),
    encodeArguments("x264", { ...size, fps: 30, crf: 21 }),
  );
  const frame = new Uint8Array(size.width * size.height * 3 / 2);
  const noise = (320 * 240) * Math.min(1, bytes / 700_000);
  for (let i = 0; i < 15; i++) {
    for (let j = 0; j < noise; j++) frame[j] = Math.random() * 256;
    await encoder.write(frame);
  }
  return await encoder.finish();
}

/** What goes through bridge, check, store and join where rendering takes no time. */
async function throughput(executor: string, name: string, bytes: Uint8Array<ArrayBuffer>) {
  const segments = 600;
  const ready = Promise.withResolvers<void>();
  const waiting = new Map<string, (bytes: Uint8Array<ArrayBuffer>) => void>();
  const bridge = new BridgeProcess(executor, ({ head, bytes }) => {
    if (head.type === "ready") ready.resolve();
    if (head.type === "failed") ready.reject(new Error(head.words));
    if (head.type === "failure") throw new Error(JSON.stringify(head));
    if (head.type === "result") waiting.get(head.id)?.(bytes);
  });
  const environment = {};
  bridge.send({ type: "setup", setup: { deno: "", entry: "", ffmpeg: "", environment } });
  await ready.promise;
  const hash = createHash("sha256").update(bytes).digest("hex");
  bridge.send({ type: "blob", hash }, bytes);
  const store = new SegmentStore(join(folder, "store"));
  using spool = new SegmentSpool();
  const render = (index: number) => {
    const id = String(index);
    const { promise, resolve } = Promise.withResolvers<Uint8Array<ArrayBuffer>>();
    waiting.set(id, resolve);
    bridge.send({
      ...{ type: "task", id, action: "idle", label: `segment ${id}`, header: { type: "idle" } },
      ...{ needs: [[hash, bytes.length]], timeout: undefined },
    }, new Uint8Array(2000));
    return promise;
  };
  // The first one brings the bytes to the worker.
  await render(segments);
  const start = performance.now();
  let next = 0;
  const worker = async () => {
    while (next < segments) {
      const index = next++;
      const result = await render(index);
      checkSegment(result, index, 15);
      const key = createHash("sha256").update(`${name} ${index} ${bytes.length}`).digest("hex");
      store.put(key, { meta: {}, bytes: result });
      spool.set(index, result);
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  const rendered = (performance.now() - start) / 1000;
  const sources = Array.from({ length: segments }, (_, index) => ({
    ...{ frames: 15, read: () => spool.get(index) },
  }));
  const format = { width: 320, height: 240, fps: 30, frames: 15 * segments };
  await writeVideo(join(folder, "all.mp4"), sources, format, new AbortController().signal);
  const total = (performance.now() - start) / 1000;
  await bridge.close();
  const megabytes = segments * bytes.length / 1e6;
  console.log(
    [
      `${name.padEnd(8)}`,
      `${(bytes.length / 1000).toFixed(0).padStart(6)} kB`,
      `${(segments / rendered).toFixed(0).padStart(6)} segments/s`,
      `${(megabytes / rendered).toFixed(1).padStart(6)} MB/s`,
      `with the join ${(segments / total).toFixed(0)} segments/s, ${
        (megabytes / total).toFixed(1)
      } MB/s`,
    ].join("  "),
  );
  return segments / total;
}

await using cluster = await DaskCluster.start();
const dask = `dask:${cluster.address}`;
await cluster.addWorker();
await overhead(dask);
await scaling();
await cluster.addWorker();
console.log("\nThrough bridge, check and store, 600 segments that take no time, 2 workers");
for (const bytes of [30_000, 700_000]) {
  const segment = await segmentOf(bytes);
  for (const [name, executor] of [["loky", "loky:2"], ["dask", dask]]) {
    const rate = await throughput(executor, name, segment);
    console.log(
      `         1,000 workers are kept busy by segments of ${(1000 / rate).toFixed(1)} s or more`,
    );
  }
}
await Deno.remove(folder, { recursive: true });
