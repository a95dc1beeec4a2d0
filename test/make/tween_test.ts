import { tableFromArrays } from "apache-arrow";
import { interpolateArray } from "d3-interpolate";
import assert from "node:assert/strict";
import { tween, type TweenOptions } from "vega-reel";

const linear = { ease: "linear" } as const;

/** The values of one signal in all frames. */
function values(from: unknown, to: unknown, options: TweenOptions = {}): unknown[] {
  return tween([{ v: from }, { v: to }], { frames: 5, ...linear, ...options }).map(({ v }) => v);
}

/** The rows of one dataset in all frames. */
function rows(keyframes: Record<string, unknown>[][], options: TweenOptions = {}) {
  return tween(keyframes.map((table) => ({ table })), { frames: 5, ...linear, ...options })
    .map(({ table }) => table);
}

Deno.test("tween() moves values between states, which it has at their times", () => {
  const frames = tween([{ a: 0, b: 1 }, { a: 4, b: 1 }, { a: 0, b: 3 }], { frames: 9, ...linear });
  assert.deepEqual(frames.map(({ a }) => a), [0, 1, 2, 3, 4, 3, 2, 1, 0]);
  assert.deepEqual(frames.map(({ b }) => b), [1, 1, 1, 1, 1, 1.5, 2, 2.5, 3]);
});

Deno.test("tween() gives every state a frame of its own, the nearest to its time", () => {
  const frames = tween([{ a: 0.1 }, { a: 0.7 }, { a: 0.2 }], { frames: 10 });
  assert.deepEqual([frames[0].a, frames[5].a, frames[9].a], [0.1, 0.7, 0.2]);
  assert.equal(frames.length, 10);
});

Deno.test("tween() eases each movement, by default in and out", () => {
  const frames = tween([{ a: 0 }, { a: 1 }, { a: 0 }], { frames: 9 });
  assert.deepEqual(frames.slice(0, 5).map(({ a }) => a), [0, 0.0625, 0.5, 0.9375, 1]);
  assert.deepEqual(frames.slice(4).map(({ a }) => a), [1, 0.9375, 0.5, 0.0625, 0]);
});

Deno.test("tween() takes the times of keyframes, in seconds or stretched to a length", () => {
  const keyframes = [{ at: 1, params: { a: 0 } }, { at: 2, params: { a: 1 } }, {
    at: 4,
    params: { a: 3 },
  }];
  const inSeconds = tween(keyframes, { fps: 2, ...linear });
  assert.deepEqual(inSeconds.map(({ a }) => a), [0, 0.5, 1, 1.5, 2, 2.5, 3]);
  assert.equal(tween(keyframes).length, 91);
  const stretched = tween(keyframes, { frames: 4, ...linear });
  assert.deepEqual(stretched.map(({ a }) => a), [0, 1, 2, 3]);
  assert.equal(tween(keyframes, { seconds: 2 }).length, 60);
});

Deno.test("tween() holds each state", () => {
  const frames = tween([{ a: 0 }, { a: 2 }], { frames: 3, hold: 0.2, fps: 10, ...linear });
  assert.deepEqual(frames.map(({ a }) => a), [0, 0, 0, 1, 2, 2, 2]);
});

Deno.test("tween() loops without showing the first state twice", () => {
  const frames = tween([{ a: 0 }, { a: 2 }], { frames: 4, loop: true, ...linear });
  assert.deepEqual(frames.map(({ a }) => a), [0, 1, 2, 1]);
  const three = tween([{ a: 0 }, { a: 2 }, { a: 4 }], { frames: 6, loop: true, ...linear });
  assert.deepEqual(three.map(({ a }) => a), [0, 1, 2, 3, 4, 2]);
  const timed = [{ at: 0, params: { a: 0 } }, { at: 2, params: { a: 2 } }];
  assert.equal(tween(timed, { loop: true }).length, 120);
  const held = tween([{ a: 0 }, { a: 2 }], {
    frames: 4,
    loop: true,
    hold: 0.1,
    fps: 10,
    ...linear,
  });
  assert.deepEqual(held.map(({ a }) => a), [0, 0, 1, 2, 2, 1]);
});

