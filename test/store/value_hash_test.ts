import assert from "node:assert/strict";
import { hashOf, UnhashableError } from "../../kernel-lib/store/value_hash.ts";

class Point {
  constructor(readonly x: number) {}
}

/** Values that a worker can tell apart. */
const different: unknown[] = [
  undefined,
  null,
  false,
  true,
  0,
  -0,
  1,
  1.5,
  NaN,
  Infinity,
  2 ** 31,
  0n,
  1n,
  "",
  "0",
  "1",
  "a",
  "é",
  "\u{1f600}",
  "\ud800",
  "\ud801",
  [],
  [[]],
  [undefined],
  new Array(1),
  [0],
  [-0],
  ["a", "b"],
  ["ab"],
  [1, [2]],
  [[1], 2],
  {},
  { a: undefined },
  { a: 1 },
  { b: 1 },
  { a: 1, b: 2 },
  { b: 2, a: 1 },
  { a: { b: 1 } },
  [{ a: 1 }, { a: 2 }],
  [{ a: 1 }, { b: 2 }],
  [{ a: 1 }, 2],
  new Date(0),
  new Date(NaN),
  new Map(),
  new Map([[1, 2]]),
  new Map([[2, 1]]),
  new Set(),
  new Set([1]),
  /a/,
  /a/g,
  new Error("a"),
  new TypeError("a"),
  Object(1),
  Object("1"),
  new Uint8Array(1),
  new Int8Array(1),
  new Uint8Array(2),
  new Float32Array([1]),
  new Float64Array([1]),
  new Float64Array([-1]),
  new Uint8Array([1]).buffer,
  new DataView(new ArrayBuffer(1)),
];

Deno.test("hashOf() tells apart what a worker can tell apart", () => {
  const hashes = new Map(different.map((value, i) => [hashOf(value), i]));
  assert.equal(hashes.size, different.length);
});

Deno.test("hashOf() gives the same for a copy", () => {
  for (const value of different) assert.equal(hashOf(structuredClone(value)), hashOf(value));
  assert.equal(hashOf(structuredClone(new Point(1))), hashOf(new Point(1)));
});

Deno.test("hashOf() hashes only the part of a buffer that a view shows", () => {
  const buffer = new Uint8Array([9, 1, 2, 9]).buffer;
  assert.equal(hashOf(new Uint8Array(buffer, 1, 2)), hashOf(new Uint8Array([1, 2])));
});

Deno.test("hashOf() depends on every part of something large", () => {
  const long = "x".repeat(200_000);
  const rows = Array.from({ length: 50_000 }, (_, i) => ({ x: i, y: i / 3, name: `row ${i}` }));
  const changed = rows.with(40_000, { ...rows[40_000], y: 0 });
  const bytes = new Uint8Array(200_000);
  const hashes = [
    ...[long, `${long.slice(1)}y`, rows, changed, bytes, bytes.with(150_000, 1)].map(hashOf),
  ];
  assert.equal(new Set(hashes).size, hashes.length);
});

Deno.test("hashOf() throws on what holds itself, cannot be sent or is of a rare kind", () => {
  const loop: { self?: unknown } = {};
  loop.self = loop;
  for (const value of [loop, () => 0, Symbol("a"), new Blob(["a"]), new WeakMap()]) {
    assert.throws(() => hashOf([value]), UnhashableError);
  }
});
