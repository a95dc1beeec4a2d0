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
  if (seconds === undefined) return call();
  const globals = globalThis as unknown as Record<string, unknown>;
  globals[NAME] = call;
  try {
    const timeout = Math.min(2 ** 31 - 1, Math.ceil(seconds * 1000) + GRACE);
    return script.runInThisContext({ timeout }) as Result;
  } finally {
    delete globals[NAME];
  }
}
