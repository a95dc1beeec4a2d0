/** Rows as a view takes them: new objects, parsed as their dataset says. */
import type { Columns, Row } from "./patch.ts";
import type { Vega } from "./vega.ts";

/** A dataset of a Vega spec. */
export interface Dataset {
  name: string;
  values?: unknown;
  format?: Record<string, unknown>;
  [key: string]: unknown;
}

/** New row objects that hold what was given; columns become rows. */
export function toRows(given: Row[] | Columns): Row[] {
  if (Array.isArray(given)) return copyRows(given);
  const columns = Object.entries(given).map(([field, column]) =>
    [field, numbersOf(column)] as const
  );
  const length = columns[0]?.[1].length ?? 0;
  const rows: Row[] = new Array(length);
  for (let i = 0; i < length; i++) {
    const row: Row = {};
    for (const [field, column] of columns) row[field] = column[i];
    rows[i] = row;
  }
  return rows;
}

/** Vega cannot compute with integers of 64 bits. */
function numbersOf(column: ArrayLike<unknown>): ArrayLike<unknown> {
  const isWide = column instanceof BigInt64Array || column instanceof BigUint64Array;
  return isWide ? Float64Array.from(column as BigInt64Array, Number) : column;
}

/** New row objects; a view writes into those that it is given. Values that are no rows stay. */
export function copyRows(rows: unknown[]): Row[] {
  return rows.map((row) =>
    typeof row === "object" && row !== null && !Array.isArray(row) ? { ...row } : row
  ) as Row[];
}

/** True for a dataset whose own rows stand in the spec, and can be read before it runs. */
export function hasOwnRows({ values, format }: Dataset): boolean {
  if (Object.values(format ?? {}).some((value) => isSignal(value))) return false;
  if (typeof values === "object" && values !== null) return !isSignal(values);
  return typeof values === "string";
}

function isSignal(value: unknown): boolean {
  return typeof value === "object" && value !== null && "signal" in value;
}

/**
 * The rows that a spec holds for a dataset, parsed. Vega takes one object for one row.
 *
 * @throws {Error} If they cannot be read.
 */
export function readOwnRows(vega: Vega, { name, values, format }: Dataset): Row[] {
  try {
    const content = Array.isArray(values) ? copyRows(values) : structuredClone(values);
    return vega.array(vega.read(content, format));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Cannot read the values of dataset '${name}': ${reason}`, { cause });
  }
}

/**
 * Parses strings as the dataset's format says, as Vega does with the rows that it loads.
 * Values that have a type already are taken as they are.
 *
 * @param rows New objects; they are written into.
 * @param parse The `parse` of the format.
 */
export function parseStrings(vega: Vega, rows: Row[], parse: unknown): Row[] {
  const typed = copyRows(rows);
  const parsed = vega.read(rows, { type: "json", parse });
  const fields = typeof parse === "object" && parse !== null
    ? Object.keys(parse)
    : Object.keys(rows[0] ?? {});
  for (let i = 0; i < parsed.length; i++) {
    for (const field of fields) {
      const value = typed[i][field];
      if (value !== null && value !== undefined && typeof value !== "string") {
        parsed[i][field] = value;
      }
    }
  }
  return parsed;
}
