/** The pool of this machine, for one call. */
import type { RasterName } from "./render/task.ts";
import type { Executor } from "./run/executor.ts";
import { LocalPool } from "./run/pool.ts";
import { warmPool } from "./run/warm_pool.ts";
import { kernelBroadcast } from "./show/kernel.ts";

/** Workers that are kept in a notebook, and wherever that is wanted; elsewhere they end with it. */
export function localExecutor(workers: number, raster: RasterName): Executor {
  const isKept = warmPool.isKept || kernelBroadcast() !== undefined;
  return isKept ? warmPool.borrow(workers, raster) : new LocalPool(workers, raster);
}
