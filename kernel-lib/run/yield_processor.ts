/** Lets everything else go before a thread that does not end yet. */
import { openLibc } from "./libc.ts";

/** The policy of threads that get what no other wants; see sched(7). */
const SCHED_IDLE = 5;

/**
 * Gives a thread the least of all priorities. Deno 2.9 does not end a thread that computes
 * (denoland/deno, pull request 35657), so that what a cancelled job computes goes on, until its time
 * limit or for ever (see `render/time_limit.ts`); so it holds nothing up, at least. Only Linux has
 * such priorities by thread; elsewhere nothing happens.
 *
 * @param thread Id of the thread, as the system tells it.
 */
export function yieldProcessor(thread: number): void {
  if (Deno.build.os !== "linux") return;
  using libc = openLibc({
    sched_setscheduler: { parameters: ["i32", "i32", "buffer"], result: "i32" },
  });
  // Its one parameter is a priority, which must be 0.
  libc?.symbols.sched_setscheduler(thread, SCHED_IDLE, new Int32Array(1));
}
