/** The program: its commands, what it says when one fails, and its exit code. */
import { Command, CommanderError } from "commander";
import { COMMANDS } from "./commands.ts";
import { addCompletion } from "./completion.ts";
import type { Context } from "./context.ts";
import { CANCELLED } from "./stop.ts";
import { USAGE, UsageError } from "./usage.ts";
import { ownVersion } from "../own_files.ts";
import { writeJSON } from "./write.ts";

/** The exit code of a program that could not do what it should. */
const FAILED = 1;

/** What the library says of a call without frames, and what that means here. */
const NO_FRAMES = /^Cannot .* as 'params' must be .*: current value is undefined/;
const GIVE_FRAMES = "Cannot make frames as nothing says what they are: give --params FILE, or " +
  "--sweep NAME=FROM:TO or --update MODULE with --frames COUNT. Only a Vega-Lite spec with a " +
  "'time' encoding has frames of its own";

const HELP = `
Examples:
  vega-reel render chart.vl.json --sweep year=1955:2005 --frames 100 -o chart.mp4
  vega-reel render chart.vl.json -p frames.ndjson -n 4
  vega-reel still chart.vl.json -p frames.ndjson -f 12 -o frame.png
  vega-reel doctor

Exit codes: 0 done, ${FAILED} failed, ${USAGE} not understood, ${CANCELLED} cancelled.
Completion: eval "$(vega-reel complete bash)", or zsh or fish.`;

/**
 * Runs one command.
 *
 * @param args What was typed after the program's name.
 * @param signal Cancels the command.
 * @returns The exit code: 0 done, 1 failed, 2 not understood, 130 cancelled.
 */
export async function runProgram(args: string[], signal: AbortSignal): Promise<number> {
  const context: Context = { args, signal, exitCode: 0 };
  const program = createProgram(context);
  try {
    await program.parseAsync(args, { from: "user" });
    return context.exitCode;
  } catch (error) {
    if (isClosed(error)) return FAILED;
    try {
      return report(error as Error, program, context);
    } catch (cause) {
      if (isClosed(cause)) return FAILED;
      throw cause;
    }
  }
}

/** Whether who read the output has had enough, as `head` has: there is nobody to tell then. */
function isClosed(cause: unknown): boolean {
  return cause instanceof Deno.errors.BrokenPipe;
}

/** Makes the program with all its commands. */
export function createProgram(context: Context): Command {
  const program = new Command("vega-reel")
    .description("Animated Vega and Vega-Lite charts as videos, drawn and encoded on all cores.")
    .version(ownVersion(), "-V, --version", "print the version")
    .addHelpText("after", HELP);
  for (const create of COMMANDS) program.addCommand(create(context));
  withInner(program).forEach(configure);
  // What completes has hidden commands, which take over the settings of the program.
  addCompletion(program, context.args);
  return program;
}

function configure(command: Command): void {
  // It throws instead of ending the program, and its words are printed in one place.
  command.exitOverride().configureOutput({ outputError: () => {} })
    .helpOption("-h, --help", "print this help");
  if (command.commands.length > 0) {
    command.helpCommand("help [command]", "Print the help of a command.");
  }
}

function withInner(command: Command): Command[] {
  return [command, ...command.commands.flatMap((inner) => withInner(inner as Command))];
}

/** Says what went wrong, and gives the exit code. */
function report(error: Error, program: Command, { args, signal }: Context): number {
  // Help and version are thrown, too, once they are printed.
  if (error instanceof CommanderError && error.exitCode === 0) return 0;
  const code = codeOf(error, signal);
  // Without any command the help was printed.
  if (error instanceof CommanderError && error.code === "commander.help") return code;
  const message = NO_FRAMES.test(error.message)
    ? GIVE_FRAMES
    : error.message.replace(/^error: /, "");
  if (args.includes("--json")) {
    writeJSON({ type: "error", name: error.name, message, code });
  } else {
    const command = program.commands.find((command) => command.name() === args[0]);
    const help = `See vega-reel ${command ? `${command.name()} ` : ""}--help`;
    console.error(`vega-reel: ${message}${code === USAGE ? `\n${help}` : ""}`);
  }
  return code;
}

function codeOf(error: Error, signal: AbortSignal): number {
  if (error instanceof CommanderError || error instanceof UsageError) return USAGE;
  return signal.aborted ? CANCELLED : FAILED;
}
