/** `vega-reel still`: one frame as a picture. */
import { resolve } from "node:path";
import { Command, Option } from "commander";
import type { Context } from "./context.ts";
import { numeric } from "./flag_values.ts";
import { addFlags, addUntrusted, type Flags, PICTURE_FLAGS, readFlags } from "./flags.ts";
import { addParams, readParams } from "./params.ts";
import { readSpec, SPEC } from "./spec.ts";
import { UsageError } from "./usage.ts";
import { logToStderr, writeBytes, writeJSON } from "./write.ts";

const OPTIONS = [
  ...PICTURE_FLAGS,
  "fps",
  "update",
  "context",
  "seed",
  "frameTimeout",
] as const;

const HELP = `
Examples:
  vega-reel still chart.vl.json --sweep year=1955:2005 --frames 100 -f 50 -o frame.png
  vega-reel still chart.vl.json -p frames.ndjson > first.png`;

/** Makes the command. */
export function stillCommand(context: Context): Command {
  const command = new Command("still")
    .description("Draw one frame as a PNG, for trying things out before a long render.")
    .argument("<spec>", SPEC)
    .addOption(new Option("-o, --output <file>", "the picture (default: standard output)"))
    .addOption(numeric("-f, --frame <index>", "the frame, from 0").default(0));
  addParams(command);
  addFlags(command, OPTIONS);
  addUntrusted(command);
  return command
    .addOption(new Option("--json", "print what was written, or the error, as a line of JSON"))
    .addHelpText("after", HELP)
    .action(async (source: string, flags: Flags) => {
      logToStderr();
      const { output, frame, json } = flags as { output?: string; frame: number; json?: true };
      if (output === undefined && (json || Deno.stdout.isTerminal())) {
        throw new UsageError("A picture cannot be shown as text: give a file, as in -o frame.png");
      }
      if (output !== undefined) {
        const { checkFile } = await import("../job/output.ts");
        checkFile(output, "draw a still");
      }
      const png = await draw(source, flags, command, context);
      if (output === undefined) return writeBytes(png);
      await Deno.writeFile(output, png);
      if (json) writeJSON({ type: "still", path: resolve(output), bytes: png.length, frame });
    });
}

async function draw(
  source: string,
  flags: Flags,
  command: Command,
  context: Context,
): Promise<Uint8Array<ArrayBuffer>> {
  const { signal } = context;
  const frame = flags.frame as number;
  if (!Number.isInteger(frame) || frame < 0) {
    throw new UsageError(
      `Cannot draw a still as 'frame' must be an integer of at least 0: current value is ${frame}`,
    );
  }
  const options = await readFlags(flags, OPTIONS, "draw a still", signal);
  if (flags.untrusted) {
    const { drawUntrusted } = await import("./untrusted.ts");
    return await drawUntrusted({ source, flags, command, context });
  }
  const spec = await readSpec(source, flags, signal);
  const params = await readParams(flags, options, signal);
  const { still } = await import("../mod.ts");
  signal.throwIfAborted();
  return await still(spec, params, { ...options, frame, signal });
}
