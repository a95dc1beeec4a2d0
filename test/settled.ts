/** The job that a fresh view is compared with: its domains and layout written into its spec. */
import type { Job, Picture, RasterName } from "../kernel-lib/render/task.ts";
import { type AnimateOptions, readOptions } from "../kernel-lib/job/options.ts";
import { prepare } from "../kernel-lib/job/prepare.ts";
import { settle } from "../kernel-lib/job/scan.ts";
import { localExecutor } from "../kernel-lib/local_executor.ts";

/** A job with its picture. */
export type SettledJob = Job & { picture: Picture };

/** Settles a job as `animate` does, without rendering it. */
export async function settledJob(
  spec: Record<string, unknown>,
  params: unknown,
  options: AnimateOptions = {},
): Promise<SettledJob> {
  const resolved = readOptions({ workers: 2, ...options });
  const raster: RasterName = options.raster === "skia" ? "skia" : "cairo";
  const { signal } = new AbortController();
  const executor = localExecutor(resolved.workers, raster);
  try {
    const prepared = await prepare(spec, params, resolved, raster, signal);
    const events = { onFrames() {}, onScanned() {}, onLog() {} };
    using settled = await settle(executor, prepared, resolved, events, signal);
    return await settled.lookAtAll?.() ?? settled.job;
  } finally {
    await executor.close();
  }
}
