/** The command `vega-reel`. */
import { onStop } from "./cli/stop.ts";
import { runProgram } from "./cli/program.ts";

if (import.meta.main) {
  const stop = new AbortController();
  onStop(() => stop.abort(new DOMException("The command was cancelled", "AbortError")));
  Deno.exit(await runProgram(Deno.args, stop.signal));
}
