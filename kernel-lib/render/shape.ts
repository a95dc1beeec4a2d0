/** What of a dataset's rows must stay for the rows to be changed in place. */
import type { Row } from "./patch.ts";

/** How many rows there are, with which fields of which types. All rows have the same fields. */
export interface Shape {
  rows: number;
  fields: string[];
  /** The type of each field of each row, row by row. */
  types: string[];
}

/** The shape of rows; undefined where not all of them have the same fields. */
export function shapeOf(rows: Row[]): Shape | undefined {
  const fields = Object.keys(rows[0] ?? {});
  const types: string[] = [];
  for (const row of rows) {
    if (!hasExactly(row, fields)) return undefined;
    for (const field of fields) types.push(typeOf(row[field]));
  }
  return { rows: rows.length, fields, types };
}

/** True if the rows have the shape. */
export function hasShape(rows: Row[], { rows: count, fields, types }: Shape): boolean {
  if (rows.length !== count) return false;
  let at = 0;
  for (const row of rows) {
    if (!hasExactly(row, fields)) return false;
    for (const field of fields) if (typeOf(row[field]) !== types[at++]) return false;
  }
  return true;
}

function hasExactly(row: Row, fields: string[]): boolean {
  let count = 0;
  for (const field in row) {
    // Rows that come from one place have their fields in one order.
    if (field !== fields[count] && !fields.includes(field)) return false;
    count++;
  }
  return count === fields.length;
}

function typeOf(value: unknown): string {
  return value === null ? "null" : value instanceof Date ? "date" : typeof value;
}

/** True if a field has the same value in each row as in its counterpart. */
export function hasSameValues(rows: Row[], others: Row[], field: string): boolean {
  return rows.every((row, i) => {
    const value = row[field];
    const other = others[i][field];
    return value instanceof Date && other instanceof Date
      ? value.getTime() === other.getTime()
      : Object.is(value, other);
  });
}
