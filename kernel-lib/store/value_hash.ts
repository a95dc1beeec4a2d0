/** One hash for everything that can be sent to a worker. */
import { createHash } from "node:crypto";

/** What is told apart by its first byte. */
const TAG = {
  undefined: 0,
  null: 1,
  false: 2,
  true: 3,
  nan: 4,
  number: 5,
  integer: 6,
  string: 7,
  bigint: 8,
  array: 9,
  hole: 10,
  object: 11,
  /** An object with the keys of the object before it. */
  likeBefore: 12,
  bytes: 13,
  date: 14,
  map: 15,
  set: 16,
  regexp: 17,
  error: 18,
  boxed: 19,
} as const;

/** Bytes that are gathered before they are hashed. */
const CHUNK = 2 ** 16;

/** How deep values may be nested; one that holds itself is deeper. */
const MAX_DEPTH = 500;

/** A value that has no hash. */
export class UnhashableError extends TypeError {
  override name = "UnhashableError";
}

/**
 * Hashes values of structured clone by SHA-256, one after the other, without keeping them. Two
 * values have the same hash only if a worker that is sent them gets the same: `-0` is not `0`,
 * `undefined` is not a missing key, a `Float32Array` is not an array of the same numbers. The
 * order of keys counts, too: Vega's `fold`, `flatten` and others let it through to the picture.
 * An object that is given twice is the same as two equal ones.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(hashOf({ x: [1, NaN] }), hashOf({ x: [1, NaN] }));
 * assert.notEqual(hashOf([0]), hashOf([-0]));
 * ```
 */
export class ValueHash {
  readonly #hash = createHash("sha256");
  readonly #chunk = new Uint8Array(CHUNK);
  readonly #view = new DataView(this.#chunk.buffer);
  #at = 0;
  #keysBefore: string[] = [];

  /**
   * Adds a value.
   *
   * @throws {UnhashableError} If it is none that can be sent, is of a rare kind, or holds itself.
   */
  add(value: unknown): this {
    this.#add(value, 0);
    return this;
  }

  /** The hash in hexadecimal digits; nothing can be added any more. */
  digest(): string {
    this.#flush();
    return this.#hash.digest("hex");
  }

  #add(value: unknown, depth: number): void {
    switch (typeof value) {
      case "number":
        return this.#number(value);
      case "string":
        return this.#string(value);
      case "object":
        return value === null ? this.#tag(TAG.null) : this.#object(value, depth);
      case "boolean":
        return this.#tag(value ? TAG.true : TAG.false);
      case "undefined":
        return this.#tag(TAG.undefined);
      case "bigint":
        this.#tag(TAG.bigint);
        return this.#string(String(value));
      default:
        throw new UnhashableError(`Cannot hash a ${typeof value}`);
    }
  }

  #object(value: object, depth: number): void {
    if (depth > MAX_DEPTH) throw new UnhashableError("Cannot hash a value that is nested so deep");
    const prototype = Object.getPrototypeOf(value);
    if (prototype === Object.prototype) return this.#fields(value, depth);
    if (Array.isArray(value)) return this.#array(value, depth);
    if (ArrayBuffer.isView(value)) {
      this.#tag(TAG.bytes);
      this.#string(value.constructor.name);
      return this.#bytes(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    }
    // Instances of the user's classes arrive as plain objects.
    const kind = Object.prototype.toString.call(value).slice(8, -1);
    if (kind === "Object") return this.#fields(value, depth);
    if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) {
      this.#tag(TAG.bytes);
      this.#string(kind);
      this.#bytes(new Uint8Array(value));
    } else if (value instanceof Date) {
      this.#tag(TAG.date);
      this.#number(value.getTime());
    } else if (value instanceof Map) {
      this.#tag(TAG.map);
      this.#length(value.size);
      for (const [key, inner] of value) {
        this.#add(key, depth + 1);
        this.#add(inner, depth + 1);
      }
    } else if (value instanceof Set) {
      this.#tag(TAG.set);
      this.#length(value.size);
      for (const inner of value) this.#add(inner, depth + 1);
    } else if (value instanceof RegExp) {
      this.#tag(TAG.regexp);
      this.#string(String(value));
    } else if (value instanceof Error) {
      this.#tag(TAG.error);
      this.#string(value.name);
      this.#string(value.message);
      this.#add(value.cause, depth + 1);
    } else if (
      value instanceof Number || value instanceof String || value instanceof Boolean ||
      value instanceof BigInt
    ) {
      this.#tag(TAG.boxed);
      this.#add(value.valueOf(), depth + 1);
    } else {
      throw new UnhashableError(`Cannot hash a ${kind}`);
    }
  }

  #array(values: unknown[], depth: number): void {
    this.#tag(TAG.array);
    this.#length(values.length);
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (value === undefined && !(i in values)) this.#tag(TAG.hole);
      else this.#add(value, depth + 1);
    }
  }

  #fields(value: object, depth: number): void {
    const keys = Object.keys(value);
    const before = this.#keysBefore;
    let i = keys.length === before.length ? 0 : -1;
    while (i >= 0 && i < keys.length) i = keys[i] === before[i] ? i + 1 : -1;
    if (i === -1) {
      this.#tag(TAG.object);
      this.#length(keys.length);
      for (const key of keys) this.#string(key);
      this.#keysBefore = keys;
    } else {
      this.#tag(TAG.likeBefore);
    }
    for (const key of keys) this.#add((value as Record<string, unknown>)[key], depth + 1);
  }

  #number(value: number): void {
    if (value !== value) return this.#tag(TAG.nan);
    this.#room(9);
    if ((value | 0) === value && !Object.is(value, -0)) {
      this.#chunk[this.#at] = TAG.integer;
      this.#view.setInt32(this.#at + 1, value);
      this.#at += 5;
    } else {
      this.#chunk[this.#at] = TAG.number;
      this.#view.setFloat64(this.#at + 1, value);
      this.#at += 9;
    }
  }

  /** Its length and its UTF-16 code units: one byte each, those from 255 on three. */
  #string(value: string): void {
    this.#tag(TAG.string);
    this.#length(value.length);
    for (let i = 0; i < value.length; i++) {
      const unit = value.charCodeAt(i);
      this.#room(3);
      if (unit < 255) {
        this.#chunk[this.#at++] = unit;
      } else {
        this.#chunk[this.#at] = 255;
        this.#view.setUint16(this.#at + 1, unit);
        this.#at += 3;
      }
    }
  }

  #bytes(bytes: Uint8Array): void {
    this.#length(bytes.length);
    if (bytes.length <= CHUNK) {
      this.#room(bytes.length);
      this.#chunk.set(bytes, this.#at);
      this.#at += bytes.length;
    } else {
      this.#flush();
      this.#hash.update(bytes);
    }
  }

  #length(length: number): void {
    this.#room(8);
    this.#view.setFloat64(this.#at, length);
    this.#at += 8;
  }

  #tag(tag: number): void {
    this.#room(1);
    this.#chunk[this.#at++] = tag;
  }

  #room(bytes: number): void {
    if (this.#at + bytes > CHUNK) this.#flush();
  }

  #flush(): void {
    this.#hash.update(this.#chunk.subarray(0, this.#at));
    this.#at = 0;
  }
}

/**
 * The hash of a value.
 *
 * @throws {UnhashableError} As {@linkcode ValueHash.add} does.
 */
export function hashOf(value: unknown): string {
  return new ValueHash().add(value).digest();
}
