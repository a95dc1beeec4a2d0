/** The executor on this machine: a pool of worker threads, each with a warm view. */
import { isEncoderFailure } from "../render/encode.ts";
import type { RasterName } from "../render/task.ts";
import type {
  Executor,
  Job,
  JobEvents,
  ScanResult,
  ScanTask,
  SegmentResult,
  SegmentTask,
} from "./executor.ts";
import { MemoryGuard } from "./memory_guard.ts";
import { PoolWorker, WorkerEndedError } from "./pool_worker.ts";
import type { LogMessage } from "./protocol.ts";
import { Watch } from "./watch.ts";

/** How often busy workers are looked at, in milliseconds. */
const WATCH_INTERVAL = 200;

/** A task that waits for a worker, or is under way on one. */
interface Pending {
  /** Does the task on a worker. */
  run(worker: PoolWorker): Promise<void>;
  /** Told how many of the task's frames are done. */
  report(done: number): void;
  reject(error: unknown): void;
  /** The worker on which it failed for no reason of its own; another one tries once more. */
  failedOn?: PoolWorker;
}

/** A worker of the pool, and what it is busy with. */
interface Slot {
  worker: PoolWorker;
  /** True once the worker has loaded what it draws with. */
  ready: boolean;
  /** The job that the worker has read. */
  job: Job | undefined;
  task: Pending | undefined;
  watch: Watch | undefined;
}

/** Renders segments on the threads of this machine, whichever is free taking the next. */
export class LocalPool implements Executor {
  workers: number;
  readonly #raster: RasterName;
  readonly #free: number | undefined;
  readonly #queue: Pending[] = [];
  #slots: Slot[] = [];
  #job: Job | undefined;
  /** True once a job had code of the user's. */
  #hasUpdate = false;
  #events: JobEvents | undefined;
  #guard: MemoryGuard | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #closed = false;
  /** Why a worker could not start. */
  #failure: { reason: unknown } | undefined;
  /** The ends of the workers that were given up. */
  readonly #ends: Promise<void>[] = [];

  /**
   * Starts the workers; they load while the caller goes on.
   *
   * @param workers Number of threads.
   * @param raster The canvas library that they draw with.
   * @param free Bytes of memory that they share. @default {what the machine has free}
   */
  constructor(workers: number, raster: RasterName, free?: number) {
    this.workers = workers;
    this.#free = free;
    this.#raster = raster;
    this.#fill();
  }

