/** Settles domains and layout before the first segment is rendered. */
import { addDomain, type CellDomains } from "../render/domains.ts";
import { type Extremes, merge } from "../render/measure.ts";
import { unpack } from "../render/pack.ts";
import type { Job, Picture, ScanResult, ScanTask } from "../render/task.ts";
import type { Executor, JobEvents } from "../run/executor.ts";
import type { VegaSpec } from "../spec/compile.ts";
import { type SharedScale, writeDomains } from "../spec/domains.ts";
import { holdGuides } from "../spec/guides.ts";
import {
  isFitted,
  isLayoutFree,
  layoutOf,
  lockLayout,
  planPicture,
  unfitted,
  withLiveLayout,
  withPicture,
} from "../spec/layout.ts";
import { reachesByRows } from "../spec/plain.ts";
import { skeletonOf } from "../spec/skeleton.ts";
import { abortable } from "./abortable.ts";
import { concurrently } from "./concurrently.ts";
import { FrameStore } from "./frame_store.ts";
import { type FrameSource, heldFrames, MAX_PULLED, withFirst, withHold } from "./frames.ts";
import type { ResolvedOptions } from "./options.ts";
import type { Prepared } from "./prepare.ts";
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

/** The most frames that one task of a scan has. */
const TASK_FRAMES = 60;

/** Frames of a task where it is not known how many there are. */
const UNKNOWN_TASK_FRAMES = 15;

/** How often guides are held and what is left is measured again. */
const ROUNDS = 4;

/** Frames besides the outermost ones that are looked at where not all are. */
const SPREAD_FRAMES = 4;

/** Milliseconds after which others get their turn. */
const YIELD = 20;

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
  { draft, frames, fitted: isLaidOut, shared }: Prepared,
  options: ResolvedOptions,
  events: JobEvents,
  signal: AbortSignal,
  { mayAssume = true }: { mayAssume?: boolean } = {},
): Promise<Settled> {
  const isScanned = frames.frames !== 1 && (shared.length > 0 || isLayoutFree(draft.spec));
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
    if (shared.length > 0 && isScanned) {
      const skeleton = { ...draft, spec: skeletonOf(draft.spec), patchInPlace: false };
      const keep = survey ? undefined : store;
      const domains = survey?.domains ??
        (await scanner.scan(skeleton, held, { shared, store: keep })).domains;
      job = { ...withoutUpdate(draft), spec: writeDomains(draft.spec, shared, domains) };
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
    const finish = (job: Job & { spec: VegaSpec }, extremes: Extremes) => {
      const layout = fitted
        ? layoutOf(draft.spec, withPicture(extremes, fitted))
        : layoutOf(job.spec, extremes);
      const { width, height, scale } = options;
      // A view that laid itself out to the size is not scaled again.
      const size = { width, height, scale: isLaidOut ? 1 : scale };
      const picture = planPicture(layout.size, size, options.background ?? "white");
      return { ...(isScanned ? job : draft), spec: lockLayout(job.spec, layout), picture };
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
      const { extremes } = await scanner.scan(job, some(store, few), { at: few });
      const lookAtAll = async () => {
        const { extremes } = await scanner.scan(job, store.source(), {});
        const held = await holdAll(scanner, withoutUpdate(job), extremes, store);
        return finish(held.job, held.extremes);
      };
      if (holdGuides(job.spec, extremes) === undefined) {
        const sampled = { ...finish(withoutUpdate(job), extremes), limits: extremes };
        return { ...settled, job: sampled, lookAtAll };
      }
      return { ...settled, job: await lookAtAll() };
    }
    let { extremes } = await scanner.scan(job, held, { store: keep });
    job = withoutUpdate(job);
    if (isScanned) ({ job, extremes } = await holdAll(scanner, job, extremes, store));
    return { ...settled, job: finish(job, extremes) };
  } catch (error) {
    store[Symbol.dispose]();
    throw error;
  }
}

