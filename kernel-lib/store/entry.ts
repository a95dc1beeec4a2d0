/** The form of a file in the store, which shows any damage. */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";

/** What is kept under a key. */
export interface Entry {
  /** Small, plain data. */
  meta: Record<string, unknown>;
  bytes: Uint8Array<ArrayBuffer>;
}

/** The first bytes of every file; the number is that of the form. */
const MAGIC = new TextEncoder().encode("vega-reel store 1\n");

/** Where the parts of a file begin: the hash of all that follows it, the length of what says. */
const HASH = MAGIC.length;
const LENGTH = HASH + 32;
const META = LENGTH + 4;

/** The bytes of a file. */
export function encodeEntry(key: string, { meta, bytes }: Entry): Uint8Array<ArrayBuffer> {
  const header = new TextEncoder().encode(JSON.stringify({ key, ...meta }));
  const file = new Uint8Array(META + header.length + bytes.length);
  file.set(MAGIC);
  new DataView(file.buffer).setUint32(LENGTH, header.length);
  file.set(header, META);
  file.set(bytes, META + header.length);
  file.set(sha256(file.subarray(LENGTH)), HASH);
  return file;
}

/** What a file holds; undefined if it is not whole, is damaged or belongs to another key. */
export function decodeEntry(key: string, file: Uint8Array<ArrayBuffer>): Entry | undefined {
  if (file.length < META || !Buffer.from(file.subarray(0, HASH)).equals(MAGIC)) return undefined;
  if (!sha256(file.subarray(LENGTH)).equals(file.subarray(HASH, LENGTH))) return undefined;
  const end = META + new DataView(file.buffer, file.byteOffset).getUint32(LENGTH);
  const { key: own, ...meta } = JSON.parse(new TextDecoder().decode(file.subarray(META, end)));
  // A copy: what is read is a `Buffer`, which may be a part of a larger one.
  return own === key ? { meta, bytes: new Uint8Array(file.subarray(end)) } : undefined;
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}
