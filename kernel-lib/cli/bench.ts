/** `vega-reel bench`: what more workers bring for one's own chart. */
import { Command, Option } from "commander";
import type { BenchmarkRun } from "../benchmark.ts";
import type { Context } from "./context.ts";
import { counting, parseCount } from "./flag_values.ts";
import { addFlags, type Flags, PICTURE_FLAGS, readFlags, VIDEO_FLAGS } from "./flags.ts";
import { addParams, readParams } from "./params.ts";
import { readSpec, SPEC } from "./spec.ts";
import { logToStderr, writeJSON, writeLine } from "./write.ts";

const OPTIONS = [
  ...PICTURE_FLAGS,
  ...VIDEO_FLAGS,
  "update",
  "context",
  "seed",
  "segmentFrames",
  "frameTimeout",
] as const;

const HELP = `
Speedup is T(1) / T(p), efficiency that divided by p, of the medians of all runs.

Examples:
  vega-reel bench chart.vl.json --sweep year=1955:2005 --frames 300
  vega-reel bench walk.vl.json --update walk.ts --frames 300 -n 1,2,4 -o speedup.svg`;

/** Makes the command. */
export function benchCommand({ signal }: Context): Command {
  const command = new Command("bench")
    .description("Measure a render with different numbers of workers.")
    .argument("<spec>", SPEC)
    .addOption(
      new Option(
        "-n, --workers <counts>",
        "numbers to compare, as in 1,2,4 (default: to all cores)",
      )
        .argParser(parseCounts),
    )
    .addOption(counting("--repeats <count>", "runs with each of them").default(3))
    .addOption(new Option("-o, --output <file>", "the chart, as SVG"));
  addParams(command);
  addFlags(command, OPTIONS);
  return command
    .addOption(new Option("--json", "print runs, result and errors as lines of JSON"))
    .addHelpText("after", HELP)
    .action(async (source: string, flags: Flags) => {
      logToStderr();
      const options = await readFlags(flags, OPTIONS, "benchmark", signal);
      const { workers, repeats, output } = flags as {
        workers?: number[];
        repeats: number;
        output?: string;
      };
      if (output !== undefined) {
        const { checkFile } = await import("../job/output.ts");
        checkFile(output, "benchmark");
      }
      const spec = await readSpec(source, flags, signal);
      const params = await readParams(flags, options, signal);
      const { benchmark } = await import("../mod.ts");
      signal.throwIfAborted();
      const onRun = flags.json
        ? (run: BenchmarkRun) => writeJSON({ type: "run", ...run })
        : Deno.stderr.isTerminal()
        ? report
        : undefined;
      const measured = await benchmark(spec, params, {
        ...options,
        workers,
        repeats,
        signal,
        onRun,
      });
      const { svg, ...rest } = measured;
      if (flags.json) writeJSON({ type: "benchmark", ...rest });
      else writeLine(String(measured));
      if (output !== undefined) await Deno.writeTextFile(output, svg);
    });
}

function report({ workers, seconds, index, runs }: BenchmarkRun): void {
  console.error(`run ${index + 1} of ${runs}: ${workers} workers, ${seconds.toFixed(2)} s`);
}

function parseCounts(text: string): number[] {
  return text.split(",").map(parseCount);
}