  async open(job: Job, events: JobEvents): Promise<void> {
    this.#job = job;
    this.#hasUpdate ||= job.update !== undefined;
    this.#events = events;
    this.#guard = new MemoryGuard(this.#free);
    this.#fill();
    if (this.#failure) throw this.#failure.reason;
    // One is enough to begin with; each of the others joins when it is ready.
    const slots = this.#slots.slice(0, this.workers);
    await Promise.race(slots.map(({ worker }) => worker.ready));
  }

  scan(task: ScanTask, signal: AbortSignal): Promise<ScanResult> {
    const scan = (worker: PoolWorker) => worker.request({ type: "scan", task });
    const report = (done: number) => this.#events?.onScanned(task.frames[0], done);
    return this.#enqueue(signal, scan, report);
  }

  render(task: SegmentTask, signal: AbortSignal, unbegun?: AbortSignal): Promise<SegmentResult> {
    const render = (worker: PoolWorker) => worker.request({ type: "render", task });
    const report = (done: number) => this.#events?.onFrames(task.index, done);
    return this.#enqueue(signal, render, report, unbegun);
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

  /**
   * Ends the job, and keeps those workers for another one that can well be kept: that hold little
   * memory, and none where the user's code was run, which may have left anything behind.
   *
   * @param bytes The most memory that a worker may hold.
   * @returns False if none is left.
   */
  async rest(bytes: number): Promise<boolean> {
    this.#job = undefined;
    this.#events = undefined;
    const rests = this.#slots.map(async (slot) => {
      const isFree = slot.task === undefined && !this.#hasUpdate && slot.worker.isAlive;
      slot.job = undefined;
      if (isFree && !slot.ready) return;
      const held = isFree && await slot.worker.request({ type: "rest" }).catch(() => undefined);
      if (!held || held.bytes > bytes) {
        this.#retire(slot, new Error("Cannot go on as the job ended"));
      }
    });
    await Promise.all([...rests, ...this.#ends]);
    this.#ends.length = 0;
    for (const { worker } of this.#slots) worker.keepsProgram(false);
    return this.#slots.length > 0 && !this.#failure && !this.#closed;
  }

  /** Takes up work again, with so many workers. */
  wake(workers: number): void {
    this.workers = workers;
    this.#slots = this.#slots.filter(({ worker }) => worker.isAlive);
    for (const { worker } of this.#slots) worker.keepsProgram(true);
    this.#fill();
  }

  #fill(): void {
    while (this.#slots.length < this.workers && !this.#failure) this.#start();
  }

  #start(): void {
    const onLog = ({ frame, level, text }: LogMessage) => this.#events?.onLog(frame, level, text);
    let worker: PoolWorker;
    try {
      worker = new PoolWorker(this.#raster, this.workers, onLog, this.#free);
    } catch (cause) {
      const reason = (cause as Error).message;
      this.#fail(new Error(`Cannot start a worker: ${reason}`, { cause }));
      return;
    }
    const slot: Slot = {
      worker,
      ready: false,
      job: undefined,
      task: undefined,
      watch: undefined,
    };
    this.#slots.push(slot);
    const start = () => {
      slot.ready = true;
      this.#dispatch();
    };
    worker.ready.then(start, (error) => this.#fail(error));
  }

  /** A worker that cannot start ends the job: the others could not either. */
  #fail(reason: unknown): void {
    if (this.#closed) return;
    this.#failure = { reason };
    for (const pending of this.#queue.splice(0)) pending.reject(reason);
    for (const { task } of this.#slots) task?.reject(reason);
  }

  #enqueue<Result>(
    signal: AbortSignal,
    request: (worker: PoolWorker) => Promise<Result>,
    report: (done: number) => void,
    unbegun?: AbortSignal,
  ): Promise<Result> {
    signal.throwIfAborted();
    unbegun?.throwIfAborted();
    if (this.#closed) throw new Error("Cannot render as the pool is closed");
    if (this.#failure) throw this.#failure.reason;
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    const pending: Pending = {
      run: async (worker) => resolve(await request(worker)),
      reject,
      report,
    };
    const abort = () => this.#abort(pending, signal.reason);
    const drop = () => {
      if (this.#queue.includes(pending)) this.#abort(pending, unbegun!.reason);
    };
    signal.addEventListener("abort", abort, { once: true });
    unbegun?.addEventListener("abort", drop, { once: true });
    const settled = promise.finally(() => {
      signal.removeEventListener("abort", abort);
      unbegun?.removeEventListener("abort", drop);
    });
    this.#queue.push(pending);
    this.#dispatch();
    return settled;
  }

  #dispatch(): void {
    for (const slot of this.#slots.slice(0, this.workers)) {
      if (this.#queue.length === 0) return;
      if (!slot.ready || slot.task) continue;
      const next = this.#queue.findIndex(({ failedOn }) =>
        failedOn !== slot.worker || this.#slots.length === 1
      );
      if (next !== -1) this.#assign(slot, this.#queue.splice(next, 1)[0]);
    }
  }

  async #assign(slot: Slot, task: Pending): Promise<void> {
    slot.task = task;
    try {
      slot.watch = new Watch(slot.worker, { frameTimeout: this.#job!.frameTimeout });
      this.#timer ??= setInterval(() => this.#look(), WATCH_INTERVAL);
      await this.#read(slot);
      await task.run(slot.worker);
    } catch (error) {
      this.#failed(slot, task, error);
      // Whoever waits for the task may give up others before they are begun.
      await new Promise((resolve) => setTimeout(resolve));
    }
    slot.task = undefined;
    slot.watch = undefined;
    if (this.#slots.every((other) => other.task === undefined)) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    if (this.#slots.includes(slot)) this.#dispatch();
  }

  /** A task that failed as its worker or encoder died is tried once more, by another worker. */
  #failed(slot: Slot, task: Pending, error: unknown): void {
    const isPassing = error instanceof WorkerEndedError || isEncoderFailure(error);
    if (this.#closed || task.failedOn || !isPassing) {
      task.reject(error);
      return;
    }
    task.failedOn = slot.worker;
    this.#queue.unshift(task);
    if (slot.worker.isAlive) return;
    this.#drop(slot, error);
    this.#fill();
  }

  /** Sends the current job to a worker that does not have it yet. */
  async #read(slot: Slot): Promise<void> {
    const job = this.#job!;
    if (slot.job === job) return;
    await slot.worker.request({ type: "open", job });
    slot.job = job;
  }

  /** Looks at every busy worker: how far it is, and whether it is still alive. */
  #look(): void {
    for (const slot of this.#slots) {
      const { task, watch } = slot;
      if (!task || !watch) continue;
      task.report(slot.worker.snapshot.framesDone);
      const failure = watch.look();
      if (failure) this.#retire(slot, failure);
    }
    if (!this.#guard?.isExceeded) return;
    // What fills the memory does not come to an end: most likely it is what is under way longest.
    const [longest] = this.#slots.filter(({ watch }) => watch)
      .sort((a, b) => a.watch!.frameSince - b.watch!.frameSince);
    if (longest) this.#retire(longest, this.#guard.errorOf(longest.worker.snapshot));
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
    slot.task?.reject(reason);
    this.#drop(slot, reason);
    // After all tasks of an aborted job have left the queue.
    queueMicrotask(() => {
      if (this.#closed || this.#queue.length === 0 || this.#slots.length > 0) return;
      this.#start();
    });
  }

  #drop(slot: Slot, reason: unknown): void {
    this.#slots = this.#slots.filter((other) => other !== slot);
    const end = slot.worker.end(reason);
    this.#guard?.wait(end);
    this.#ends.push(end);
  }
}
