/** Lets the system forget a child whose thread can no longer do so. */
import { openLibc } from "./libc.ts";

/** Do not wait; see waitpid(2). */
const WNOHANG = 1;

/** How often, and how many milliseconds apart, a child that was killed is looked for. */
const TRIES = 50;
const PAUSE = 10;

/**
 * Waits for a child that was killed. Deno waits for a child in the thread that started it; a
 * thread that is ended leaves its child behind as a zombie until the whole process ends. Where
 * the system's own call cannot be had (Windows, or no leave for FFI), the zombie stays.
 *
 * @param pid Process id of the child.
 */
export async function reap(pid: number): Promise<void> {
  using libc = openLibc({
    waitpid: { parameters: ["i32", "pointer", "i32"], result: "i32" },
  });
  if (!libc) return;
  for (let i = 0; i < TRIES; i++) {
    if (libc.symbols.waitpid(pid, null, WNOHANG) !== 0) return;
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}
