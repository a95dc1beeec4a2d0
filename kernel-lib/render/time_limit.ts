/** Ends code that computes without end. */
import { Script } from "node:vm";

/** How much longer than its limit code may run, in ms: whoever watches tells of it before. */
const GRACE = 1000;

const NAME = "vega-reel call under a time limit";

const script = new Script(`globalThis[${JSON.stringify(NAME)}]()`);

/**
 * Calls a function, and ends it where it holds up its thread for too long: Deno 2.9 does not end a
 * thread that computes (denoland/deno, pull request 35657), so that it would go on until the
 * program ends. What the function does after its first `await` is not watched.
 *
 * @param call The function.
 * @param seconds How long it may take; without a limit it is only called.
 * @throws {Error} If it took longer.
 */
export function withTimeLimit<Result>(call: () => Result, seconds: number | undefined): Result {
  return seconds === undefined ? call() : callWithin(call, seconds * 1000 + GRACE);
}

function callWithin<Result>(call: () => Result, milliseconds: number): Result {
  const globals = globalThis as unknown as Record<string, unknown>;
  globals[NAME] = call;
  try {
    const timeout = Math.min(2 ** 31 - 1, Math.ceil(milliseconds));
    return script.runInThisContext({ timeout }) as Result;
  } finally {
    delete globals[NAME];
  }
}

/**
 * How long code may hold up its thread before it is asked whether anybody still waits, in s. Long:
 * Deno 2.9 ends the whole thread where code comes to its end in the very moment of the limit.
 */
const PATIENCE = 30;

/**
 * Calls functions that may hold up their thread for as long as anybody waits for them. Only an end
 * set beforehand ends code that computes, so that one is set; where somebody still waits then, the
 * function is called once more, and from then on may take twice as long.
 */
export class Patience {
  #seconds: number;
  readonly #isAwaited: () => boolean;

  /**
   * @param isAwaited Whether anybody still waits.
   * @param seconds How long a call may take before that is asked for the first time.
   */
  constructor(isAwaited: () => boolean, seconds = PATIENCE) {
    this.#isAwaited = isAwaited;
    this.#seconds = seconds;
  }

  /**
   * Calls a function; again where it takes long, so it must give the same each time.
   *
   * @throws {Error} If nobody waits any more.
   */
  call<Result>(call: () => Result): Result {
    while (true) {
      try {
        return callWithin(call, this.#seconds * 1000);
      } catch (error) {
        const { code } = error as { code?: string };
        if (code !== "ERR_SCRIPT_EXECUTION_TIMEOUT" || !this.#isAwaited()) throw error;
        this.#seconds *= 2;
      }
    }
  }
}