Deno.test("tween() interpolates numbers, dates, colours, and what arrays and objects hold", () => {
  assert.deepEqual(values(0, 1), [0, 0.25, 0.5, 0.75, 1]);
  const dates = values(new Date(0), new Date(8)) as Date[];
  assert.ok(dates.every((date) => date instanceof Date));
  assert.deepEqual(dates.map(Number), [0, 2, 4, 6, 8]);
  assert.deepEqual(values("#000", "rgb(200, 100, 0)").slice(1, 3), [
    "rgb(50, 25, 0)",
    "rgb(100, 50, 0)",
  ]);
  assert.deepEqual(values([0, "a"], [4, "b"]), [
    [0, "a"],
    [1, "a"],
    [2, "b"],
    [3, "b"],
    [4, "b"],
  ]);
  assert.deepEqual(values({ x: 0, y: null }, { x: 4, y: 1 })[1], { x: 1, y: null });
  assert.deepEqual(values(Uint8Array.of(0, 8), Uint8Array.of(4, 0))[1], Uint8Array.of(1, 6));
});

Deno.test("tween() switches halfway what is no quantity, numbers in it or not", () => {
  const pairs: [unknown, unknown][] = [["a", "b"], ["gold", "silver"], ["A12", "A13"]];
  pairs.push(["2020-01-01", "2021-01-01"], ["1960", "1970"], ["#1", "#2"], ["", "#fff"]);
  pairs.push([null, 5], [5, null], [true, false], [1, "2"], [NaN, 1], [1, Infinity], [1n, 2n]);
  pairs.push([[1], [1, 2]], [{ a: 1 }, { b: 1 }], [new Date(0), 1], [new Date(NaN), new Date(0)]);
  for (const [a, b] of pairs) assert.deepEqual(values(a, b), [a, a, b, b, b]);
  // Once, even where an ease overshoots.
  for (const ease of ["elasticOut", "elasticIn", "bounceOut"] as const) {
    const switched = values("a", "b", { frames: 101, ease });
    assert.deepEqual(switched, [...Array(50).fill("a"), ...Array(51).fill("b")]);
  }
});

Deno.test("tween() interpolates by name or function where it is told to", () => {
  assert.deepEqual(values("a1", "a5", { interpolate: { v: "string" } })[1], "a2");
  assert.deepEqual(values(1, 5, { interpolate: { v: "discrete" } }), [1, 1, 5, 5, 5]);
  assert.deepEqual(values(0, 2, { interpolate: { v: "round" } }), [0, 1, 1, 2, 2]);
  assert.equal(values("red", "blue", { interpolate: { v: "rgb" } })[2], "rgb(128, 0, 128)");
  assert.deepEqual(values(null, 5, { interpolate: { v: "number" } })[1], null);
  const arrays = values([0], [4], { interpolate: { v: interpolateArray } });
  assert.deepEqual(arrays, [[0], [1], [2], [3], [4]]);
  const table = rows([[{ group: 1, x: 0 }], [{ group: 3, x: 4 }]], {
    interpolate: { group: "discrete" },
  });
  assert.deepEqual(table[1], [{ group: 1, x: 1 }]);
});

Deno.test("tween() matches rows by their place without a key, and by a key with one", () => {
  const a = [{ id: "p", x: 0 }, { id: "q", x: 8 }];
  const b = [{ id: "q", x: 0 }, { id: "p", x: 4 }];
  assert.deepEqual(rows([a, b])[1], [{ id: "p", x: 0 }, { id: "q", x: 7 }]);
  const keyed = [{ id: "p", x: 1 }, { id: "q", x: 6 }];
  assert.deepEqual(rows([a, b], { key: "id" })[1], keyed);
  assert.deepEqual(rows([a, b], { key: { table: ["id"] } })[1], keyed);
  assert.deepEqual(rows([a, b], { key: (row: { id: string }) => row.id })[1], keyed);
});

