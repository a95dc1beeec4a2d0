/** Values of frames as bytes, so that they can be kept, and sent more than once. */
import { Buffer } from "node:buffer";
import { deserialize, serialize } from "node:v8";
import { uncloneable } from "./cloneable.ts";

/**
 * Turns what a frame gives into bytes.
 *
 * @param values What can be sent to another thread.
 * @param action What cannot be done if they cannot be sent, for the message.
 * @throws {TypeError} If a part of the values cannot be sent; the message names it.
 */
export function pack(values: unknown, action: string): Uint8Array<ArrayBuffer> {
  try {
    const bytes = serialize(values);
    return new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);
  } catch (cause) {
    throw new TypeError(`Cannot ${action} as ${uncloneable(values, "")}`, { cause });
  }
}

/** The values of {@linkcode pack}, as new objects. */
export function unpack(bytes: Uint8Array<ArrayBuffer>): unknown {
  return deserialize(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}
