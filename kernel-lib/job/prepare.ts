/** From what the user gave to a job that can be rendered. */
import { randomUUID } from "node:crypto";
import { hasRaster } from "../render/raster.ts";
import type { Job, RasterName } from "../render/task.ts";
import { type BinRequest, planBins } from "../spec/bins.ts";
import { planCells } from "../spec/cells.ts";
import { compileSpec, type VegaSpec } from "../spec/compile.ts";
import { animationFrames } from "../spec/animation_frames.ts";
import { inlineData } from "../spec/data.ts";
import { planDomains, type SharedScale } from "../spec/domains.ts";
import { withFittedScales } from "../spec/fitted_scales.ts";
import { type LoadedSpec, loadSpec } from "../spec/load.ts";
import { namesOf } from "../spec/names.ts";
import { planProjections } from "../spec/projections.ts";
import { withoutUnseen } from "../spec/unseen.ts";
import { type FrameSource, frameSource, namesIn } from "./frames.ts";
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
  /** What Vega-Lite warns of. */
  warnings: string[];
  /** True when the view lays itself out to the size that was asked for. */
  fitted: boolean;
  /** The scales whose domains all frames share. */
  shared: SharedScale[];
  /** The bins that all frames share. */
  bins: BinRequest[];
}

/** How the messages of our own errors begin; those of the language and of Vega do not. */
const OWN = /^Cannot (animate|compile|draw|get|load|parse|read the|set) /;

/**
 * Compiles the spec and checks everything that can be checked before a frame is drawn.
 *
 * @throws {Error} If the spec, or what goes with it, is not what it must be.
 */
export async function prepare(
  source: unknown,
  params: unknown,
  options: ResolvedOptions,
  raster: RasterName,
  signal: AbortSignal,
): Promise<Prepared> {
  const loaded = await loadSpec(source, options.resources, signal);
  try {
    return await prepareLoaded(loaded, params, options, raster, signal);
  } catch (cause) {
    // A spec can be wrong in more ways than can be looked for.
    if (!(cause instanceof Error) || signal.aborted || OWN.test(cause.message)) throw cause;
    throw new TypeError(`Cannot read the spec: ${cause.message}`, { cause });
  }
}

async function prepareLoaded(
  { spec: written, ...resources }: LoadedSpec,
  params: unknown,
  options: ResolvedOptions,
  raster: RasterName,
  signal: AbortSignal,
): Promise<Prepared> {
  const { width, height, background, config, domains } = options;
  const compiled = await compileSpec(written, { width, height }, config, namesIn(params));
  const names = namesOf(compiled, compiled.source);
  const inlined = await inlineData(compiled.spec, resources, signal);
  names.missing = inlined.missing;
  const { animation, times = [] } = compiled;
  const animated = animation &&
    await animationFrames({ spec: inlined.spec, animation, times }, names, resources, options.fps);
  const frames = frameSource(
    params === undefined ? animated?.params() : params,
    names,
    options.update !== undefined,
  );
  const still = withFittedScales(withoutUnseen(animated?.spec ?? inlined.spec));
  const spec = background === undefined ? still : { ...still, background };
  const shared = [
    ...planDomains(spec, domains, compiled.rescaled),
    ...planProjections(spec, domains),
    ...planCells(spec, domains),
  ];
  const bins = planBins(spec, domains, compiled.rescaled);
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
  return {
    draft,
    frames,
    written,
    warnings: compiled.warnings ?? [],
    fitted: compiled.fitted,
    shared,
    bins,
  };
}
