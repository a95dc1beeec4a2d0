/** Tells a worker that is slow from one that is dead. */
import type { PoolWorker, Snapshot } from "./pool_worker.ts";

/** After this long without a sign of progress a worker is asked for a sign of life, in ms. */
const PATIENCE = 750;

/** A worker without a sign of life for this long is dead, in ms. */
const SILENCE = 2000;

/** What ends a task that is otherwise alive. */
export interface WatchOptions {
  /** The longest that a frame may take, in seconds. @default {Infinity} */
  frameTimeout?: number;
}

/**
 * Watches one task on one worker. A thread that ran out of memory sends neither an error nor an
 * exit: either it waits for events and answers none, or it answers, but what it was doing never
 * ends. A thread in a long computation cannot answer, but it does not wait; one that waits for
 * something and is well has an event loop that answers.
 */
export class Watch {
  readonly #worker: PoolWorker;
  readonly #frameTimeout: number;
  #last: Snapshot;
  /** When the frame under way was first seen. */
  #frameSince = performance.now();
  #progress = performance.now();
  #alive = performance.now();
  #looked = performance.now();
  #asked = false;
  #ranOutOfMemory = false;

  constructor(worker: PoolWorker, { frameTimeout = Infinity }: WatchOptions = {}) {
    this.#worker = worker;
    this.#frameTimeout = frameTimeout;
    this.#last = worker.snapshot;
  }

  /** When the frame under way was first seen, as `performance.now()` tells. */
  get frameSince(): number {
    return this.#frameSince;
  }

  /** Looks at the worker; returns why its task has failed, or undefined while it has not. */
  look(): Error | undefined {
    const now = performance.now();
    const snapshot = this.#worker.snapshot;
    // While this process was held up or asleep, the worker may have been so too.
    if (now - this.#looked > PATIENCE) this.#alive = this.#frameSince = now;
    this.#looked = now;
    // One that reads the job, or waits for what it is to do, has no frame under way.
    const isBefore = snapshot.stage === "idle" || snapshot.stage === "open";
    const isAnother = snapshot.frame !== this.#last.frame ||
      snapshot.framesDone !== this.#last.framesDone;
    if (isBefore || isAnother) this.#frameSince = now;
    if (changed(snapshot, this.#last)) this.#progress = this.#alive = now;
    this.#last = snapshot;
    if (now - this.#frameSince > this.#frameTimeout * 1000) {
      return new Error(
        `Cannot render frame ${snapshot.frame} as it took longer than 'frameTimeout' allows: ` +
          `current value is ${this.#frameTimeout} s, and '${snapshot.stage}' was under way`,
      );
    }
    if (now - this.#progress > PATIENCE) this.#askForLife(now);
    if (this.#ranOutOfMemory || now - this.#alive > SILENCE) return this.#death(snapshot);
  }

  #askForLife(now: number): void {
    // Where the system does not tell, a busy thread cannot be told from a dead one.
    if (!this.#worker.isWaiting) this.#alive = now;
    if (this.#asked) return;
    this.#asked = true;
    this.#worker.request({ type: "ping" }).then(
      ({ ranOutOfMemory }) => {
        this.#ranOutOfMemory = ranOutOfMemory;
        this.#alive = performance.now();
        this.#asked = false;
      },
      () => {},
    );
  }

  #death({ frame, stage }: Snapshot): Error {
    const end = this.#ranOutOfMemory ? "ran out of memory" : "died, most likely out of memory,";
    return new Error(
      `Cannot render frame ${frame} as its worker ${end} while '${stage}' was under way: ` +
        `its limit is ${this.#worker.heapLimit} MB`,
    );
  }
}

function changed(a: Snapshot, b: Snapshot): boolean {
  return a.frame !== b.frame || a.stage !== b.stage || a.framesDone !== b.framesDone;
}
