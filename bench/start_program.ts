/** Two equal calls in one process: when is the first frame of each drawn? */
import { animate, keepPool } from "vega-reel";
import { PoolWorker } from "../kernel-lib/run/pool_worker.ts";
import { sceneOf, SIZE } from "./scenes.ts";

const [folder, started] = Deno.args;
const { spec, frames } = sceneOf("wave");
const params = frames(300);

/** When a worker says that it has drawn a frame of a segment; looked at as often as can be. */
async function firstFrame(call: Promise<unknown>): Promise<number> {
  let ended = false;
  call.finally(() => ended = true).catch(() => {});
  while (!ended) {
    for (const worker of workers) {
      const { framesDone, stage } = worker.snapshot;
      if (stage === "encode" || (stage === "draw" && framesDone > 0)) return now();
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  throw new Error("Cannot measure as no frame was seen");
}

/** Milliseconds, in this process as in others. */
function now(): number {
  return performance.timeOrigin + performance.now();
}

const workers = new Set<PoolWorker>();
const request = PoolWorker.prototype.request;
PoolWorker.prototype.request = function (this: PoolWorker, ...args: never[]) {
  workers.add(this);
  return (request as (...args: never[]) => never).apply(this, args);
} as typeof request;

await using _pool = keepPool();
const options = { ...SIZE, cache: false as const, show: false, output: `${folder}/start.mp4` };
const begun = [Number(started)];
const call = animate(spec, params, options);
const cold = await firstFrame(call) - begun[0];
const first = (await call).stats.seconds.total;
const again = now();
const later = animate(spec, params, options);
const warm = await firstFrame(later) - again;
const second = (await later).stats.seconds.total;
console.log(JSON.stringify({ cold: cold / 1000, warm: warm / 1000, first, second }));
