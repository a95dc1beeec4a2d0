/** The formats of params, each read when it is needed. */
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { abortable } from "../job/abortable.ts";
import type { Params } from "../job/frames.ts";
import { describe } from "../render/describe.ts";
import { readLines } from "./lines.ts";
import { readBytes, STDIN } from "./source.ts";
import type { Table } from "./table.ts";
import { UsageError } from "./usage.ts";

/** The formats, each with the endings of its files. */
export const FORMATS: Record<string, string[]> = {
  json: [".json"],
  ndjson: [".ndjson", ".jsonl"],
  csv: [".csv"],
  tsv: [".tsv"],
  arrow: [".arrow", ".feather"],
  parquet: [".parquet"],
  module: [".js", ".mjs", ".ts", ".mts"],
};

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

/**
 * Reads a table, or frames.
 *
 * @param source A path, an http(s) URL, or `-` for standard input.
 * @param format One of {@linkcode FORMATS}.
 * @param text Columns of a CSV or TSV that stay text.
 * @param signal Gives up reading.
 * @throws {Error} If it cannot be read.
 */
export async function readFormat(
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
    const reason = cause instanceof Error ? cause.message : describe(cause);
    throw new Error(`Cannot get the params of '${source}': ${reason}`, { cause });
  }
}
