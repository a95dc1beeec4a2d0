/** What ends the program from outside: Ctrl-C, and whoever runs it. */

/** The exit code of a program that was cancelled. */
export const CANCELLED = 130;

/**
 * Calls back at the first SIGINT or SIGTERM; the next one ends the program at once. Encoders end
 * with it, as their input does.
 */
export function onStop(stop: () => void): void {
  let isStopping = false;
  const onSignal = () => {
    if (isStopping) Deno.exit(CANCELLED);
    isStopping = true;
    stop();
  };
  Deno.addSignalListener("SIGINT", onSignal);
  // Windows has no other one.
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", onSignal);
}
