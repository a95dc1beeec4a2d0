import assert from "node:assert/strict";
import { SegmentSpool } from "../../kernel-lib/job/spool.ts";

Deno.test("SegmentSpool gives back what it was given, from memory and from its file", () => {
  using spool = new SegmentSpool(100);
  const segments = [60, 30, 50, 10, 70].map((length, i) => new Uint8Array(length).fill(i + 1));
  segments.forEach((bytes, i) => spool.set(i, bytes));
  assert.equal(spool.size, 5);
  for (const i of [4, 0, 2, 1, 3, 2]) assert.deepEqual(spool.get(i), segments[i]);
  assert.throws(() => spool.get(5), RangeError);
  // Once from memory to the file, once the other way round.
  for (const [i, length] of [[0, 90], [4, 20]]) {
    const other = new Uint8Array(length).fill(9);
    spool.set(i, other);
    assert.deepEqual(spool.get(i), other);
  }
  assert.equal(spool.size, 5);
});

Deno.test("SegmentSpool leaves no file", () => {
  const before = tempFiles();
  {
    using spool = new SegmentSpool(0);
    spool.set(0, new Uint8Array(10));
    // On Linux the file has no name from the beginning: a killed process leaves none either.
    if (Deno.build.os === "linux") assert.deepEqual(tempFiles(), before);
  }
  assert.deepEqual(tempFiles(), before);
});

function tempFiles(): string[] {
  const folder = Deno.env.get("TMPDIR") ?? "/tmp";
  return [...Deno.readDirSync(folder)].map(({ name }) => name)
    .filter((name) => name.startsWith("vega-reel-")).sort();
}