Deno.test("tween() tells keys of several fields and of several types apart", () => {
  const a = [{ id: 1, k: "a", x: 0 }, { id: 1, k: "b", x: 10 }];
  const b = [{ id: 1, k: "b", x: 14 }, { id: 1, k: "a", x: 4 }];
  assert.deepEqual(rows([a, b], { key: ["id", "k"] })[1].map(({ x }) => x), [1, 11]);
  const typed = [{ id: 1, x: 0 }, { id: "1", x: 10 }];
  assert.deepEqual(rows([typed, typed.toReversed()], { key: "id" })[1], typed);
  const odd = [{ id: Infinity, x: 0 }, { id: -Infinity, x: 10 }, { id: NaN, x: 20 }];
  assert.deepEqual(rows([odd, odd.toReversed()], { key: "id" })[1], odd);
  const wide = [{ id: 1n, x: 0 }, { id: 2n, x: 5 }];
  assert.deepEqual(rows([wide, wide.toReversed()], { key: "id" })[1], wide);
});

Deno.test("tween() keeps one order of rows, in which those that enter stand where they belong", () => {
  const table = (ids: string) => [...ids].map((id) => ({ id }));
  const frames = rows([table("ace"), table("fedcba"), table("bg")], { key: "id", frames: 9 });
  const order = "acbgfed";
  for (const frame of frames) {
    const ids = frame.map(({ id }) => id as string);
    assert.deepEqual(ids, [...ids].sort((a, b) => order.indexOf(a) - order.indexOf(b)));
  }
  assert.deepEqual(frames[0].map(({ id }) => id).join(""), "ace");
  const ids = (...keyframes: string[]) =>
    rows(keyframes.map(table), { key: "id", enter: {}, exit: {} })[1].map(({ id }) => id).join("");
  assert.equal(ids("ac", "abc"), "abc");
  assert.equal(ids("bc", "abc"), "abc");
  assert.equal(ids("ab", "cd"), "abcd");
  assert.equal(ids("", "ab"), "ab");
});

Deno.test("tween() keeps one order of fields", () => {
  const frames = rows([[{ a: 0, b: 0 }], [{ b: 1, c: 2, a: 1 }]]);
  assert.deepEqual(frames.map(([row]) => Object.keys(row).join("")), [
    "ab",
    "ab",
    "abc",
    "abc",
    "abc",
  ]);
});

Deno.test("tween() lets rows appear and vanish halfway", () => {
  const frames = rows([[{ id: 1, x: 0 }, { id: 2, x: 0 }], [{ id: 2, x: 4 }, { id: 3, x: 9 }]], {
    key: "id",
  });
  const ids = frames.map((table) => table.map(({ id }) => id).join(""));
  assert.deepEqual(ids, ["12", "12", "23", "23", "23"]);
  assert.deepEqual(frames[3], [{ id: 2, x: 3 }, { id: 3, x: 9 }]);
  assert.deepEqual(rows([[], [{ x: 1 }]]).map(({ length }) => length), [0, 0, 1, 1, 1]);
});

Deno.test("tween() lets rows enter from somewhere and leave for somewhere", () => {
  const a = [{ id: 1, x: 8, size: 1 }];
  const b = [{ id: 2, x: 4, size: 1 }];
  const grown = rows([a, b], { key: "id", enter: { x: 0 }, exit: { size: 0 } });
  assert.deepEqual(grown, [
    [{ id: 1, x: 8, size: 1 }],
    [{ id: 1, x: 8, size: 0.75 }, { id: 2, x: 1, size: 1 }],
    [{ id: 1, x: 8, size: 0.5 }, { id: 2, x: 2, size: 1 }],
    [{ id: 1, x: 8, size: 0.25 }, { id: 2, x: 3, size: 1 }],
    [{ id: 2, x: 4, size: 1 }],
  ]);
  const asked: unknown[] = [];
  const byFunction = rows([a, b], {
    key: "id",
    enter: (row, dataset) => {
      asked.push([row.id, dataset]);
      return { x: row.x - 4 };
    },
    exit: () => undefined,
  });
  assert.deepEqual(asked, [[2, "table"]]);
  assert.deepEqual(byFunction[1], [{ id: 1, x: 8, size: 1 }, { id: 2, x: 1, size: 1 }]);
  assert.deepEqual(byFunction[3], [{ id: 2, x: 3, size: 1 }]);
});

