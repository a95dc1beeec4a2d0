/** The executor on this machine: a pool of worker threads, each with a warm view. */
import type { RasterName } from "../render/task.ts";
import type { Executor, Job, JobEvents, ScanResult, ScanTask } from "./executor.ts";
import type { SegmentResult, SegmentTask } from "./executor.ts";
import { PoolWorker } from "./pool_worker.ts";
import { Watch } from "./watch.ts";

/** How often busy workers are looked at, in milliseconds. */
const WATCH_INTERVAL = 200;

/** A task that waits for a worker, or is under way on one. */
interface Pending {
  /** Does the task on a worker. */
  run(worker: PoolWorker): Promise<void>;
  /** Index of the segment; undefined for a scan. */
  segment?: number;
  reject(error: unknown): void;
}

/** A worker of the pool, and what it is busy with. */
interface Slot {
  worker: PoolWorker;
  /** Opens the current job on the worker. */
  opened: Promise<void>;
  task: Pending | undefined;
  watch: Watch | undefined;
}

/** Renders segments on the threads of this machine, whichever is free taking the next. */
export class LocalPool implements Executor {
  readonly workers: number;
  readonly #raster: RasterName;
  readonly #queue: Pending[] = [];
  #slots: Slot[] = [];
  #job: Job | undefined;
  #events: JobEvents | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #closed = false;
  /** The ends of the workers that were given up. */
  readonly #ends: Promise<void>[] = [];

  /**
   * Starts the workers; they load while the caller goes on.
   *
   * @param workers Number of threads.
   * @param raster The canvas library that they draw with.
   */
  constructor(workers: number, raster: RasterName) {
    this.workers = workers;
    this.#raster = raster;
    for (let i = 0; i < workers; i++) this.#start();
  }

  async open(job: Job, events: JobEvents): Promise<void> {
    this.#job = job;
    this.#events = events;
    while (this.#slots.length < this.workers) this.#start();
    for (const slot of this.#slots) this.#openOn(slot);
    // One is enough to begin with; each of the others joins when it is ready.
    await Promise.race(this.#slots.map((slot) => slot.opened));
  }

  scan(task: ScanTask, signal: AbortSignal): Promise<ScanResult> {
    return this.#enqueue(signal, (worker) => worker.request({ type: "scan", task }));
  }

  render(task: SegmentTask, signal: AbortSignal): Promise<SegmentResult> {
    const render = (worker: PoolWorker) => worker.request({ type: "render", task });
    return this.#enqueue(signal, render, task.index);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    const reason = new Error("Cannot render as the pool is closed");
    for (const pending of this.#queue.splice(0)) pending.reject(reason);
    const slots = this.#slots;
    this.#slots = [];
    await Promise.all([...this.#ends, ...slots.map(({ worker }) => worker.end(reason))]);
  }

  #start(): Slot {
    const worker = new PoolWorker(this.#raster, this.workers, ({ frame, level, text }) => {
      this.#events?.onLog(frame, level, text);
    });
    const slot: Slot = { worker, opened: worker.ready, task: undefined, watch: undefined };
    this.#slots.push(slot);
    worker.ready.catch((error) => this.#fail(error));
    return slot;
  }

  #openOn(slot: Slot): void {
    const job = this.#job!;
    slot.opened = slot.worker.ready.then(async () => {
      await slot.worker.request({ type: "open", job });
    });
    slot.opened.then(() => this.#dispatch(), (error) => this.#fail(error));
  }

  /** A worker that cannot start or read the job ends the job: the others could not either. */
  #fail(error: unknown): void {
    if (this.#closed) return;
    for (const pending of this.#queue.splice(0)) pending.reject(error);
    for (const { task } of this.#slots) task?.reject(error);
  }

  #enqueue<Result>(
    signal: AbortSignal,
    request: (worker: PoolWorker) => Promise<Result>,
    segment?: number,
  ): Promise<Result> {
    signal.throwIfAborted();
    if (this.#closed) throw new Error("Cannot render as the pool is closed");
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    const pending: Pending = {
      run: async (worker) => {
        try {
          resolve(await request(worker));
        } catch (error) {
          reject(error);
        }
      },
      reject,
      segment,
    };
    const abort = () => this.#abort(pending, signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    const settled = promise.finally(() => signal.removeEventListener("abort", abort));
    this.#queue.push(pending);
    this.#dispatch();
    return settled;
  }

  #dispatch(): void {
    for (const slot of this.#slots) {
      if (this.#queue.length === 0) return;
      if (!slot.task) this.#assign(slot);
    }
  }

  async #assign(slot: Slot): Promise<void> {
    const task = this.#queue.shift()!;
    slot.task = task;
    try {
      await slot.opened;
    } catch (error) {
      return task.reject(error);
    }
    const frameTimeout = this.#job?.frameTimeout;
    slot.watch = new Watch(slot.worker, { frameTimeout });
    this.#timer ??= setInterval(() => this.#look(), WATCH_INTERVAL);
    await task.run(slot.worker);
    slot.task = undefined;
    slot.watch = undefined;
    if (this.#slots.every((other) => other.task === undefined)) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    if (this.#slots.includes(slot)) this.#dispatch();
  }

  /** Looks at every busy worker: how far it is, and whether it is still alive. */
  #look(): void {
    for (const slot of this.#slots) {
      const { task, watch } = slot;
      if (!task || !watch) continue;
      if (task.segment !== undefined) {
        this.#events?.onFrames(task.segment, slot.worker.snapshot.framesDone);
      }
      const failure = watch.look();
      if (failure) this.#retire(slot, failure);
    }
  }

  #abort(pending: Pending, reason: unknown): void {
    const waiting = this.#queue.indexOf(pending);
    if (waiting !== -1) this.#queue.splice(waiting, 1);
    pending.reject(reason);
    const slot = this.#slots.find(({ task }) => task === pending);
    // A worker in the middle of a frame cannot be asked to stop; its view is lost with it.
    if (slot) this.#retire(slot, reason);
  }

  #retire(slot: Slot, reason: unknown): void {
    this.#slots = this.#slots.filter((other) => other !== slot);
    slot.task?.reject(reason);
    this.#ends.push(slot.worker.end(reason));
    // After all tasks of an aborted job have left the queue.
    queueMicrotask(() => {
      if (this.#closed || this.#queue.length === 0 || this.#slots.length > 0) return;
      this.#openOn(this.#start());
    });
  }
}
