/** The executor of other machines, put together of the parts that know what it needs. */
import { encodeArguments, ffmpegCommand } from "./job/encoder.ts";
import type { RasterName } from "./render/task.ts";
import { BridgeExecutor } from "./run/bridge.ts";
import { readModule } from "./store/module_files.ts";
import { SameResources } from "./store/same_resources.ts";

/** What a trial encodes, to see whether encoders are the same. */
const TRIAL = { width: 256, height: 256, fps: 30, crf: 21 };

/**
 * Begins to connect to the engine of a cluster.
 *
 * @param executor What the option `executor` names; not `"local"`.
 * @param name What people call the video; undefined where the spec's title is to say.
 * @param raster The canvas library of the job.
 * @throws {Error} If there is no Python.
 */
export function bridgeTo(
  executor: string,
  name: string | undefined,
  raster: RasterName,
): BridgeExecutor {
  const { width, height } = TRIAL;
  const trial = { encoder: "x264", arguments: encodeArguments("x264", TRIAL), width, height };
  const resources = new SameResources();
  return new BridgeExecutor(executor, {
    name,
    question: { raster, trial: { ...trial, encoder: "x264" } },
    ffmpeg: ffmpegCommand(),
    readModule,
    isSame: (job, resource) => resources.isSame(job, resource),
  });
}
