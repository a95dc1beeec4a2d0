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
  type: { typeId: number; scale?: number };
  toArray(): ArrayLike<unknown>;
}

/** A number of any length, as the values of decimals are. */
interface Decimal {
  valueOf(scale?: number): number;
}

/** Arrow's types of integers and floating-point numbers, whose memory is that of typed arrays. */
const NUMBERS = [2, 3];

/** Arrow's type of decimal fractions: integers that are to be scaled. */
const DECIMAL = 7;

/**
 * The values of a frame with the columns of each Arrow table in its place. Columns of plain
 * numbers are not copied; 64-bit integers and decimals become numbers, lists and structs arrays and
 * objects.
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
  const { typeId, scale } = vector.type;
  if (typeId !== DECIMAL) return Array.from(vector, plainValue);
  // Arrow's own numbers of any length take the scale there.
  return Array.from(vector, (value) => value === null ? value : (value as Decimal).valueOf(scale));
}

/** A value without Arrow's own classes: lists become arrays, structs objects. */
function plainValue(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  if (ArrayBuffer.isView(value)) return value;
  if (Symbol.iterator in value && "get" in value) {
    return Array.from(value as Iterable<unknown>, plainValue);
  }
  const { toJSON } = value as { toJSON?: () => object };
  if (typeof toJSON !== "function") return value;
  const fields = Object.entries(toJSON.call(value));
  return Object.fromEntries(fields.map(([name, inner]) => [name, plainValue(inner)]));
}
