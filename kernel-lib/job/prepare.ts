/** From what the user gave to a job that can be rendered. */
import { randomUUID } from "node:crypto";
import { hasRaster } from "../render/raster.ts";
import type { Job, Picture, RasterName } from "../render/task.ts";
import type { Executor } from "../run/executor.ts";
import { compileSpec, type VegaSpec } from "../spec/compile.ts";
import { animationFrames } from "../spec/animation_frames.ts";
import { inlineData } from "../spec/data.ts";
import { lockLayout, planPicture } from "../spec/layout.ts";
import { loadSpec } from "../spec/load.ts";
import { namesOf } from "../spec/names.ts";
import { abortable } from "./abortable.ts";
import { type FrameSource, frameSource, withFirst } from "./frames.ts";
import type { ResolvedOptions } from "./options.ts";

/** Cairo where it is there, else Skia. */
export async function chooseRaster(wanted: "auto" | RasterName): Promise<RasterName> {
  if (wanted !== "auto") return wanted;
  return await hasRaster("cairo") ? "cairo" : "skia";
}

/** A job whose layout is not settled yet. */
export interface Prepared {
  draft: Job & { spec: VegaSpec };
  frames: FrameSource;
  /** The spec as the user wrote it. */
  written: Record<string, unknown>;
  /** True when the view lays itself out to the size that was asked for. */
  fitted: boolean;
}

/** Compiles the spec and checks everything that can be checked before a frame is drawn. */
export async function prepare(
  source: unknown,
  params: unknown,
  options: ResolvedOptions,
  raster: RasterName,
  signal: AbortSignal,
): Promise<Prepared> {
  const loaded = await loadSpec(source, signal);
  const { width, height, background } = options;
  const compiled = await compileSpec(loaded.spec, { width, height });
  const names = namesOf(compiled, compiled.source);
  const inlined = await inlineData(compiled.spec, loaded.baseURL, loaded.localFiles, signal);
  names.missing = inlined.missing;
  const animated = compiled.animation &&
    await animationFrames(inlined.spec, compiled.animation, names, loaded, options.fps);
  const frames = frameSource(
    params === undefined ? animated?.params() : params,
    names,
    options.update !== undefined,
  );
  const still = animated?.spec ?? inlined.spec;
  const spec = background === undefined ? still : { ...still, background };
  const draft = {
    id: randomUUID(),
    spec,
    names,
    baseURL: loaded.baseURL,
    localFiles: loaded.localFiles,
    update: options.update,
    context: options.context,
    seed: options.seed,
    fps: options.fps,
    frames: frames.frames,
    frameTimeout: options.frameTimeout,
    raster,
    patchInPlace: true,
    rungB: true,
    check: options.check,
    encoding: { kind: "png" as const },
  };
  return { draft, frames, written: loaded.spec, fitted: compiled.fitted };
}

/** A job whose layout is settled. */
export interface Settled {
  job: Job & { picture: Picture };
  frames: FrameSource;
}

/** Settles the layout by drawing the first frame. */
export async function settle(
  executor: Executor,
  { draft, frames, fitted }: Prepared,
  options: ResolvedOptions,
  signal: AbortSignal,
): Promise<Settled> {
  const first = await abortable(frames.next(), signal);
  if (first === undefined) throw new RangeError("Cannot animate as there must be a frame");
  const scan = await executor.scan({ job: draft.id, frame: 0, params: first }, signal);
  const { width, height, scale } = options;
  // A view that laid itself out to the size is not scaled again.
  const size = { width, height, scale: fitted ? 1 : scale };
  const picture = planPicture(scan.size, size, options.background ?? "white");
  // What `update` made of the frame is used again: it is called once for each frame.
  const params = scan.patch === undefined ? first : { values: scan.patch, update: false };
  return {
    job: { ...draft, spec: lockLayout(draft.spec, scan), picture },
    frames: withFirst(params, frames),
  };
}
