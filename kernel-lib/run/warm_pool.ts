/** Workers that stay when a job has ended, for the next one. */
import type { RasterName } from "../render/task.ts";
import type { Executor, Job, JobEvents, ScanTask, SegmentTask } from "./executor.ts";
import { LocalPool } from "./pool.ts";

/** How long, and with how much memory, workers are kept. */
export interface PoolOptions {
  /** Seconds after a job until its workers end. @default {300} */
  seconds?: number;
  /** Megabytes that a worker may hold; one that holds more ends with its job. @default {256} */
  megabytes?: number;
}

/** What is known of the workers that are kept. */
interface Resting {
  pool: LocalPool;
  raster: RasterName;
  timer: ReturnType<typeof setTimeout>;
}

const DEFAULTS: Required<PoolOptions> = { seconds: 300, megabytes: 256 };

/** Lends a pool to one job after the other. Of several that come back, one is kept. */
export class WarmPool {
  #resting: Resting | undefined;
  #options = DEFAULTS;
  #holds = 0;

  /** True while somebody wants workers to be kept. */
  get isKept(): boolean {
    return this.#holds > 0;
  }

  /** Keeps workers from now on; each call needs one of {@linkcode letGo}. */
  keep(options: PoolOptions): void {
    this.#holds++;
    this.#options = { ...DEFAULTS, ...options };
  }

  /** Keeps workers no longer, once nobody else wants it. */
  async letGo(): Promise<void> {
    this.#holds--;
    if (this.#holds > 0) return;
    this.#options = DEFAULTS;
    await this.release();
  }

  /** Ends the workers that are kept; those of a job under way go on. */
  async release(): Promise<void> {
    const { pool } = this.#take() ?? {};
    await pool?.close();
  }

  /** An executor whose workers may be there already; when it is closed they are kept again. */
  borrow(workers: number, raster: RasterName): Executor {
    const resting = this.#resting?.raster === raster ? this.#take() : undefined;
    const pool = resting?.pool ?? new LocalPool(workers, raster);
    if (resting) pool.wake(workers);
    return new BorrowedPool(pool, () => this.#giveBack(pool, raster));
  }

  #take(): Resting | undefined {
    const resting = this.#resting;
    clearTimeout(resting?.timer);
    this.#resting = undefined;
    return resting;
  }

  async #giveBack(pool: LocalPool, raster: RasterName): Promise<void> {
    const { seconds, megabytes } = this.#options;
    if (!await pool.rest(megabytes * 2 ** 20)) return await pool.close();
    await this.release();
    // A program that has nothing else to do ends.
    const timer = setTimeout(() => this.release(), seconds * 1000);
    Deno.unrefTimer(timer);
    this.#resting = { pool, raster, timer };
  }
}

/** The one pool of this program that outlives its jobs. */
export const warmPool = new WarmPool();

/** A pool for the time of one job. */
class BorrowedPool implements Executor {
  readonly #pool: LocalPool;
  #giveBack: (() => Promise<void>) | undefined;

  constructor(pool: LocalPool, giveBack: () => Promise<void>) {
    this.#pool = pool;
    this.#giveBack = giveBack;
  }

  get workers(): number {
    return this.#pool.workers;
  }

  open(job: Job, events: JobEvents): Promise<void> {
    return this.#pool.open(job, events);
  }

  scan(task: ScanTask, signal: AbortSignal) {
    return this.#pool.scan(task, signal);
  }

  render(task: SegmentTask, signal: AbortSignal, unbegun?: AbortSignal) {
    return this.#pool.render(task, signal, unbegun);
  }

  async close(): Promise<void> {
    const giveBack = this.#giveBack;
    this.#giveBack = undefined;
    await giveBack?.();
  }
}
