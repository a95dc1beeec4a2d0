/** The frames of a command: their params from a file, a module, or from one value to another. */
import { type Command, Option } from "commander";
import type { Params } from "../job/frames.ts";
import type { AnimateOptions } from "../job/options.ts";
import { append, appendPair, choice, counting } from "./flag_values.ts";
import type { Flags } from "./flags.ts";
import { formatOf, FORMATS, readFormat } from "./formats.ts";
import { framesByColumn, framesByRow, tableOfRows } from "./table.ts";
import { UsageError } from "./usage.ts";

const FRAMES = "Frames:";

/** What of a frame's params the flags say. */
interface ParamsFlags {
  params?: string;
  paramsFormat?: string;
  data?: string;
  frameBy?: string;
  frameParam?: string;
  text?: string[];
  sweep?: Record<string, string>;
  frames?: number;
}

/** Adds the flags that say what the frames are. */
export function addParams(command: Command): void {
  const group = (option: Option) => command.addOption(option.helpGroup(FRAMES));
  group(
    new Option(
      "-p, --params <file>",
      "one object for each frame (JSON, NDJSON), one row (CSV, TSV, Arrow, Parquet), or a module; - is standard input",
    ),
  );
  group(choice("--params-format <format>", "where the ending does not say", Object.keys(FORMATS)));
  group(new Option("--data <name>", "the rows are this dataset's; goes with --frame-by"));
  group(new Option("--frame-by <column>", "a frame for each value of this column, with its rows"));
  group(
    new Option("--frame-param <name>", "a param that gets the frame's value of that column, too"),
  );
  group(
    new Option("--text <column>", "take values of a CSV or TSV as text; repeat for more")
      .argParser(append),
  );
  group(
    new Option("--sweep <name=from:to>", "take a param from one value to another; repeat for more")
      .argParser(appendPair),
  );
  group(counting("--frames <count>", "number of frames, for --sweep and --update"));
}

/**
 * The params as `animate` takes them; undefined where the spec's own animation says.
 *
 * @param flags What was typed.
 * @param options Whether there is an `update`, and the frames per second.
 * @throws {UsageError} If flags do not go together.
 * @throws {Error} If the params cannot be read.
 */
export async function readParams(
  flags: Flags,
  { update, fps }: AnimateOptions,
  signal: AbortSignal,
): Promise<Params | undefined> {
  const { params, sweep, frames, ...table } = flags as ParamsFlags;
  if (sweep) return await sweepFrames({ params, sweep, frames, fps });
  if (params !== undefined) {
    if (frames !== undefined) throw new UsageError("--frames and --params do not go together");
    return await framesOf(params, formatOf(params, table.paramsFormat), table, signal);
  }
  if (frames !== undefined && update === undefined) {
    throw new UsageError("--frames goes with --update or --sweep");
  }
  return frames;
}

async function sweepFrames({ params, sweep, frames, fps }: ParamsFlags & { fps?: number }) {
  if (params !== undefined) throw new UsageError("--sweep and --params do not go together");
  if (frames === undefined) throw new UsageError("--sweep goes with --frames");
  const { sweep: sweepAll } = await import("../make/sweep.ts");
  const ranges = Object.entries(sweep!).map(([name, text]) => {
    const ends = text.split(":");
    if (ends.length !== 2) {
      throw new UsageError(`--sweep must be of the form name=from:to: current value is '${text}'`);
    }
    const [from, to] = ends.map((end) => end.trim() === "" || isNaN(Number(end)) ? end : +end);
    return [name, { from, to }];
  });
  return sweepAll(Object.fromEntries(ranges), { frames, fps });
}

async function framesOf(
  source: string,
  format: string,
  { data, frameBy, frameParam, text }: ParamsFlags,
  signal: AbortSignal,
): Promise<Params> {
  if ((data === undefined) !== (frameBy === undefined)) {
    throw new UsageError(
      "--data and --frame-by go together: the dataset, and the column that tells its frames apart",
    );
  }
  if (frameParam !== undefined && frameBy === undefined) {
    throw new UsageError("--frame-param goes with --frame-by");
  }
  if (text && format !== "csv" && format !== "tsv") {
    throw new UsageError("--text is for CSV and TSV: other formats have types of their own");
  }
  const read = await readFormat(source, format, text ?? [], signal);
  if (frameBy === undefined) return "columns" in read ? framesByRow(read) : read.frames;
  const table = "columns" in read ? read : tableOfRows(await collect(read.frames, source));
  return framesByColumn(table, frameBy, data!, frameParam);
}

/** All frames of a source that may end late; what is no row is told with its place. */
async function collect(frames: Params, source: string): Promise<Record<string, unknown>[]> {
  if (typeof frames === "object" && frames !== null) {
    const rows: unknown[] = [];
    for await (const row of frames) rows.push(row);
    const wrong = rows.findIndex((row) => typeof row !== "object" || row === null);
    if (wrong === -1) return rows as Record<string, unknown>[];
    throw new TypeError(`Cannot read the params '${source}' as row ${wrong} must be an object`);
  }
  throw new TypeError(
    `Cannot read the params '${source}' as there must be one object for each row`,
  );
}
