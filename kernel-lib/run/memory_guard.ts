/** Keeps this process from filling the machine's memory. */
import { freemem } from "node:os";
import type { Snapshot } from "./pool_worker.ts";

/**
 * The part of the free memory that the process may come to hold besides what it holds. The heaps
 * of all workers have limits of their own, which come to less.
 */
const SHARE = 0.8;

/**
 * Watches the memory of the whole process: what typed arrays and pictures hold is outside the
 * heaps, whose limits know nothing of it.
 */
export class MemoryGuard {
  readonly #limit: number;
  #waits = 0;

  /** @param free Bytes of memory. @default {what the machine has free} */
  constructor(free = freemem()) {
    this.#limit = resident() + SHARE * free;
  }

  /** True when the process holds too much, and nobody is ending who held it. */
  get isExceeded(): boolean {
    return this.#waits === 0 && resident() > this.#limit;
  }

  /** Waits until something has ended that may hold much. */
  wait(end: Promise<void>): void {
    this.#waits++;
    const ended = () => void this.#waits--;
    end.then(ended, ended);
  }

  /** The error of the frame that is taken to hold too much. */
  errorOf({ frame, stage }: Snapshot): Error {
    return new Error(
      `Cannot render frame ${frame} as memory ran out while '${stage}' was under way: ` +
        `the program's limit is ${Math.floor(this.#limit / 2 ** 20)} MB`,
    );
  }
}

function resident(): number {
  return Deno.memoryUsage().rss;
}
