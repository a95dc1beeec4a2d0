/** One worker thread of the local pool, as the pool's own thread sees it. */
import { freemem } from "node:os";
import { Worker } from "node:worker_threads";
import { type RasterName, type Stage, STAGES } from "../render/task.ts";
import {
  ACTIVITY,
  type Answers,
  type ErrorMessage,
  type LogMessage,
  type Request,
  type WorkerMessage,
} from "./protocol.ts";

/** The heap that a worker may have at most, in MB; V8 cannot have more. */
const HEAP_LIMIT = 4000;

/** The part of the free memory that all workers' heaps may take together. */
const HEAP_SHARE = 0.6;

/** What a worker was doing when it was looked at. */
export interface Snapshot {
  framesDone: number;
  frame: number;
  stage: Stage;
}

type RequestOf<Type extends keyof Answers> = Extract<Request, { type: Type }>;

interface Pending {
  resolve(data: never): void;
  reject(error: unknown): void;
}

/** A worker thread: requests go in, answers come out; it can be asked how it is, and ended. */
export class PoolWorker {
  /** Resolves once the worker has started; rejects if it cannot start, or dies before. */
  readonly ready: Promise<void>;
  /** The heap that the worker may have, in MB. */
  readonly heapLimit: number;
  readonly #worker: Worker;
  readonly #activity = new Int32Array(new SharedArrayBuffer(4 * ACTIVITY.length));
  readonly #pending = new Map<number, Pending>();
  #thread: number | undefined;
  #nextId = 0;
  #death: unknown;

  /**
   * Starts a worker.
   *
   * @param raster The canvas library that it draws with.
   * @param workers How many workers share the machine's memory.
   * @param onLog Called with what the user's code writes to the console.
   */
  constructor(raster: RasterName, workers: number, onLog: (message: LogMessage) => void) {
    const share = HEAP_SHARE * freemem() / 2 ** 20 / workers;
    this.heapLimit = Math.max(64, Math.floor(Math.min(HEAP_LIMIT, share)));
    this.#worker = new Worker(new URL("../render/worker.ts", import.meta.url), {
      workerData: { raster, activity: this.#activity.buffer },
      resourceLimits: { maxOldGenerationSizeMb: this.heapLimit },
    });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.ready = promise;
    this.ready.catch(() => {});
    this.#worker.on("message", (message: WorkerMessage) => {
      if (message.type === "ready") {
        this.#thread = message.thread;
        resolve();
      } else if (message.type === "log") {
        onLog(message);
      } else {
        const pending = this.#pending.get(message.id);
        this.#pending.delete(message.id);
        if (message.success) pending?.resolve(message.data as never);
        else pending?.reject(toError(message.error));
      }
    });
    const die = (reason: unknown) => {
      this.#death ??= reason;
      reject(this.#death);
      for (const pending of this.#pending.values()) pending.reject(this.#death);
      this.#pending.clear();
    };
    this.#worker.on("error", (error: Error) => die(this.#failure(error)));
    this.#worker.on("messageerror", (error: Error) => die(this.#failure(error)));
    this.#worker.on("exit", () => die(new Error("Cannot go on as a worker ended unexpectedly")));
  }

  /** What the worker is doing now. */
  get snapshot(): Snapshot {
    return {
      framesDone: Atomics.load(this.#activity, ACTIVITY.framesDone),
      frame: Atomics.load(this.#activity, ACTIVITY.frame),
      stage: STAGES[Atomics.load(this.#activity, ACTIVITY.stage)],
    };
  }

  /**
   * The processor time that the worker's thread has taken so far, in clock ticks; undefined
   * where the system does not tell. See proc_pid_stat(5): utime and stime.
   */
  get cpuTicks(): number | undefined {
    try {
      const stat = Deno.readTextFileSync(`/proc/self/task/${this.#thread}/stat`);
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return Number(fields[11]) + Number(fields[12]);
    } catch {
      return undefined;
    }
  }

  /**
   * Sends a request and waits for its answer.
   *
   * @throws {Error} If the worker answers with an error, or dies.
   * @throws {DOMException} `DataCloneError`, if the request cannot be sent to a thread.
   */
  async request<Type extends keyof Answers>(
    request: Omit<RequestOf<Type>, "id"> & { type: Type },
  ): Promise<Answers[Type]> {
    if (this.#death !== undefined) throw this.#death;
    const id = this.#nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<Answers[Type]>();
    this.#worker.postMessage({ ...request, id });
    this.#pending.set(id, { resolve, reject });
    return await promise;
  }

  /** Ends the worker and its encoder at once; requests under way reject with `reason`. */
  async end(reason: unknown): Promise<void> {
    this.#death ??= reason;
    for (const pending of this.#pending.values()) pending.reject(this.#death);
    this.#pending.clear();
    await this.#worker.terminate();
    // Only now: a running worker could start another one.
    const encoder = Atomics.load(this.#activity, ACTIVITY.encoder);
    if (encoder === 0) return;
    try {
      Deno.kill(encoder, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }

  #failure(error: Error & { code?: string }): Error {
    if (error.code !== "ERR_WORKER_OUT_OF_MEMORY") return error;
    return new Error(
      `Cannot go on as a worker ran out of memory: its limit is ${this.heapLimit} MB`,
      { cause: error },
    );
  }
}

const ERRORS: Record<string, new (message: string) => Error> = { TypeError, RangeError };

function toError({ name, message, stack }: ErrorMessage): Error {
  const error = new (ERRORS[name] ?? Error)(message);
  // The stack of the worker's own thread says where; the pool's would only say who asked.
  if (stack !== undefined) error.stack = stack;
  return error;
}
