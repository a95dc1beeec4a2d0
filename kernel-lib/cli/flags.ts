/** The options of `animate` as flags. */
import { type Command, Option } from "commander";
import type { AnimateOptions } from "../job/options.ts";
import { append, appendPair, choice, numeric, parseDomains } from "./flag_values.ts";
import { readJSON } from "./source.ts";
import { asUsage } from "./usage.ts";

/** What commander makes of flags, each under the name of its option. */
export type Flags = Record<string, unknown>;

const PICTURE = "Picture:";
const VIDEO = "Video:";
const WORK = "Work:";

/** The flag of each option. */
const FLAGS = {
  output: () =>
    new Option(
      "-o, --output <file>",
      "the video: .mp4, .webm, .gif, or with a / at its end a folder of PNG images (default: an .mp4 named after the chart)",
    ),
  width: () => numeric("--width <pixels>", "width of the video", PICTURE),
  height: () => numeric("--height <pixels>", "height of the video", PICTURE),
  scale: () => numeric("--scale <factor>", "video pixels per pixel of the view", PICTURE),
  background: () =>
    new Option("--background <colour>", "colour behind the view").helpGroup(PICTURE),
  config: () =>
    new Option("--config <file>", "a Vega or Vega-Lite config, as JSON; repeat for more")
      .argParser(append).helpGroup(PICTURE),
  fonts: () =>
    new Option("--fonts <name=file>", "the file of a font; repeat for more")
      .argParser(appendPair).helpGroup(PICTURE),
  domains: () =>
    new Option("--domains <rule>", "shared or frame, or for some scales: x=frame,color=shared")
      .argParser(parseDomains).helpGroup(PICTURE),
  raster: () =>
    choice("--raster <library>", "what draws: Cairo where it is installed, else Skia", [
      "auto",
      "cairo",
      "skia",
    ], PICTURE),
  fps: () => numeric("--fps <rate>", "frames per second (default: 30)", VIDEO),
  hold: () => numeric("--hold <seconds>", "how long the last frame is held (default: 0)", VIDEO),
  encoder: () =>
    choice("--encoder <name>", "what encodes: NVENC where it works, else x264", [
      "auto",
      "nvenc",
      "x264",
    ], VIDEO),
  preset: () =>
    choice(
      "--preset <name>",
      "quick and large, to slow and small",
      ["draft", "standard", "fine"],
      VIDEO,
    ),
  crf: () => numeric("--crf <factor>", "0 (lossless) to 51 (smallest file)", VIDEO),
  workers: () => numeric("-n, --workers <count>", "threads (default: all cores)", WORK),
  update: () =>
    new Option("--update <module>", "its default export makes a frame's values in the workers")
      .helpGroup(WORK),
  context: () => new Option("--context <file>", "data for --update, as JSON").helpGroup(WORK),
  seed: () => numeric("--seed <integer>", "the seed of all random numbers (default: 0)", WORK),
  segmentFrames: () =>
    numeric("--segment-frames <count>", "frames in a segment, the unit of work", WORK),
  frameTimeout: () =>
    numeric("--frame-timeout <seconds>", "the longest that a frame may take", WORK),
  check: () =>
    new Option(
      "--check",
      "draw a sample of frames by fresh views, too, and fail where a pixel differs",
    )
      .helpGroup(WORK),
  cache: () =>
    new Option("--cache <folder>", "where finished segments are kept for the next run")
      .helpGroup(WORK),
  executor: () =>
    new Option("--executor <name>", "local, dask:ADDRESS, loky:N, or another cluster")
      .helpGroup(WORK),
} satisfies Partial<Record<keyof AnimateOptions, () => Option>>;

/** Options of `animate` that can be typed. */
type FlagName = keyof typeof FLAGS;

/** The options of a picture, which every command that draws has. */
export const PICTURE_FLAGS = [
  "width",
  "height",
  "scale",
  "background",
  "config",
  "fonts",
  "domains",
  "raster",
] as const satisfies FlagName[];

/** The options of a video. */
export const VIDEO_FLAGS = [
  "fps",
  "hold",
  "encoder",
  "preset",
  "crf",
] as const satisfies FlagName[];

/** Adds the flags of some options to a command. */
export function addFlags(command: Command, names: readonly FlagName[]): Command {
  for (const name of names) command.addOption(FLAGS[name]());
  if (names.includes("cache")) {
    command.addOption(new Option("--no-cache", "keep no segments, and use none").helpGroup(WORK));
  }
  return command;
}

/** Adds the flag of a stranger's chart. */
export function addUntrusted(command: Command): void {
  command.addOption(
    new Option(
      "--untrusted",
      "for a stranger's chart: draw it in a process that reads the files named here alone, and of the web the spec's own host",
    ).helpGroup("Safety:"),
  );
}

/**
 * The options of `animate` that flags stand for, checked as it checks them.
 *
 * @param flags What was typed.
 * @param names The options that the command has.
 * @param action What is being done, for messages.
 * @param signal Gives up reading files.
 * @throws {UsageError} If a value is not what it must be.
 * @throws {Error} If a file cannot be read.
 */
export async function readFlags(
  flags: Flags,
  names: readonly FlagName[],
  action: string,
  signal: AbortSignal,
): Promise<AnimateOptions> {
  const { config, context, ...rest } = Object.fromEntries(names.map((name) => [name, flags[name]]));
  const options: Record<string, unknown> = rest;
  if (config !== undefined) {
    const { mergeConfig } = await import("vega-util");
    const files = (config as string[]).map((file) => readJSON(file, "config", signal));
    options.config = mergeConfig(...await Promise.all(files) as object[]);
  }
  if (context !== undefined) options.context = await readJSON(String(context), "context", signal);
  const { readOptions } = await import("../job/options.ts");
  await asUsage(() => readOptions(options, action, [...names]));
  return options;
}
