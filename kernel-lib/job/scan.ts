/** Settles domains and layout before the first segment is rendered. */
import type { Extremes, PlotSize } from "../render/measure.ts";
import type { Job, Picture } from "../render/task.ts";
import type { Executor, JobEvents } from "../run/executor.ts";
import { writeBins } from "../spec/bins.ts";
import { writeCells } from "../spec/cells.ts";
import type { VegaSpec } from "../spec/compile.ts";
import { type SharedScale, withAddedData, writeDomains } from "../spec/domains.ts";
import { holdGuides } from "../spec/guides.ts";
import {
  hasComputedSize,
  isFitted,
  isLayoutFree,
  largest,
  layoutOf,
  lockLayout,
  planPicture,
  plotToFit,
  unfitted,
  withPicture,
} from "../spec/layout.ts";
import { reachesByRows } from "../spec/plain.ts";
import { writeProjections } from "../spec/projections.ts";
import { skeletonOf } from "../spec/skeleton.ts";
import { abortable } from "./abortable.ts";
import { FrameStore } from "./frame_store.ts";
import { type FrameSource, heldFrames, withFirst, withHold } from "./frames.ts";
import type { ResolvedOptions } from "./options.ts";
import type { Prepared } from "./prepare.ts";
import { Scanner } from "./scanner.ts";
import { Survey } from "./survey.ts";

/** A job whose domains and layout are settled. */
export interface Settled extends Disposable {
  job: Job & { picture: Picture };
  /** The frames from the first one on, the held ones included. */
  frames(): FrameSource;
  /** Milliseconds that were spent in `update`. */
  updateTime: number;
  /**
   * Settles the layout anew by a look at all frames; there where only some were looked at, and the
   * job has `limits` that another one turned out not to keep.
   */
  lookAtAll?(): Promise<Job & { picture: Picture }>;
}

/** How often guides are held and what is left is measured again. */
const ROUNDS = 4;

/** Frames besides the outermost ones that are looked at where not all are. */
const SPREAD_FRAMES = 4;

/** Where most frames would be looked at anyway, all are. */
const FEW = 0.25;

/**
 * Settles domains and layout before any frame is drawn. Params are pulled and `update` is called
 * once. Where neither domains nor layout can change, the first frame alone is looked at; where
 * rows tell the domains by themselves, and which frames reach furthest, those alone are run,
 * and the others are held to what they come to when they are drawn; else all frames are run.
 *
 * @param executor Runs the frames.
 * @param prepared The job.
 * @param options The user's options.
 * @param events Told what happens meanwhile.
 * @param signal Gives up.
 * @param mayAssume False if not all frames are drawn, and so not all are held to the layout.
 * @throws {RangeError} If there are more frames than can be looked at, or the video is too large.
 */
export async function settle(
  executor: Executor,
  { draft, frames, fitted: isLaidOut, shared, bins }: Prepared,
  options: ResolvedOptions,
  events: JobEvents,
  signal: AbortSignal,
  { mayAssume = true }: { mayAssume?: boolean } = {},
): Promise<Settled> {
  const isShared = shared.length + bins.length > 0;
  const isScanned = frames.frames !== 1 && (isShared || isLayoutFree(draft.spec));
  // A look at the first frame alone is nothing to wait for.
  const told = isScanned ? events : { ...events, onScanned() {} };
  const scanner = new Scanner(executor, told, signal);
  const store = new FrameStore();
  try {
    const survey = isScanned && !draft.update
      ? new Survey(draft.spec, draft.names.datasets, shared)
      : undefined;
    const source = isScanned ? frames : await firstOf(frames, signal);
    if (survey) await scanner.pull(draft, source, store, survey);
    let job: Job & { spec: VegaSpec } = draft;
    let held = survey ? store.source() : source;
    if (isScanned && isShared) {
      job = await share(scanner, { draft, shared, bins }, held, store, survey);
      held = store.source();
    }
    if (store.frames > 0 && !isLayoutFree(draft.spec)) held = some(store, [0]);
    const keep = store.frames === 0 ? store : undefined;
    let fitted: Extremes | undefined;
    if (isScanned && isFitted(job.spec)) {
      const first = keep ? await firstOf(frames, signal) : some(store, [0]);
      fitted = (await scanner.scan(job, first, { store: keep })).extremes;
      job = { ...job, spec: unfitted(job.spec, fitted) };
      if (keep) held = withFirst(store.get(0), frames);
    }
    const fittedFrom = fitted && plotToFit(draft.spec, fitted);
    const finish = (job: Job & { spec: VegaSpec }, extremes: Extremes) => {
      const layout = fitted
        ? layoutOf(draft.spec, withPicture(extremes, fitted))
        : layoutOf(job.spec, extremes);
      const { width, height, scale } = options;
      // A view that laid itself out to the size is not scaled again.
      const size = { width, height, scale: isLaidOut ? 1 : scale };
      const background = options.background ?? "white";
      return {
        ...(isScanned ? job : draft),
        spec: lockLayout(job.spec, layout, hasComputedSize(draft.spec)),
        picture: planPicture(layout.size, size, background, largest(extremes)),
      };
    };
    const settled = {
      frames() {
        const source = isScanned ? store.source() : withFirst(store.get(0), frames);
        return withHold(source, heldFrames(options));
      },
      get updateTime() {
        return scanner.updateTime;
      },
      [Symbol.dispose]: () => store[Symbol.dispose](),
    };
    const few =
      mayAssume && survey && job.spec.autosize !== "none" && reachesByRows(job.spec, survey.plain)
        ? sampleOf(survey.outermost, store.frames)
        : undefined;
    if (few) {
      const { extremes } = await scanner.scan(job, some(store, few), { at: few, fittedFrom });
      const lookAtAll = async () => {
        const { extremes } = await scanner.scan(job, store.source(), { fittedFrom });
        const held = await holdAll(scanner, withoutUpdate(job), extremes, store, fittedFrom);
        return finish(held.job, held.extremes);
      };
      if (holdGuides(job.spec, extremes) === undefined) {
        const sampled = { ...finish(withoutUpdate(job), extremes), limits: extremes };
        return { ...settled, job: sampled, lookAtAll };
      }
      return { ...settled, job: await lookAtAll() };
    }
    let { extremes } = await scanner.scan(job, held, { store: keep, fittedFrom });
    job = withoutUpdate(job);
    if (isScanned) ({ job, extremes } = await holdAll(scanner, job, extremes, store, fittedFrom));
    return { ...settled, job: finish(job, extremes) };
  } catch (error) {
    store[Symbol.dispose]();
    throw error;
  }
}

