/** A dataset whose rows move between keyframes. */
import { describe, nearestFirst } from "../render/describe.ts";
import type { Columns, Row } from "../render/patch.ts";
import { isPlainObject } from "../render/plain_object.ts";
import { toRows } from "../render/rows.ts";
import { type Between, between, chosen, halfway, type Interpolate } from "./interpolate.ts";

/** What makes two rows the same one: a field, several fields together, or a function. */
// Rows are of the user's own types.
// deno-lint-ignore no-explicit-any
export type Key = string | readonly string[] | ((row: any) => unknown);

/** The state that a row comes from or leaves to: fields that differ from its own, or a function. */
// deno-lint-ignore no-explicit-any
export type Ghost = Row | ((row: any, dataset: string) => Row | undefined);

/** How rows are matched and moved. */
export interface Matching {
  /** Undefined for rows that are matched by their place. */
  key: Key | undefined;
  enter: Ghost | undefined;
  exit: Ghost | undefined;
  interpolate: Record<string, Interpolate>;
}

/** Something that has a value on each keyframe and between them. */
export interface Track {
  /** Its value on a keyframe. */
  on(keyframe: number): unknown;
  /** Its values on the way from one keyframe to another. */
  between(from: number, to: number): Between;
}

/** True for the rows or the columns of a dataset. */
export function isDataset(value: unknown): value is Row[] | Columns {
  if (Array.isArray(value)) return value.every(isPlainObject);
  return isPlainObject(value) && areColumns(Object.values(value));
}

/** The fields of the rows of all keyframes, in the order of their first appearance. */
export function fieldsOf(keyframes: (Row[] | Columns)[]): string[] {
  const fields = new Set<string>();
  for (const rows of keyframes) {
    for (const row of Array.isArray(rows) ? rows : [rows]) {
      for (const field of Object.keys(row)) fields.add(field);
    }
  }
  return [...fields];
}

/**
 * Matches the rows of a dataset over all keyframes.
 *
 * Rows stand in one order in all frames: that of the first keyframe, into which each later one puts
 * its new rows behind the rows that they follow there. Fields stand in the order of their first appearance.
 *
 * @param name The dataset, for messages.
 * @param keyframes Its rows, or columns, on each keyframe.
 * @param matching How rows are matched and moved.
 * @throws {TypeError} If a row has no key, or two rows of a keyframe have the same.
 */
export function datasetTrack(
  name: string,
  keyframes: (Row[] | Columns)[],
  { key, enter, exit, interpolate }: Matching,
): Track {
  const fields = fieldsOf(keyframes);
  const keyed = keyframes.map((rows, k) => keyRows(name, toRows(rows), key, k));
  const order = orderOf(keyed);
  const finish = keyframes.every((rows) => !Array.isArray(rows))
    ? (rows: Row[]) => toColumns(rows, fields, keyframes as Columns[])
    : (rows: Row[]) => rows;

  /** The fields of one row that is there on both sides. */
  function moving(from: Row, to: Row): RowBetween {
    const parts = fields.map((field) => {
      const how = Object.hasOwn(interpolate, field) ? interpolate[field] : undefined;
      const part = how === undefined
        ? between(from[field], to[field], "colours")
        : chosen(how, from[field], to[field]);
      return [field, part] as const;
    });
    return (eased, time) => rowOf(parts.map(([field, part]) => [field, part(eased, time)]));
  }

  function ghost(row: Row, option: "enter" | "exit"): Row | undefined {
    const given = option === "enter" ? enter : exit;
    const partial = typeof given === "function" ? given(row, name) : given;
    if (partial === undefined) return undefined;
    if (!isPlainObject(partial)) {
      throw new TypeError(
        `Cannot tween '${name}' as '${option}' must return an object of fields: it returned ${
          describe(partial)
        }`,
      );
    }
    for (const field of Object.keys(partial)) {
      if (Object.hasOwn(row, field)) continue;
      throw new TypeError(
        `Cannot tween '${name}' as '${option}' must give fields that the row has: '${field}' is ` +
          `none of [${nearestFirst(field, Object.keys(row)).join(", ")}]`,
      );
    }
    return { ...row, ...partial };
  }

  /** A row that is there on one side or both; without a ghost it appears or vanishes halfway. */
  function rowBetween(from: Row | undefined, to: Row | undefined): RowBetween {
    const start = from ?? ghost(to!, "enter");
    const end = to ?? ghost(from!, "exit");
    if (start && end) return moving(start, end);
    const there = ordered((from ?? to)!, fields);
    return halfway(from && there, to && there) as RowBetween;
  }

  return {
    on(k) {
      const rows = order.map((id) => keyed[k].get(id)).filter((row) => row !== undefined);
      return finish(rows.map((row) => ordered(row, fields)));
    },
    between(a, b) {
      const rows = order
        .map((id) => ({ from: keyed[a].get(id), to: keyed[b].get(id) }))
        .filter(({ from, to }) => from || to)
        .map(({ from, to }) => rowBetween(from, to));
      return (eased, time) =>
        finish(rows.map((row) => row(eased, time)).filter((row) => row !== undefined));
    },
  };
}

