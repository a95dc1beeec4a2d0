/** Arrow's files and streams, and so Feather's second version. */
import { CompressionType, setCompressionCodec, tableFromIPC } from "@uwdata/flechette";
import { decompressZstd } from "hyparquet-compressors";
import lz4 from "lz4js";
import type { Table } from "./table.ts";

/** Reads a table; what is compressed by LZ4 or Zstandard, too. Dates are `Date`s. */
export function readArrow(bytes: Uint8Array): Table {
  const encode = (): never => {
    throw new Error("nothing is written");
  };
  setCompressionCodec(CompressionType.LZ4_FRAME, {
    encode,
    decode: (data) => lz4.decompress(data),
  });
  setCompressionCodec(CompressionType.ZSTD, { encode, decode: (data) => decompressZstd(data) });
  const table = tableFromIPC(bytes, { useDate: true });
  return { columns: table.toColumns() as Table["columns"], rows: table.numRows };
}
