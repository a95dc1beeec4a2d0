/** The bytes of finished segments until they are joined. */
import { closeSync, openSync, readSync, rmSync, writeSync } from "node:fs";

/** Bytes that are kept in memory before a file is used. */
const MEMORY_LIMIT = 64 * 2 ** 20;

/** Keeps segments in memory, and in a file without a name once there are many. */
export class SegmentSpool implements Disposable {
  readonly #limit: number;
  readonly #inMemory = new Map<number, Uint8Array<ArrayBuffer>>();
  readonly #inFile = new Map<number, { at: number; length: number }>();
  #held = 0;
  #file: { handle: number; path: string; size: number } | undefined;

  /** @param limit Bytes to keep in memory. @default {64 MB} */
  constructor(limit = MEMORY_LIMIT) {
    this.#limit = limit;
  }

  /** Number of segments. */
  get size(): number {
    return this.#inMemory.size + this.#inFile.size;
  }

  /** Keeps a segment, in place of one that was kept before. */
  set(index: number, bytes: Uint8Array<ArrayBuffer>): void {
    this.#held -= this.#inMemory.get(index)?.length ?? 0;
    this.#inMemory.delete(index);
    this.#inFile.delete(index);
    if (this.#held + bytes.length <= this.#limit) {
      this.#inMemory.set(index, bytes);
      this.#held += bytes.length;
      return;
    }
    const file = this.#file ??= openUnnamed();
    for (let written = 0; written < bytes.length;) {
      written += writeSync(
        file.handle,
        bytes,
        written,
        bytes.length - written,
        file.size + written,
      );
    }
    this.#inFile.set(index, { at: file.size, length: bytes.length });
    file.size += bytes.length;
  }

  /** @throws {RangeError} If there is no such segment. */
  get(index: number): Uint8Array<ArrayBuffer> {
    const held = this.#inMemory.get(index);
    if (held) return held;
    const place = this.#inFile.get(index);
    if (!place) {
      throw new RangeError(`Cannot read segment ${index} as it is not among the ${this.size} kept`);
    }
    const bytes = new Uint8Array(place.length);
    for (let read = 0; read < bytes.length;) {
      read += readSync(this.#file!.handle, bytes, read, bytes.length - read, place.at + read);
    }
    return bytes;
  }

  [Symbol.dispose](): void {
    this.#inMemory.clear();
    if (!this.#file) return;
    closeSync(this.#file.handle);
    rmSync(this.#file.path, { force: true });
    this.#file = undefined;
  }
}

/** Opens a temporary file that vanishes even if this process is killed, where systems can. */
function openUnnamed(): { handle: number; path: string; size: number } {
  const path = Deno.makeTempFileSync({ prefix: "vega-reel-" });
  const handle = openSync(path, "r+");
  if (Deno.build.os !== "windows") rmSync(path);
  return { handle, path, size: 0 };
}
