/** Workers that stay from one test of a file to the next. */
import { keepPool } from "vega-reel";

/** Keeps workers, as a notebook does, until all tests of the file that calls it have ended. */
export function keepWorkers(): void {
  const pool = keepPool();
  Deno.test.afterAll(async () => await pool[Symbol.asyncDispose]());
}
