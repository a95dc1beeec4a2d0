/** Reads the columns of Arrow tables, without depending on Arrow. */
import { isPlainObject } from "./plain_object.ts";
import type { Columns } from "./patch.ts";

/** As much of `Table` of the package `apache-arrow` as is read here. */
interface ArrowTable {
  schema: { fields: { name: string }[] };
  getChild(name: string): ArrowVector | null;
}

interface ArrowVector extends Iterable<unknown> {
  nullCount: number;
  type: { typeId: number };
  toArray(): ArrayLike<unknown>;
}

/** Arrow's types of integers and floating-point numbers, whose memory is that of typed arrays. */
const NUMBERS = [2, 3];

/**
 * The values of a frame with the columns of each Arrow table in its place. Columns of plain
 * numbers are not copied; 64-bit integers become numbers.
 *
 * https://arrow.apache.org/docs/js/classes/Arrow.dom.Table.html
 */
export function withColumns(values: unknown): unknown {
  if (!isPlainObject(values) || !Object.values(values).some(isTable)) return values;
  const columns = Object.entries(values).map(([name, value]) =>
    [name, isTable(value) ? columnsOf(value) : value] as const
  );
  return Object.fromEntries(columns);
}

function isTable(value: unknown): value is ArrowTable {
  const { schema, getChild } = (value ?? {}) as Partial<ArrowTable>;
  return typeof getChild === "function" && Array.isArray(schema?.fields);
}

function columnsOf(table: ArrowTable): Columns {
  const names = table.schema.fields.map(({ name }) => name);
  return Object.fromEntries(names.map((name) => [name, columnOf(table.getChild(name)!)]));
}

function columnOf(vector: ArrowVector): ArrayLike<unknown> {
  if (vector.nullCount === 0 && NUMBERS.includes(vector.type.typeId)) {
    const array = vector.toArray();
    const isWide = array instanceof BigInt64Array || array instanceof BigUint64Array;
    // Halves come as the integers that hold them.
    if (!isWide && !(array instanceof Uint16Array && vector.type.typeId === 3)) return array;
  }
  return Array.from(vector, (value) => typeof value === "bigint" ? Number(value) : value);
}