type RowBetween = (eased: number, time: number) => Row | undefined;

function areColumns(columns: unknown[]): columns is ArrayLike<unknown>[] {
  const isColumn = (value: unknown) => Array.isArray(value) || isTyped(value);
  if (columns.length === 0 || !columns.every(isColumn)) return false;
  const [{ length }] = columns as ArrayLike<unknown>[];
  return (columns as ArrayLike<unknown>[]).every((column) => column.length === length);
}

function isTyped(value: unknown): value is ArrayLike<unknown> {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

function keyRows(name: string, rows: Row[], key: Key | undefined, keyframe: number) {
  const keyed = new Map<unknown, Row>();
  const numbers = new Map<unknown, number>();
  rows.forEach((row, i) => {
    const id = key === undefined ? i : idOf(name, row, key, `row ${i} of keyframe ${keyframe}`);
    if (keyed.has(id)) {
      throw new TypeError(
        `Cannot tween '${name}' as each row must have a key of its own: rows ${
          numbers.get(id)
        } and ${i} of keyframe ${keyframe} both have ${id}`,
      );
    }
    keyed.set(id, row);
    numbers.set(id, i);
  });
  return keyed;
}

function idOf(name: string, row: Row, key: Key, place: string): unknown {
  const fields = typeof key === "string" ? [key] : key;
  if (typeof fields === "function") {
    const value = fields(row);
    if (value !== undefined && value !== null) return textOf(value);
    throw new TypeError(
      `Cannot tween '${name}' as the function 'key' must return a key: for ${place} it returned ${value}`,
    );
  }
  const values = fields.map((field) => {
    if (row[field] !== undefined && row[field] !== null) return row[field];
    throw new TypeError(
      `Cannot tween '${name}' as every row must have the key '${field}': ${place} has ` +
        (Object.hasOwn(row, field)
          ? `the value ${row[field]}`
          : `the fields [${nearestFirst(field, Object.keys(row)).join(", ")}]`),
    );
  });
  return textOf(typeof key === "string" ? values[0] : values);
}

/** A key as text, by which equal ones are found. Some numbers have none in JSON. */
function textOf(key: unknown): string {
  return JSON.stringify(key, (_, value) => {
    // Arrow's tables have integers of 64 bits.
    if (typeof value === "bigint") return `${value}n`;
    return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
  });
}

/** All ids. A new one stands behind the id that it follows where it first appears. */
function orderOf(keyframes: Map<unknown, Row>[]): unknown[] {
  let order: unknown[] = [];
  for (const rows of keyframes) {
    const known = new Set(order);
    const first = [...rows.keys()].find((id) => known.has(id));
    // The new ids that lead, and those behind each id that is known.
    const leading: unknown[] = [];
    const behind = new Map<unknown, unknown[]>();
    let run = leading;
    for (const id of rows.keys()) {
      if (known.has(id)) behind.set(id, run = []);
      else run.push(id);
    }
    order = order.flatMap((id) => [
      ...(id === first ? leading : []),
      id,
      ...(behind.get(id) ?? []),
    ]);
    if (first === undefined) order = [...order, ...leading];
  }
  return order;
}

/** A new row with the fields in order. */
function ordered(row: Row, fields: string[]): Row {
  return rowOf(fields.map((field) => [field, row[field]]));
}

/** A row without the fields that it does not have at this time. */
function rowOf(entries: [string, unknown][]): Row {
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/**
 * Columns of the types that all keyframes have. Integers are on their way through fractions, and
 * may overshoot what their type can hold.
 */
function toColumns(rows: Row[], fields: string[], keyframes: Columns[]): Columns {
  return Object.fromEntries(fields.map((field) => {
    const values = rows.map((row) => row[field]);
    const types = new Set(keyframes.map((columns) => columns[field]?.constructor));
    const [type] = types;
    if (types.size > 1 || !isTyped(keyframes[0][field])) return [field, values];
    const isWhole = !/^(Float|Big)/.test(type!.name);
    const Column = isWhole ? Float64Array : type as unknown as Float64ArrayConstructor;
    return [field, Column.from(values as number[])];
  }));
}
