/** A folder of finished work, bounded in size. */
import { randomUUID } from "node:crypto";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { decodeEntry, encodeEntry, type Entry } from "./entry.ts";

/** A file of the store. */
export interface StoredFile {
  path: string;
  /** Size in bytes. */
  bytes: number;
  /** When it was written or used last, in milliseconds since 1970. */
  used: number;
}

/** Bytes that a store holds at most. */
const LIMIT = 2e9;

/** The part of the limit that is left when the store was full, so that it is not full again at once. */
const LEFT = 0.8;

/** A temporary file of this age was left behind by a program that ended, in ms. */
const ABANDONED = 3_600_000;

const SHARD = /^[0-9a-f]{2}$/;
const KEY = /^[0-9a-f]{64}$/;
const TEMPORARY = /^\.[0-9a-f]{64}\..*\.part$/;

/**
 * Keeps entries in files, each named after its key. Any number of programs may use one folder at
 * the same time: a file appears whole under its name by a rename, one that is gone is only not
 * found, and equal keys have equal entries.
 *
 * What the store holds is known without looking at its files: every program appends the size of
 * what it writes to the file `sizes`. Only when these sizes come to the limit, the files are
 * listed; those that were not used for longest go until a fifth of the limit is free, and `sizes`
 * begins anew. Where a program was writing just then the sum is a little wrong, until next time.
 *
 * Files are read and written at once, not by promises: a job that ends leaves nothing under way.
 */
export class SegmentStore {
  /** Absolute path of the folder; it need not exist. */
  readonly folder: string;
  /** Bytes to hold at most. */
  readonly limit: number;
  readonly #sizes: string;
  /** Bytes in the store as far as is known. */
  #bytes: number | undefined;

  /**
   * @param folder Where the files are; only those of the store's own form are ever touched.
   * @param limit Bytes to hold at most. @default {2 GB}
   */
  constructor(folder: string, limit = LIMIT) {
    this.folder = folder;
    this.limit = limit;
    this.#sizes = join(folder, "sizes");
  }

  /** True if there is something under a key. */
  has(key: string): boolean {
    return existsSync(this.#path(key));
  }

  /**
   * Reads what is under a key, and notes that it was used. A file that is not whole or damaged is
   * removed.
   *
   * @param key 64 hexadecimal digits.
   * @returns Undefined if there is nothing, or nothing that can be read.
   */
  get(key: string): Entry | undefined {
    const path = this.#path(key);
    let file: Uint8Array<ArrayBuffer>;
    try {
      file = readFileSync(path) as Uint8Array<ArrayBuffer>;
    } catch {
      return undefined;
    }
    const entry = decodeEntry(key, file);
    if (!entry) this.remove(key);
    else quietly(() => utimesSync(path, new Date(), new Date()));
    return entry;
  }

  /**
   * Keeps an entry under a key, whole or not at all.
   *
   * @throws {Error} If it cannot be written.
   */
  put(key: string, entry: Entry): void {
    const path = this.#path(key);
    const file = encodeEntry(key, entry);
    const temporary = join(dirname(path), `.${key}.${randomUUID().slice(0, 8)}.part`);
    mkdirSync(dirname(path), { recursive: true });
    try {
      writeFileSync(temporary, file, { flag: "wx" });
      renameSync(temporary, path);
    } catch (error) {
      quietly(() => rmSync(temporary, { force: true }));
      throw error;
    }
    this.#add(file.length);
  }

  /** Removes what is under a key. */
  remove(key: string): void {
    quietly(() => rmSync(this.#path(key), { force: true }));
  }

  /** The files, the one that was used last first. */
  list(): StoredFile[] {
    return this.#files().filter(({ path }) => KEY.test(basename(path)))
      .sort((a, b) => b.used - a.used);
  }

  /**
   * Removes the files that were not used for longest.
   *
   * @param bytes How much may stay.
   * @param since What was not used since then goes in any case; milliseconds since 1970.
   * @returns How much was removed, in bytes.
   */
  prune(bytes: number, since = -Infinity): number {
    let held = 0;
    let removed = 0;
    for (const { path, used } of this.#files()) {
      if (TEMPORARY.test(basename(path)) && Date.now() - used > ABANDONED) {
        quietly(() => rmSync(path, { force: true }));
      }
    }
    for (const file of this.list()) {
      const stays = held + file.bytes <= bytes && file.used >= since;
      if (stays || !quietly(() => rmSync(file.path, { force: true }))) held += file.bytes;
      else removed += file.bytes;
    }
    quietly(() => this.#startSizes(held));
    return removed;
  }

  /**
   * Removes everything, and the folders that are empty then. Other people's files stay.
   *
   * @returns How much was removed, in bytes.
   */
  clear(): number {
    let removed = 0;
    for (const { path, bytes } of this.#files()) {
      if (quietly(() => rmSync(path, { force: true }))) removed += bytes;
    }
    quietly(() => rmSync(this.#sizes, { force: true }));
    for (const shard of this.#shards()) quietly(() => Deno.removeSync(shard));
    quietly(() => Deno.removeSync(join(this.folder, "segments")));
    quietly(() => Deno.removeSync(this.folder));
    this.#bytes = undefined;
    return removed;
  }

  #path(key: string): string {
    return join(this.folder, "segments", key.slice(0, 2), key);
  }

  #shards(): string[] {
    const segments = join(this.folder, "segments");
    return namesIn(segments).filter((name) => SHARD.test(name)).map((name) => join(segments, name));
  }

  /** All files of the store, those that are being written too. */
  #files(): StoredFile[] {
    return this.#shards().flatMap((shard) =>
      namesIn(shard).filter((name) => KEY.test(name) || TEMPORARY.test(name)).flatMap((name) => {
        const path = join(shard, name);
        const found = statSync(path, { throwIfNoEntry: false });
        return found ? [{ path, bytes: found.size, used: found.mtimeMs }] : [];
      })
    );
  }

  #add(bytes: number): void {
    this.#bytes ??= this.#readSizes();
    if (this.#bytes === undefined) {
      // Nobody has counted yet, or someone has removed the count.
      this.#startSizes(this.list().reduce((sum, file) => sum + file.bytes, 0));
    } else {
      appendFileSync(this.#sizes, `${bytes}\n`);
      this.#bytes += bytes;
    }
    if (this.#bytes! > this.limit) this.prune(LEFT * this.limit);
  }

  #startSizes(bytes: number): void {
    const temporary = `${this.#sizes}.${randomUUID().slice(0, 8)}.part`;
    writeFileSync(temporary, `${bytes}\n`);
    renameSync(temporary, this.#sizes);
    this.#bytes = bytes;
  }

  #readSizes(): number | undefined {
    try {
      const lines = readFileSync(this.#sizes, "utf8").split("\n");
      return lines.reduce((sum, line) => sum + (Number(line) || 0), 0);
    } catch {
      return undefined;
    }
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Does what others may have done, or may not be allowed; true if it is done. */
function quietly(action: () => void): boolean {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}
