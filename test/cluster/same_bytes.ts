/** Whether files are equal, without a long look at how they differ. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";

/** Asserts that a file holds these bytes. */
export function assertHolds(path: string, expected: Uint8Array): void {
  const bytes = Deno.readFileSync(path);
  assert.equal(bytes.length, expected.length, path);
  assert.ok(Buffer.compare(bytes, expected) === 0, `'${path}' has other bytes`);
}
