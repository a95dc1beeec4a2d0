/** One worker thread of the local pool, as the pool's own thread sees it. */
import { freemem } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { WORKER } from "../own_files.ts";
import { uncloneable } from "../render/cloneable.ts";
import { killProcesses } from "../render/encode.ts";
import { LAYOUT_EXCEEDED, LayoutExceededError } from "../render/limits.ts";
import { type RasterName, type Stage, STAGES } from "../render/task.ts";
import {
  ACTIVITY,
  type Answers,
  type ErrorMessage,
  type LogMessage,
  type Request,
  type WorkerMessage,
} from "./protocol.ts";
import { reap } from "./reap.ts";
import { yieldProcessor } from "./yield_processor.ts";

/** The heap that a worker may have at most, in MB; V8 cannot have more. */
const HEAP_LIMIT = 4000;

/** The part of the free memory that all workers' heaps may take together. */
const HEAP_SHARE = 0.6;

/** How long the start of an encoder is waited for before its worker is ended, in ms. */
const START_LIMIT = 1000;

/** What a worker was doing when it was looked at. */
export interface Snapshot {
  framesDone: number;
  frame: number;
  stage: Stage;
}

/** A thread ended by itself, without an error; whatever it was doing may be done by another. */
export class WorkerEndedError extends Error {}

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
  #isReady = false;
  #nextId = 0;
  #death: unknown;

  /**
   * Starts a worker.
   *
   * @param raster The canvas library that it draws with.
   * @param workers How many workers share the machine's memory.
   * @param onLog Called with what the user's code writes to the console.
   * @param free Bytes of memory that they share. @default {what the machine has free}
   */
  constructor(
    raster: RasterName,
    workers: number,
    onLog: (message: LogMessage) => void,
    free = freemem(),
  ) {
    const share = HEAP_SHARE * free / 2 ** 20 / workers;
    this.heapLimit = Math.max(64, Math.floor(Math.min(HEAP_LIMIT, share)));
    this.#worker = new Worker(WORKER, {
      workerData: { raster, activity: this.#activity.buffer },
      resourceLimits: { maxOldGenerationSizeMb: this.heapLimit },
    });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.ready = promise;
    this.ready.catch(() => {});
    this.#worker.on("message", (message: WorkerMessage) => {
      if (message.type === "ready") {
        this.#thread = message.thread;
        this.#isReady = true;
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
    this.#worker.on("exit", () => die(this.#failure()));
  }

  /** Lets the program end while the worker has nothing to do, or not. */
  keepsProgram(keeps: boolean): void {
    if (keeps) this.#worker.ref();
    else this.#worker.unref();
  }

  /** False once the thread has ended. */
  get isAlive(): boolean {
    return this.#death === undefined;
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
   * Whether the thread waits for an event; false while it computes or is held up in a call.
   * Undefined where the system does not tell. See proc_pid_stat(5) and proc_pid_wchan(5).
   */
  get isWaiting(): boolean | undefined {
    const folder = `/proc/self/task/${this.#thread}`;
    const stat = readText(`${folder}/stat`);
    if (stat === undefined) return undefined;
    const isAsleep = stat.slice(stat.lastIndexOf(")") + 2).startsWith("S");
    const place = readText(`${folder}/wchan`) ?? "0";
    return isAsleep && (place === "0" || /epoll|ep_poll/.test(place));
  }

  /**
   * Sends a request and waits for its answer.
   *
   * @throws {Error} If the worker answers with an error, or dies.
   * @throws {TypeError} If a frame's params cannot be sent to a thread; the message names it.
   */
  async request<Type extends keyof Answers>(
    request: Omit<RequestOf<Type>, "id"> & { type: Type },
  ): Promise<Answers[Type]> {
    if (this.#death !== undefined) throw this.#death;
    const id = this.#nextId++;
    // What is read before the worker has got a task is not that of the one before.
    if (request.type !== "ping") Atomics.store(this.#activity, ACTIVITY.framesDone, 0);
    const { promise, resolve, reject } = Promise.withResolvers<Answers[Type]>();
    try {
      this.#worker.postMessage({ ...request, id });
    } catch (cause) {
      throw sendFailure({ ...request, id } as Request, cause);
    }
    this.#pending.set(id, { resolve, reject });
    return await promise;
  }

  /** Ends the worker and its encoder at once; requests under way reject with `reason`. */
  async end(reason: unknown): Promise<void> {
    this.#death ??= reason;
    for (const pending of this.#pending.values()) pending.reject(this.#death);
    this.#pending.clear();
    Atomics.store(this.#activity, ACTIVITY.ending, 1);
    await this.#encoderStarted();
    const encoder = Atomics.exchange(this.#activity, ACTIVITY.encoder, 0);
    if (encoder !== 0) killProcesses(encoder);
    const computes = this.isWaiting === false;
    await this.#worker.terminate();
    if (computes && this.#thread !== undefined) yieldProcessor(this.#thread);
    if (encoder !== 0) await reap(encoder);
  }

  /** Waits while an encoder is being started: without its id it would be left behind. */
  async #encoderStarted(): Promise<void> {
    const starts = () => Atomics.load(this.#activity, ACTIVITY.encoderStarts) === 1;
    for (let waited = 0; starts() && waited < START_LIMIT; waited += 5) await delay(5);
  }

  /** Why the thread has ended: by an error, or without one. */
  #failure(cause?: Error & { code?: string }): Error {
    // What keeps a worker from starting mostly says so by itself.
    if (!this.#isReady && cause) {
      return cause.message.startsWith("Cannot ") ? cause : new Error(
        `Cannot start a worker: ${cause.message}`,
        { cause },
      );
    }
    const { frame, stage } = this.snapshot;
    const isFrame = stage !== "idle" && stage !== "open";
    const aim = isFrame ? `Cannot render frame ${frame}` : "Cannot go on";
    const during = isFrame ? ` while '${stage}' was under way` : "";
    if (cause === undefined) return new WorkerEndedError(`${aim} as its worker ended${during}`);
    const reason = cause.code === "ERR_WORKER_OUT_OF_MEMORY"
      ? `${aim} as its worker ran out of memory${during}: its limit is ${this.heapLimit} MB`
      // The worker may be some frames further when such an error becomes known.
      : `Cannot go on as an error that nobody caught ended a worker, about at frame ${frame}: ` +
        `${cause.name}: ${cause.message}`;
    return new Error(reason, { cause });
  }
}

function readText(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return undefined;
  }
}

/** Names what cannot be sent: the part of the job, or the frame. */
function sendFailure(request: Request, cause: unknown): Error {
  const unknown = new Error(`Cannot send to a worker: ${(cause as Error).message}`, { cause });
  if (request.type === "open") {
    const broken = uncloneable(request.job, "");
    return broken === undefined ? unknown : new TypeError(`Cannot animate as ${broken}`, { cause });
  }
  if (request.type !== "scan" && request.type !== "render") return unknown;
  const { task } = request;
  for (const [i, { values }] of task.params.entries()) {
    const broken = uncloneable(values, "");
    if (broken === undefined) continue;
    const frame = request.type === "scan" ? request.task.frames[i] : request.task.first + i;
    return new TypeError(`Cannot read the params of frame ${frame} as ${broken}`, { cause });
  }
  return unknown;
}

const ERRORS: Record<string, new (message: string) => Error> = {
  TypeError,
  RangeError,
  [LAYOUT_EXCEEDED]: LayoutExceededError,
};

/** The error that was sent. */
export function toError({ name, message, stack }: ErrorMessage): Error {
  const error = new (ERRORS[name] ?? Error)(message);
  // The stack of the worker's own thread says where; the pool's would only say who asked.
  if (stack !== undefined) error.stack = stack;
  return error;
}
