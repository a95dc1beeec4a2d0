/** Has frames run that are not drawn, and puts together what they come to. */
import { addDomain, type CellDomains } from "../render/domains.ts";
import { type Extremes, merge, type PlotSize } from "../render/measure.ts";
import { unpack } from "../render/pack.ts";
import type { Job, ScanResult, ScanTask } from "../render/task.ts";
import type { Executor, JobEvents } from "../run/executor.ts";
import type { VegaSpec } from "../spec/compile.ts";
import type { SharedScale } from "../spec/domains.ts";
import { isFitted, withLiveLayout } from "../spec/layout.ts";
import { abortable } from "./abortable.ts";
import { concurrently } from "./concurrently.ts";
import type { FrameStore } from "./frame_store.ts";
import { type FrameSource, MAX_PULLED } from "./frames.ts";
import type { Survey } from "./survey.ts";

/** The most frames that one task of a scan has. */
const TASK_FRAMES = 60;

/** Frames of a task where it is not known how many there are. */
const UNKNOWN_TASK_FRAMES = 15;

/** Milliseconds after which others get their turn. */
const YIELD = 20;

/** What a scan asks for. */
export interface ScanOptions {
  /** The scales whose domains are asked for; without them everything that could move is measured. */
  shared?: SharedScale[];
  /** Measures frames as if they were fitted, from this plot on. */
  fittedFrom?: PlotSize;
  /** Where the frames' params are kept. */
  store?: FrameStore;
  /** The indices of the frames. @default {from 0 on} */
  at?: number[];
}

/** Sends ranges of frames to the executor, and puts together what they come to. */
export class Scanner {
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
    { shared, fittedFrom, store, at }: ScanOptions,
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
      return {
        index: index++,
        task: { ...task, frames, job: job.id, domains: shared, fittedFrom },
      };
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