/**
 * Writes into a job's spec what all frames are to share: bins first, since domains count by them.
 *
 * @param held The frames; they are kept in the store when it has none.
 * @param survey What rows tell by themselves.
 */
async function share(
  scanner: Scanner,
  { draft, shared, bins }: Pick<Prepared, "draft" | "shared" | "bins">,
  held: FrameSource,
  store: FrameStore,
  survey: Survey | undefined,
): Promise<Job & { spec: VegaSpec }> {
  let { spec } = draft;
  const scan = async (shared: SharedScale[], spec: VegaSpec) => {
    const [job, source, keep] = store.frames > 0
      ? [withoutUpdate(draft), store.source()]
      : [draft, held, store];
    const skeleton = { ...job, spec, patchInPlace: false };
    return (await scanner.scan(skeleton, source, { shared, store: keep })).domains;
  };
  if (bins.length > 0) spec = writeBins(spec, bins, await scan(bins, skeletonOf(spec)));
  if (shared.length > 0) {
    const isOfMarks = shared.some(({ isImplicit }) => isImplicit);
    const read = withAddedData(isOfMarks ? spec : skeletonOf(spec), shared);
    const domains = survey?.domains ?? await scan(shared, read);
    for (const write of [writeDomains, writeProjections, writeCells]) {
      spec = write(spec, shared, domains);
    }
  }
  return { ...withoutUpdate(draft), spec };
}

/** Holds guides, and measures what is left again, until nothing moves. */
async function holdAll(
  scanner: Scanner,
  job: Job & { spec: VegaSpec },
  extremes: Extremes,
  store: FrameStore,
  fittedFrom: PlotSize | undefined,
): Promise<{ job: Job & { spec: VegaSpec }; extremes: Extremes }> {
  for (let round = 1; round < ROUNDS; round++) {
    const spec = holdGuides(job.spec, extremes);
    if (spec === undefined) break;
    job = { ...job, spec };
    // What one frame had the most of may have hidden that of another.
    ({ extremes } = await scanner.scan(job, store.source(), { fittedFrom }));
  }
  return { job, extremes };
}

/** The frames that are looked at where most likely no other reaches further, the first one first. */
function sampleOf(outermost: number[] | undefined, frames: number): number[] | undefined {
  if (outermost === undefined) return undefined;
  const spread = Array.from(
    { length: SPREAD_FRAMES + 1 },
    (_, i) => Math.floor(i * (frames - 1) / SPREAD_FRAMES),
  );
  const sample = [...new Set([...spread, ...outermost])].sort((a, b) => a - b);
  return sample.length < FEW * frames ? sample : undefined;
}

/** What `update` has made of the frames is kept: neither it nor its data is sent again. */
function withoutUpdate<J extends Job>({ update: _update, context: _context, ...job }: J): J {
  return job as J;
}

/** A source of the first frame alone. */
async function firstOf(frames: FrameSource, signal: AbortSignal): Promise<FrameSource> {
  let first = await abortable(frames.next(), signal);
  if (first === undefined) throw new RangeError("Cannot animate as there must be a frame");
  return {
    frames: 1,
    next() {
      const next = first;
      first = undefined;
      return Promise.resolve(next);
    },
    close() {},
  };
}

/** A source of some of the frames that are kept. */
function some(store: FrameStore, frames: number[]): FrameSource {
  let index = 0;
  return {
    frames: frames.length,
    next: () => Promise.resolve(index < frames.length ? store.get(frames[index++]) : undefined),
    close() {},
  };
}
