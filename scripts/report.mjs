import process from "node:process";
import { CommandError, interrupted } from "./command.mjs";

/** Something about this machine that its user has to change; the message says what to type. */
export class SetupError extends Error {
  name = "SetupError";
}

/**
 * Does one piece of work and prints one line with its seconds. What `work` returns, if anything,
 * is the result as words: "canvas: built from source (21.3 s)".
 */
export async function step(name, work) {
  const began = performance.now();
  const result = await work();
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(`  ${name}${result ? `: ${result}` : ""} (${seconds} s)`);
}

/** Runs a script: its result is the exit code, an error becomes a message and exit code 1. */
export async function main(script) {
  try {
    process.exitCode = (await script()) ?? 0;
  } catch (error) {
    if (interrupted()) process.exit(130);
    if (error instanceof CommandError) console.error(error.output.trimEnd());
    // An error that is not about the machine is a mistake of ours and keeps its stack.
    const expected = error instanceof CommandError || error instanceof SetupError;
    console.error(`\n${expected ? error.message : error.stack}`);
    process.exitCode = 1;
  }
}
