/** Workers that are kept from one call of `animate` to the next. */
import { type PoolOptions, warmPool } from "./run/warm_pool.ts";

/**
 * Keeps the workers of `animate` and `still` for the next call, which then begins at once. In a
 * notebook they are kept anyway, for five minutes. Workers that have run `update` are not kept.
 *
 * @param options For how long, and with how much memory.
 * @returns What ends the workers when it is disposed, once nobody else keeps them.
 *
 * @example
 * ```ts
 * import { animate, keepPool } from "vega-reel";
 *
 * const frames = [{ year: 2000 }, { year: 2001 }];
 * await using _pool = keepPool();
 * await animate("chart.vl.json", frames);
 * await animate("chart.vl.json", frames, { preset: "fine" });
 * ```
 */
export function keepPool(options: PoolOptions = {}): AsyncDisposable {
  warmPool.keep(options);
  let isKept = true;
  return {
    async [Symbol.asyncDispose]() {
      if (!isKept) return;
      isKept = false;
      await warmPool.letGo();
    },
  };
}

/** Ends the workers that wait for the next call of `animate`, in a notebook too. */
export async function releasePool(): Promise<void> {
  await warmPool.release();
}
