import type { Command } from "commander";
import type { Context } from "./context.ts";
import type { Flags } from "./flags.ts";
export function addUntrusted(
  command: Command,
  context: Context,
  run: (source: string, flags: Flags, context: Context) => Promise<void>,
): void {
  command.action((source, flags) => run(source, flags, context));
}
