/** The frames of a command: their params from a file, a module, or from one value to another. */
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Command, Option } from "commander";
import { abortable } from "../job/abortable.ts";
import type { Params } from "../job/frames.ts";
import type { AnimateOptions } from "../job/options.ts";
import { append, appendPair, choice, counting, type Flags } from "./flags.ts";
import { readLines } from "./lines.ts";
import { readBytes, STDIN } from "./source.ts";
import { framesByColumn, framesByRow, type Table, tableOfRows } from "./table.ts";
import { UsageError } from "./usage.ts";

/** The formats, each with the endings of its files. */
const FORMATS: Record<string, string[]> = {
  json: [".json"],
  ndjson: [".ndjson", ".jsonl"],
  csv: [".csv"],
  tsv: [".tsv"],
  arrow: [".arrow", ".feather"],
  parquet: [".parquet"],
  module: [".js", ".mjs", ".ts", ".mts"],
};

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

/**
 * The format of params.
 *
 * @param source Where they are.
 * @param given What was typed of it.
 * @throws {UsageError} If the ending does not say it.
 */
export function formatOf(source: string, given: string | undefined): string {
  if (given !== undefined) return given;
  const path = /^https?:/i.test(source) ? new URL(source).pathname : source;
  const ending = extname(path).toLowerCase();
  const found = Object.entries(FORMATS).find(([, endings]) => endings.includes(ending));
  if (found) return found[0];
  const known = Object.values(FORMATS).flat().join(", ");
  throw new UsageError(
    source === STDIN
      ? `--params - goes with --params-format, one of ${Object.keys(FORMATS).join(", ")}`
      : `Cannot tell the format of the params '${source}' by its ending: known are ${known}; ` +
        `--params-format says it otherwise`,
  );
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

async function readFormat(
  source: string,
  format: string,
  text: string[],
  signal: AbortSignal,
): Promise<Table | { frames: Params }> {
  if (format === "module") return { frames: await abortable(importFrames(source), signal) };
  if (format === "ndjson") return { frames: readLines(source, signal) };
  const bytes = await readBytes(source, "params", signal);
  try {
    switch (format) {
      case "arrow":
        return await (await import("./arrow.ts")).readArrow(bytes);
      case "parquet":
        return await (await import("./parquet.ts")).readParquet(bytes);
      case "json":
        return { frames: parseFrames(new TextDecoder().decode(bytes)) };
      default: {
        const { readDelimited } = await import("./delimited.ts");
        return await readDelimited(new TextDecoder().decode(bytes), format as "csv" | "tsv", text);
      }
    }
  } catch (cause) {
    throw new Error(
      `Cannot read the params '${source}' as ${format}: ${(cause as Error).message}`,
      { cause },
    );
  }
}

function parseFrames(text: string): unknown[] {
  const value = JSON.parse(text);
  if (Array.isArray(value)) return value;
  throw new TypeError("it must be an array with one object for each frame");
}

/** The default export of a module: the frames, or a function that gives them. */
async function importFrames(source: string): Promise<Params> {
  const url = /^[a-z][a-z+.-]+:/i.test(source) ? source : pathToFileURL(resolve(source)).href;
  try {
    const { default: exported } = await import(url);
    return typeof exported === "function" ? await exported() : exported;
  } catch (cause) {
    throw new Error(`Cannot get the params of '${source}': ${(cause as Error).message}`, { cause });
  }
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