Deno.test("tween() takes columns and gives columns of the same types", () => {
  const keyframe = (id: string[], x: number[]) => ({
    table: { id, x: Float32Array.from(x), y: x as ArrayLike<number> },
  });
  const frames = tween([keyframe(["p", "q"], [0, 8]), keyframe(["q", "r"], [0, 4])], {
    frames: 5,
    key: "id",
    enter: { x: 0, y: 0 },
    exit: { x: 0, y: 0 },
    ...linear,
  });
  assert.deepEqual(frames[1].table, {
    id: ["p", "q", "r"],
    x: Float32Array.of(0, 6, 1),
    y: [0, 6, 1],
  });
  assert.deepEqual(frames[4].table, keyframe(["q", "r"], [0, 4]).table);
});

Deno.test("tween() takes Arrow's tables and gives columns", () => {
  const keyframe = (id: string[], x: number[]) => ({
    table: tableFromArrays({ id, x: BigInt64Array.from(x, BigInt), y: Int8Array.from(x) }),
  });
  const frames: unknown[] = tween([keyframe(["p", "q"], [0, 8]), keyframe(["q", "p"], [0, 2])], {
    frames: 5,
    key: "id",
    ...linear,
  });
  assert.deepEqual(frames[1], {
    table: { id: ["p", "q"], x: [0.5, 6], y: Float64Array.of(0.5, 6) },
  });
});

Deno.test("tween() lets columns of integers overshoot what their type can hold", () => {
  const frames = tween([{ t: { x: Uint8Array.of(0) } }, { t: { x: Uint8Array.of(255) } }], {
    frames: 11,
    ease: "backInOut",
  });
  const [low, high] = [frames[2].t.x[0], frames[8].t.x[0]];
  assert.ok(low < 0 && high > 255, `${low} ${high}`);
});

Deno.test("tween() moves an interval selection as it moves columns", () => {
  const frames = tween([{ brush: { x: [0, 4] } }, { brush: { x: [4, 12] } }], {
    frames: 3,
    key: {},
    ...linear,
  });
  assert.deepEqual(frames[1], { brush: { x: [2, 8] } });
});

Deno.test("tween() changes neither its keyframes nor one frame with another", () => {
  const keyframes = [
    { table: [{ id: 1, at: new Date(0), p: [0] }], v: [1] },
    { table: [{ id: 1, at: new Date(9), p: [9] }], v: [2] },
  ];
  const before = structuredClone(keyframes);
  const frames = tween(keyframes, { frames: 4, key: "id" });
  const texts = frames.map((frame) => JSON.stringify(frame));
  assert.equal(new Set(texts).size, 4);
  assert.deepEqual(keyframes, before);
  assert.deepEqual(frames[0], before[0]);
  assert.deepEqual(frames[3], before[1]);
});

