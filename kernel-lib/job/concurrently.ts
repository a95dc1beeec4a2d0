/** Many tasks under way at a time, but not too many. */
import { abortable } from "./abortable.ts";

/** How often the limit is looked at while nothing ends, in milliseconds. */
const LOOK_INTERVAL = 500;

/**
 * Runs tasks as they come, a bounded number at a time, until there are no more. The first
 * failure gives up all others, or those that nobody has begun, and is what is thrown once they
 * have ended.
 *
 * @param next The next task; undefined after the last one.
 * @param run Does a task, until its first signal; after the second one, only if it was begun.
 * @param limit How many may be under way; workers come and go.
 * @param signal Gives up.
 * @param finishes Whether what was begun is finished after a failure. @default never
 */
export async function concurrently<Task>(
  next: () => Promise<Task | undefined>,
  run: (task: Task, signal: AbortSignal, unbegun: AbortSignal) => Promise<void>,
  limit: () => number,
  signal: AbortSignal,
  finishes: (error: unknown) => boolean = () => false,
): Promise<void> {
  const stop = new AbortController();
  const end = new AbortController();
  const unbegun = AbortSignal.any([signal, stop.signal]);
  const begun = AbortSignal.any([signal, end.signal]);
  const underWay = new Set<Promise<void>>();
  try {
    while (true) {
      // A failure elsewhere ends the waiting for a task that may never come.
      const task = await Promise.race([abortable(next(), unbegun), failureOf(underWay)]);
      if (task === undefined) break;
      const running = run(task, begun, unbegun);
      running.catch(() => {});
      underWay.add(running);
      running.then(() => underWay.delete(running), () => {});
      while (underWay.size >= limit()) await oneOrSoon(underWay);
    }
    await Promise.all(underWay);
  } catch (error) {
    stop.abort(error);
    if (!finishes(error)) end.abort(error);
    await Promise.allSettled(underWay);
    throw error;
  }
}

/** Waits until one of the promises is settled, or it is time to look at the limit again. */
async function oneOrSoon(promises: Set<Promise<void>>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const soon = new Promise<void>((resolve) => timer = setTimeout(resolve, LOOK_INTERVAL));
  try {
    await Promise.race([...promises, soon]);
  } finally {
    clearTimeout(timer);
  }
}

/** Rejects when one of the promises does; never resolves. */
function failureOf(promises: Set<Promise<void>>): Promise<never> {
  return new Promise((_, reject) => {
    for (const promise of promises) promise.catch(reject);
  });
}
