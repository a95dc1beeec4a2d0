/** From what the user gave to a job that can be rendered. */
import { randomUUID } from "node:crypto";
import { hasRaster } from "../render/raster.ts";
import type { Job, RasterName } from "../render/task.ts";
import { compileSpec, type VegaSpec } from "../spec/compile.ts";
import { animationFrames } from "../spec/animation_frames.ts";
import { inlineData } from "../spec/data.ts";
import { planDomains, type SharedScale } from "../spec/domains.ts";
import { loadSpec } from "../spec/load.ts";
import { namesOf } from "../spec/names.ts";
import { withoutUnseen } from "../spec/unseen.ts";
import { type FrameSource, frameSource } from "./frames.ts";
import type { ResolvedOptions } from "./options.ts";

/** Cairo where it is there, else Skia. */
export async function chooseRaster(wanted: "auto" | RasterName): Promise<RasterName> {
  if (wanted !== "auto") return wanted;
  return await hasRaster("cairo") ? "cairo" : "skia";
}

/** A job whose domains and layout are not settled yet. */
export interface Prepared {
  draft: Job & { spec: VegaSpec };
  frames: FrameSource;
  /** The spec as the user wrote it. */
  written: Record<string, unknown>;
  /** True when the view lays itself out to the size that was asked for. */
  fitted: boolean;
  /** The scales whose domains all frames share. */
  shared: SharedScale[];
}

/** Compiles the spec and checks everything that can be checked before a frame is drawn. */
export async function prepare(
  source: unknown,
  params: unknown,
  options: ResolvedOptions,
  raster: RasterName,
  signal: AbortSignal,
): Promise<Prepared> {
  const { spec: written, ...resources } = await loadSpec(source, options.resources, signal);
  const { width, height, background, config, domains } = options;
  const compiled = await compileSpec(written, { width, height }, config);
  const names = namesOf(compiled, compiled.source);
  const inlined = await inlineData(compiled.spec, resources, signal);
  names.missing = inlined.missing;
  const animated = compiled.animation &&
    await animationFrames(inlined.spec, compiled.animation, names, resources, options.fps);
  const frames = frameSource(
    params === undefined ? animated?.params() : params,
    names,
    options.update !== undefined,
  );
  const still = withoutUnseen(animated?.spec ?? inlined.spec);
  const spec = background === undefined ? still : { ...still, background };
  const shared = planDomains(spec, domains, compiled.rescaled);
  const draft = {
    id: randomUUID(),
    spec,
    names,
    ...resources,
    update: options.update,
    context: options.context,
    seed: options.seed,
    fps: options.fps,
    frames: frames.frames,
    frameTimeout: options.frameTimeout,
    raster,
    fonts: options.fonts,
    patchInPlace: true,
    rungB: true,
    check: options.check,
    encoding: { kind: "png" as const },
  };
  return { draft, frames, written, fitted: compiled.fitted, shared };
}
