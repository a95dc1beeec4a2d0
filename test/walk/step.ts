/** The steps of a job, as it takes them: they are noted, and one of them can be broken. */
import { appendFileSync } from "node:fs";

/** What a broken step says. */
export const FAULT = "the step was broken";

const counts = new Map<string, number>();

/** Begins a job, in this thread. */
export function begin(): void {
  counts.clear();
}

/**
 * Notes that the library takes a step. Threads share the environment of their process: `WALK_LOG`
 * is the file of all steps, `WALK_FAULT` the one that is broken.
 *
 * @param what The call.
 * @param stack Who calls.
 * @returns True if the step is to be broken.
 */
export function isBroken(what: string, stack = new Error().stack ?? ""): boolean {
  const log = Deno.env.get("WALK_LOG");
  const site = siteOf(stack);
  if (log === undefined || site === undefined) return false;
  const name = `${what} in ${site}`;
  const count = (counts.get(name) ?? 0) + 1;
  counts.set(name, count);
  const step = `${name} #${count}`;
  const isFault = Deno.env.get("WALK_FAULT") === step;
  appendFileSync(log, `${isFault ? "broken" : "taken"} ${step}\n`);
  return isFault;
}

/** Takes a step; throws if it is to be broken. */
export function step(what: string): void {
  if (isBroken(what)) throw Object.assign(new Error(FAULT), { code: "EIO" });
}

/** Which line of the library is at work; undefined if none is. */
function siteOf(stack: string): string | undefined {
  return /\/kernel-lib\/([^:]+:\d+)/.exec(stack)?.[1];
}

/** Replaces a function by one that takes a step first, with what it does as before. */
// deno-lint-ignore no-explicit-any
export function stepped<F extends (...args: any[]) => any>(name: string, original: F): F {
  return function (this: unknown, ...args: unknown[]) {
    if (!isBroken(name)) return original.apply(this, args);
    const fault = Object.assign(new Error(FAULT), { code: "EIO" });
    // A promise is what its caller waits for.
    if (ASYNC.has(name)) return Promise.reject(fault);
    throw fault;
  } as F;
}

const ASYNC = new Set([
  ...["open", "readFile", "readTextFile", "writeFile", "stat", "rename", "remove"]
    .map((name) => `Deno.${name}`),
  ...["write", "seek", "read"].map((name) => `FsFile.${name}`),
]);