const row = { id: 1, size: 2 };
const two = [{ table: [row] }, { table: [row] }];
const bad: [string, unknown, Record<string, unknown>, string, string | RegExp][] = [
  ["no array", 5, {}, "TypeError", /^Cannot tween as the keyframes must be an array: .* 5$/],
  ["one keyframe", [{ a: 1 }], {}, "RangeError", /must be at least two keyframes: there are 1$/],
  [
    "a keyframe that is no object",
    [{ a: 1 }, 5],
    {},
    "TypeError",
    "Cannot tween as the params of keyframe 1 must be an object: current value is 5",
  ],
  [
    "keyframes with different names",
    [{ a: 1, b: 1 }, { a: 1 }],
    { frames: 5 },
    "TypeError",
    "Cannot tween as every keyframe must give 'b': keyframe 1 does not",
  ],
  [
    "times that only some have",
    [{ at: 0, params: {} }, { a: 1 }],
    {},
    "TypeError",
    "Cannot tween as all keyframes or none must be { at, params }: keyframe 1 is not",
  ],
  [
    "times that do not increase",
    [{ at: 2, params: {} }, { at: 2, params: {} }],
    {},
    "RangeError",
    "Cannot tween as 'at' of keyframe 1 must be greater than that of the one before, 2: " +
    "current value is 2",
  ],
  [
    "a time that is no number",
    [{ at: 2, params: {} }, { at: "3", params: {} }],
    {},
    "TypeError",
    `Cannot tween as 'at' of keyframe 1 must be a finite number: current value is "3"`,
  ],
  [
    "no length",
    two,
    {},
    "TypeError",
    "Cannot tween as one of 'frames', 'seconds' and the keyframes' 'at' must say for how long",
  ],
  [
    "too few frames",
    [{ a: 1 }, { a: 2 }, { a: 3 }],
    { frames: 2 },
    "RangeError",
    "Cannot tween as each keyframe must have a frame of its own: of 2 frames, " +
    "keyframes 1 and 2 both have frame 1",
  ],
  [
    "too few frames for a loop",
    [{ a: 1 }, { a: 2 }],
    { frames: 1, loop: true },
    "RangeError",
    /keyframes 1 and 0 both have frame 0$/,
  ],
  [
    "an unknown option",
    two,
    { frames: 5, keys: "id" },
    "TypeError",
    /no option 'keys': the nearest is 'key'/,
  ],
  [
    "a key of the wrong type",
    two,
    { frames: 5, key: 5 },
    "TypeError",
    /^Cannot tween as 'key' must be a field, .*: current value is 5$/,
  ],
  [
    "a key that a row lacks",
    two,
    { frames: 5, key: "idd" },
    "TypeError",
    "Cannot tween 'table' as every row must have the key 'idd': " +
    "row 0 of keyframe 0 has the fields [id, size]",
  ],
  [
    "a key without a value",
    [{ table: [row] }, { table: [row, { id: null }] }],
    { frames: 5, key: "id" },
    "TypeError",
    "Cannot tween 'table' as every row must have the key 'id': row 1 of keyframe 1 has the value null",
  ],
  [
    "a key that is not unique",
    [{ table: [row] }, { table: [{ id: 7 }, row, row] }],
    { frames: 5, key: "id" },
    "TypeError",
    "Cannot tween 'table' as each row must have a key of its own: " +
    "rows 1 and 2 of keyframe 1 both have 1",
  ],
  [
    "a key function that returns nothing",
    two,
    { frames: 5, key: () => undefined },
    "TypeError",
    "Cannot tween 'table' as the function 'key' must return a key: " +
    "for row 0 of keyframe 0 it returned undefined",
  ],
  [
    "a key of an unknown dataset",
    two,
    { frames: 5, key: { tabel: "id" } },
    "TypeError",
    "Cannot tween as 'key' names 'tabel', which no keyframe has: known names are [table]",
  ],
  [
    "a key where there are no rows",
    [{ table: 1 }, { table: 2 }],
    { frames: 5, key: "id" },
    "TypeError",
    "Cannot tween as 'key' is for rows of datasets: the keyframes give only [table], " +
    "which are no rows in all of them",
  ],
  [
    "a field to enter from that the row lacks",
    [{ table: [] }, two[0]],
    { frames: 5, enter: { opacity: 0 } },
    "TypeError",
    "Cannot tween 'table' as 'enter' must give fields that the row has: " +
    "'opacity' is none of [id, size]",
  ],
  [
    "an exit that returns no fields",
    [two[0], { table: [] }],
    { frames: 5, exit: () => 0 },
    "TypeError",
    "Cannot tween 'table' as 'exit' must return an object of fields: it returned 0",
  ],
  [
    "an interpolation of an unknown field",
    two,
    { frames: 5, interpolate: { sise: "round" } },
    "TypeError",
    "Cannot tween as 'interpolate' names 'sise', which no keyframe has: " +
    "known names are [size, id, table]",
  ],
  [
    "an unknown interpolation",
    two,
    { frames: 5, interpolate: { size: "rouned" } },
    "TypeError",
    /^Cannot tween as 'interpolate.size' must be a function or one of .* \(the nearest is "round"\)/,
  ],
  [
    "times that are no seconds",
    [{ at: Date.UTC(2000), params: { a: 0 } }, { at: Date.UTC(2001), params: { a: 1 } }],
    {},
    "RangeError",
    /^Cannot tween as there must be at most 10000000 frames: 'seconds' or the keyframes' 'at' make /,
  ],
];

for (const [what, keyframes, options, name, message] of bad) {
  Deno.test(`tween() throws on ${what}`, () => {
    assert.throws(() => tween(keyframes as never, options), { name, message });
  });
}
