/** `still()`: one frame as a picture, for trying things out before a long render. */
import { abortable } from "./job/abortable.ts";
import { chooseRaster, prepare } from "./job/prepare.ts";
import { settle } from "./job/scan.ts";
import { type AnimateOptions, readOptions } from "./job/options.ts";
import type { FrameSource, Params } from "./job/frames.ts";
import { localExecutor } from "./local_executor.ts";
import { showLog, showWarning } from "./show/log.ts";
import type { SpecSource } from "./spec/load.ts";

/** The options of `animate` that concern one picture. */
const PICTURE_OPTIONS = [
  "background",
  "config",
  "context",
  "domains",
  "fonts",
  "fps",
  "frameTimeout",
  "height",
  "raster",
  "resources",
  "scale",
  "seed",
  "signal",
  "update",
  "width",
] as const satisfies (keyof AnimateOptions)[];

/** Options of {@linkcode still}: those of `animate` that concern one picture, and the frame. */
// Params and context are the user's own types.
// deno-lint-ignore no-explicit-any
export interface StillOptions<Each = any, Context = any>
  extends Pick<AnimateOptions<Each, Context>, (typeof PICTURE_OPTIONS)[number]> {
  /** Index of the frame. @default {0} */
  frame?: number;
}

/**
 * Renders one frame of an animation.
 *
 * @param spec A Vega or Vega-Lite spec, or the path or URL of one.
 * @param params As for `animate`.
 * @param options All optional.
 * @returns A PNG image, the same pixels as that frame of the video before it is encoded.
 * @throws {RangeError} If there is no such frame.
 *
 * @example
 * ```ts
 * import { still } from "vega-reel";
 *
 * await Deno.writeFile("frame.png", await still("chart.vl.json", [{}], { frame: 0 }));
 * ```
 */
// As above.
// deno-lint-ignore no-explicit-any
export async function still<Each = any, Context = any>(
  spec: SpecSource,
  params?: Params<Each>,
  options: StillOptions<Each, Context> = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { frame = 0, ...rest } = options;
  if (!Number.isInteger(frame) || frame < 0) {
    throw new RangeError(
      `Cannot draw a still as 'frame' must be an integer of at least 0: current value is ${frame}`,
    );
  }
  const resolved = readOptions(rest, "draw a still", [...PICTURE_OPTIONS]);
  const signal = resolved.signal ?? new AbortController().signal;
  const raster = await chooseRaster(resolved.raster);
  const executor = localExecutor(1, raster);
  try {
    const prepared = await abortable(prepare(spec, params, resolved, raster, signal), signal);
    prepared.warnings.forEach(showWarning);
    const events = { onFrames() {}, onScanned() {}, onLog: showLog };
    try {
      const all = { mayAssume: false };
      using settled = await settle(executor, prepared, resolved, events, signal, all);
      const { job } = settled;
      const png = { ...job, encoding: { kind: "png" as const } };
      await abortable(executor.open(png, events), signal);
      const frameParams = await abortable(paramsAt(settled.frames(), frame), signal);
      const task = { job: png.id, index: 0, first: frame, frames: 1, params: [frameParams] };
      return (await executor.render(task, signal)).bytes;
    } finally {
      prepared.frames.close();
    }
  } finally {
    await executor.close();
  }
}

async function paramsAt(frames: FrameSource, index: number) {
  for (let i = 0;; i++) {
    const params = await frames.next();
    if (params === undefined) {
      throw new RangeError(
        `Cannot draw a still as 'frame' must be less than the number of frames, ${i}: ` +
          `current value is ${index}`,
      );
    }
    if (i === index) return params;
  }
}
