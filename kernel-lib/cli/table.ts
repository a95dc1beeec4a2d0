/** Tables, and the frames that are made of them. */
import { nearestFirst } from "../render/describe.ts";
import { UsageError } from "./usage.ts";

/** A table as its columns, which are equally long. */
export interface Table {
  columns: Record<string, ArrayLike<unknown>>;
  rows: number;
}

/** A frame's params. */
type Frame = Record<string, unknown>;

/** The table of rows that are objects; what a row does not have is null. */
export function tableOfRows(rows: Frame[]): Table {
  const names = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row)) names.add(name);
  const column = (name: string) => rows.map((row) => plain(row[name] ?? null));
  return {
    columns: Object.fromEntries([...names].map((name) => [name, column(name)])),
    rows: rows.length,
  };
}

/** One frame for each row: its columns are signals or params. */
export function framesByRow({ columns, rows }: Table): Frame[] {
  const entries = Object.entries(columns);
  return Array.from(
    { length: rows },
    (_, row) => Object.fromEntries(entries.map(([name, values]) => [name, values[row]])),
  );
}

/**
 * One frame for each value of a column. Numbers and dates go up; other values are in the order in
 * which they first appear, but for text that begins with an ISO date, which goes up, too.
 *
 * @param table The rows of all frames.
 * @param by The column that tells the frames apart.
 * @param dataset The dataset that gets a frame's rows, in their order.
 * @param param A param that gets the frame's value of the column.
 * @throws {UsageError} If there is no such column.
 */
export function framesByColumn(
  { columns, rows }: Table,
  by: string,
  dataset: string,
  param?: string,
): Frame[] {
  const keys = columns[by];
  if (!keys) {
    const known = nearestFirst(by, Object.keys(columns)).join(", ");
    throw new UsageError(`There is no column '${by}' to make frames by: there are ${known}`);
  }
  const groups = new Map<unknown, { value: unknown; rows: number[] }>();
  for (let row = 0; row < rows; row++) {
    const value = keys[row];
    const key = value instanceof Date ? value.getTime() : value;
    const group = groups.get(key);
    if (group) group.rows.push(row);
    else groups.set(key, { value, rows: [row] });
  }
  return inOrder([...groups.values()]).map(({ value, rows }) => ({
    [dataset]: Object.fromEntries(
      Object.entries(columns).map(([name, values]) => [name, pick(values, rows)]),
    ),
    ...(param === undefined ? {} : { [param]: plain(value) }),
  }));
}

/** Some values of a column; numbers stay as compact as they are. */
function pick(values: ArrayLike<unknown>, rows: number[]): ArrayLike<unknown> {
  if (!(values instanceof Float64Array || values instanceof Float32Array)) {
    return rows.map((row) => values[row]);
  }
  const picked = values instanceof Float64Array
    ? new Float64Array(rows.length)
    : new Float32Array(rows.length);
  for (let i = 0; i < rows.length; i++) picked[i] = values[rows[i]];
  return picked;
}

function inOrder<Group extends { value: unknown }>(groups: Group[]): Group[] {
  const values = groups.map(({ value }) => value);
  const go = (value: unknown) =>
    typeof value === "number" || value instanceof Date ||
    (typeof value === "string" && /^\d{4}-\d{2}/.test(value));
  if (!values.every(go)) return groups;
  const less = (a: unknown, b: unknown) => (a as number) < (b as number);
  return groups.toSorted((a, b) => less(a.value, b.value) ? -1 : less(b.value, a.value) ? 1 : 0);
}

/** Numbers are all that charts know: integers of 64 bits become such. */
export function plain(value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value;
}