/** Holds guides, and measures what is left again, until nothing moves. */
async function holdAll(
  scanner: Scanner,
  job: Job & { spec: VegaSpec },
  extremes: Extremes,
  store: FrameStore,
): Promise<{ job: Job & { spec: VegaSpec }; extremes: Extremes }> {
  for (let round = 1; round < ROUNDS; round++) {
    const spec = holdGuides(job.spec, extremes);
    if (spec === undefined) break;
    job = { ...job, spec };
    // The rest is as in those frames that had the greatest of something.
    const few = [...new Set(Object.values(extremes).map(({ frame }) => frame))];
    ({ extremes } = await scanner.scan(job, some(store, few), { at: few }));
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

interface ScanOptions {
  /** The scales whose domains are asked for; without them everything that could move is measured. */
  shared?: SharedScale[];
  /** Where the frames' params are kept. */
  store?: FrameStore;
  /** The indices of the frames. @default {from 0 on} */
  at?: number[];
}

/** Sends ranges of frames to the executor, and puts together what they come to. */
class Scanner {
  updateTime = 0;
  /** True once a frame was looked at by itself. */
  #hasLooked = false;
  readonly #executor: Executor;
  readonly #events: JobEvents;
  readonly #signal: AbortSignal;

  constructor(executor: Executor, events: JobEvents, signal: AbortSignal) {
    this.#executor = executor;
    this.#events = events;
    this.#signal = signal;
  }

  /**
   * Pulls all frames and looks at their rows. Where that may take long, a worker meanwhile runs the
   * first frame, so that what is wrong with every frame is told of it.
   */
  async pull(
    job: Job & { spec: VegaSpec },
    source: FrameSource,
    store: FrameStore,
    survey: Survey,
  ): Promise<void> {
    const mayTakeLong = source.frames === undefined;
    if (mayTakeLong) await abortable(this.#executor.open(live(job), this.#events), this.#signal);
    const stop = new AbortController();
    const signal = AbortSignal.any([this.#signal, stop.signal]);
    let look: Promise<unknown> | undefined;
    let yielded = performance.now();
    for (let frame = 0;; frame++) {
      const task = await abortable(nextTask(source, frame, 1), signal);
      if (task === undefined) break;
      const [params] = task.params;
      store.set(frame, params);
      survey.add(
        params.packed ? unpack(params.values as Uint8Array<ArrayBuffer>) : params.values,
        frame,
      );
      this.#events.onScanned(0, frame + 1);
      if (frame === 0 && mayTakeLong) {
        this.#hasLooked = true;
        look = this.#executor.scan({ ...task, job: job.id }, this.#signal);
        look.catch((error) => stop.abort(error));
      }
      if (performance.now() - yielded > YIELD) {
        await new Promise((resolve) => setTimeout(resolve));
        yielded = performance.now();
      }
    }
    await look;
  }

  async scan(
    job: Job & { spec: VegaSpec },
    source: FrameSource,
    { shared, store, at }: ScanOptions,
  ): Promise<{ domains: CellDomains[]; extremes: Extremes }> {
    await abortable(this.#executor.open(shared ? job : live(job), this.#events), this.#signal);
    const results: ScanResult[] = [];
    let index = 0;
    let pulled = 0;
    const isAlone = !this.#hasLooked;
    this.#hasLooked = true;
    const next = async () => {
      const isFirst = isAlone && pulled === 0;
      const length = isFirst ? 1 : taskFrames(source, this.#executor.workers);
      const task = await nextTask(source, pulled, length);
      if (task === undefined) return undefined;
      pulled += task.frames.length;
      const frames = at ? task.frames.map((i) => at[i]) : task.frames;
      return { index: index++, task: { ...task, frames, job: job.id, domains: shared } };
    };
    const run = async (
      { index, task }: { index: number; task: ScanTask },
      signal: AbortSignal,
    ) => {
      const result = await this.#executor.scan(task, signal);
      this.#events.onScanned(task.frames[0], task.frames.length);
      this.updateTime += result.updateTime;
      task.frames.forEach((frame, i) => {
        store?.set(frame, task.params[i], result.patches[i]);
      });
      results[index] = { ...result, patches: [] };
    };
    if (isAlone) {
      // What is wrong with every frame is told of the first one, while other workers still load.
      const first = await abortable(next(), this.#signal);
      if (first) await run(first, this.#signal);
    }
    await concurrently(next, run, () => 2 * this.#executor.workers, this.#signal);
    return combine(results, shared ?? []);
  }
}

/** The job with a layout that is right after each frame, whatever came before. */
function live(job: Job & { spec: VegaSpec }): Job {
  const patchInPlace = job.patchInPlace && !isFitted(job.spec);
  return { ...job, spec: withLiveLayout(job.spec), patchInPlace };
}

/** Pulls the frames of the next task. */
async function nextTask(
  source: FrameSource,
  first: number,
  length: number,
): Promise<Pick<ScanTask, "frames" | "params"> | undefined> {
  const params = [];
  while (params.length < length) {
    const next = await source.next();
    if (next === undefined) break;
    params.push(next);
  }
  if (source.frames === undefined && first + params.length > MAX_PULLED) {
    throw new RangeError(
      `Cannot animate as 'params' must end, with at most ${MAX_PULLED} frames, where domains or ` +
        `layout are settled by a look at all frames: set 'domains' to "frame" or give the scales a ` +
        `fixed 'domain', and the spec's 'autosize' to "none"`,
    );
  }
  if (params.length === 0) return undefined;
  return { frames: params.map((_, i) => first + i), params };
}

/** Some tasks for each worker, so that all end at the same time. */
function taskFrames({ frames }: FrameSource, workers: number): number {
  if (frames === undefined) return UNKNOWN_TASK_FRAMES;
  return Math.min(TASK_FRAMES, Math.ceil(frames / (3 * workers)));
}

/** Puts the results together in the order of their frames. */
function combine(results: ScanResult[], shared: SharedScale[]) {
  const domains: CellDomains[] = shared.map(() => ({}));
  const extremes: Extremes = {};
  for (const result of results) {
    merge(extremes, result.extremes);
    result.domains.forEach((cells, i) => {
      for (const [cell, domain] of Object.entries(cells)) {
        addDomain(domains[i], cell, domain, shared[i].kind);
      }
    });
  }
  return { domains, extremes };
}
