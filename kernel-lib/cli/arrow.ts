/** Arrow's files and streams, and so Feather's second version. */
import { CompressionType, setCompressionCodec, tableFromIPC } from "@uwdata/flechette";
import { decompressZstd } from "hyparquet-compressors";
import lz4 from "lz4js";
import type { Table } from "./table.ts";

/** Reads a table; what is compressed by LZ4 or Zstandard, too. Dates are `Date`s. */
export function readArrow(bytes: Uint8Array): Table {
  setCompressionCodec(CompressionType.LZ4_FRAME, codec((data) => lz4.decompress(data)));
  setCompressionCodec(CompressionType.ZSTD, codec(decompressZstd));
  const table = tableFromIPC(bytes, { useDate: true });
  return { columns: table.toColumns() as Table["columns"], rows: table.numRows };
}

function codec(decompress: (data: Uint8Array) => Uint8Array) {
  return {
    // A copy begins where numbers of 8 bytes may begin.
    decode: (data: Uint8Array) => decompress(data).slice(),
    encode(): never {
      throw new Error("Tables are not written");
    },
  };
}
