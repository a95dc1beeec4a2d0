/** Settles domains and layout before the first segment is rendered. */
import { addDomain, type CellDomains } from "../render/domains.ts";
import { type Extremes, merge } from "../render/measure.ts";
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
import { skeletonOf } from "../spec/skeleton.ts";
import { abortable } from "./abortable.ts";
import { concurrently } from "./concurrently.ts";
import { FrameStore, packed } from "./frame_store.ts";
import { type FrameSource, heldFrames, MAX_PULLED, withFirst, withHold } from "./frames.ts";
import type { ResolvedOptions } from "./options.ts";
import type { Prepared } from "./prepare.ts";

/** A job whose domains and layout are settled. */
export interface Settled extends Disposable {
  job: Job & { picture: Picture };
  /** The frames, the held ones included. */
  frames: FrameSource;
  /** Milliseconds that were spent in `update`. */
  updateTime: number;
}

/** The most frames that one task of a scan has. */
const TASK_FRAMES = 60;

/** Frames of a task where it is not known how many there are. */
const UNKNOWN_TASK_FRAMES = 15;

/** How often guides are held and what is left is measured again. */
const ROUNDS = 4;

/**
 * Settles domains and layout by one look at all frames, without drawing them. Params are
 * pulled and `update` is called once; where neither domains nor layout can change, for the first
 * frame alone.
 *
 * @param executor Runs the frames.
 * @param prepared The job.
 * @param options The user's options.
 * @param events Told what happens meanwhile.
 * @param signal Gives up.
 * @throws {RangeError} If there are more frames than can be looked at, or the video is too large.
 */
export async function settle(
  executor: Executor,
  { draft, frames, fitted: isLaidOut, shared }: Prepared,
  options: ResolvedOptions,
  events: JobEvents,
  signal: AbortSignal,
): Promise<Settled> {
  const isScanned = frames.frames !== 1 && (shared.length > 0 || isLayoutFree(draft.spec));
  // A look at the first frame alone is nothing to wait for.
  const told = isScanned ? events : { ...events, onScanned() {} };
  const scanner = new Scanner(executor, told, signal);
  const store = new FrameStore();
  try {
    const source = isScanned ? frames : await firstOf(frames, signal);
    let job: Job & { spec: VegaSpec } = draft;
    let held = source;
    if (shared.length > 0 && isScanned) {
      const skeleton = { ...draft, spec: skeletonOf(draft.spec), patchInPlace: false };
      const { domains } = await scanner.scan(skeleton, source, { shared, store });
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
    let { extremes } = await scanner.scan(job, held, { store: keep });
    job = withoutUpdate(job);
    for (let round = 1; round < ROUNDS && isScanned; round++) {
      const spec = holdGuides(job.spec, extremes);
      if (spec === undefined) break;
      job = { ...job, spec };
      // The rest is as in those frames that had the greatest of something.
      const few = new Set(Object.values(extremes).map(({ frame }) => frame));
      ({ extremes } = await scanner.scan(job, some(store, [...few]), { at: [...few] }));
    }
    const layout = fitted
      ? layoutOf(draft.spec, withPicture(extremes, fitted))
      : layoutOf(job.spec, extremes);
    const { width, height, scale } = options;
    // A view that laid itself out to the size is not scaled again.
    const size = { width, height, scale: isLaidOut ? 1 : scale };
    const picture = planPicture(layout.size, size, options.background ?? "white");
    const settled = isScanned ? store.source() : withFirst(store.get(0), frames);
    return {
      job: { ...(isScanned ? job : draft), spec: lockLayout(job.spec, layout), picture },
      frames: withHold(settled, heldFrames(options)),
      updateTime: scanner.updateTime,
      [Symbol.dispose]: () => store[Symbol.dispose](),
    };
  } catch (error) {
    store[Symbol.dispose]();
    throw error;
  }
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
  readonly #executor: Executor;
  readonly #events: JobEvents;
  readonly #signal: AbortSignal;

  constructor(executor: Executor, events: JobEvents, signal: AbortSignal) {
    this.#executor = executor;
    this.#events = events;
    this.#signal = signal;
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
    const next = async () => {
      const isFirst = store !== undefined && pulled === 0;
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
        store?.set(frame, result.patches?.[i] ?? packed(task.params[i], frame));
      });
      results[index] = { ...result, patches: undefined };
    };
    if (store) {
      // What is wrong with every frame is told of the first one, while other workers still load.
      const first = await abortable(next(), this.#signal);
      if (first) await run(first, this.#signal);
    }
    await concurrently(next, run, 2 * this.#executor.workers, this.#signal);
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
