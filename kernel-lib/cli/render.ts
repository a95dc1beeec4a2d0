/** `vega-reel render`: a chart and its params to a video. */
import { Command, Option } from "commander";
import type { Video } from "../job/job.ts";
import type { Progress } from "../job/progress.ts";
import type { Context } from "./context.ts";
import {
  addFlags,
  addUntrusted,
  type Flags,
  PICTURE_FLAGS,
  readFlags,
  VIDEO_FLAGS,
} from "./flags.ts";
import { addParams, readParams } from "./params.ts";
import { readSpec, SPEC } from "./spec.ts";
import { asUsage } from "./usage.ts";
import { logToStderr, writeJSON, writeLine } from "./write.ts";

const OPTIONS = [
  ...PICTURE_FLAGS,
  ...VIDEO_FLAGS,
  "workers",
  "update",
  "context",
  "seed",
  "segmentFrames",
  "frameTimeout",
  "check",
  "cache",
  "executor",
] as const;

const HELP = `
Examples:
  # A param from one value to another.
  vega-reel render chart.vl.json --sweep year=1955:2005 --frames 100 -o chart.mp4
  # A table with one row for each frame: its columns are signals or params.
  vega-reel render chart.vl.json -p years.csv
  # A table of rows: those of each year are the dataset "towns" of one frame.
  vega-reel render towns.vl.json -p towns.parquet --data towns --frame-by year
  # Values computed in 4 workers, and a draft in half the size.
  vega-reel render walk.vl.json --update walk.ts --frames 300 -n 4 --preset draft --scale 0.5
  # Chart from the web, params from another program, progress for a third.
  simulate | vega-reel render https://example.com/chart.vl.json -p - --params-format ndjson --json`;

/** Makes the command. */
export function renderCommand(context: Context): Command {
  const command = new Command("render")
    .description("Render a chart and its params to a video.")
    .argument("<spec>", SPEC);
  addFlags(command, ["output"]);
  addParams(command);
  addFlags(command, OPTIONS);
  addUntrusted(command);
  return command
    .addOption(new Option("--json", "print progress, video and errors as lines of JSON"))
    .addHelpText("after", HELP)
    .action(async (source: string, flags: Flags) => {
      logToStderr();
      const isJSON = flags.json === true;
      const video = await render(source, flags, command, context);
      if (isJSON) writeJSON({ type: "video", ...video });
      // On a terminal the line that the bar has left says it.
      else if (!(Deno.stdout.isTerminal() && Deno.stderr.isTerminal())) writeLine(video.path);
    });
}

async function render(
  source: string,
  flags: Flags,
  command: Command,
  context: Context,
): Promise<Video> {
  const { signal } = context;
  const options = await readFlags(flags, ["output", ...OPTIONS], "render", signal);
  if (options.output !== undefined) {
    const { checkOutput } = await import("../job/output.ts");
    const { checkFormat, formatOf } = await import("../job/format.ts");
    const output = String(options.output);
    await asUsage(() => checkOutput(output));
    await asUsage(() => checkFormat(formatOf(output)!, options));
  }
  const report = (progress: Progress) => writeJSON({ type: "progress", ...progress });
  const isJSON = flags.json === true;
  if (flags.untrusted) {
    const { renderUntrusted } = await import("./untrusted.ts");
    const { ProgressBar } = await import("./progress.ts");
    const bar = isJSON ? undefined : new ProgressBar();
    let video: Video | undefined;
    try {
      const typed = { source, flags, command, context };
      return video = await renderUntrusted(typed, (progress) => {
        if (bar) bar.show(progress);
        else report(progress);
      });
    } finally {
      bar?.end(video);
    }
  }
  const spec = await readSpec(source, flags, signal);
  const params = await readParams(flags, options, signal);
  const { animate } = await import("../mod.ts");
  signal.throwIfAborted();
  const onProgress = isJSON ? report : undefined;
  const job = animate(spec, params, { ...options, show: !isJSON, onProgress });
  signal.addEventListener("abort", () => job.cancel());
  return await job;
}
