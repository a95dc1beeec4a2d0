/** CSV and TSV. */
import type { Table } from "./table.ts";

/**
 * Reads a table with a line of names. Columns of numbers, and of true and false, become such;
 * dates stay text, which is parsed as the dataset's `format.parse` says. An empty field is null.
 *
 * @param content The text, without a mark of the byte order.
 * @param format What separates the fields.
 * @param text Columns that stay text even if they look like numbers: postal codes, years of a
 * temporal field.
 * @throws {TypeError} If one of these is no column, or there are no rows.
 */
export async function readDelimited(
  content: string,
  format: "csv" | "tsv",
  text: string[],
): Promise<Table> {
  const { inferType, read } = await import("vega");
  const rows = read(content, { type: format }) as Record<string, string>[];
  if (rows.length === 0) throw new TypeError("it has no rows below its line of names");
  const names = Object.keys(rows[0]);
  const missing = text.find((name) => !names.includes(name));
  if (missing !== undefined) {
    throw new TypeError(`it has no column '${missing}': there are ${names.join(", ")}`);
  }
  const column = (name: string) => {
    const values = rows.map((row) => row[name] === "" ? null : row[name]);
    const type = text.includes(name) ? "string" : inferType(values);
    if (type === "string" || type === "date") return values;
    const parse = type === "boolean" ? (value: string) => value === "true" : Number;
    return values.map((value) => value === null ? null : parse(value));
  };
  return {
    columns: Object.fromEntries(names.map((name) => [name, column(name)])),
    rows: rows.length,
  };
}
