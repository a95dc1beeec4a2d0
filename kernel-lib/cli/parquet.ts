/** Parquet. */
import { parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { type Table, tableOfRows } from "./table.ts";

/** Reads a table, however it is compressed. Dates and timestamps are `Date`s. */
export async function readParquet(bytes: Uint8Array<ArrayBuffer>): Promise<Table> {
  return tableOfRows(await parquetReadObjects({ file: bytes.buffer, compressors }));
}
