/** Arrow tables are datasets like any other. */
import assert from "node:assert/strict";
import {
  Bool,
  Decimal,
  Field,
  Float16,
  Float64,
  Int64,
  List,
  Struct,
  Table,
  tableFromArrays,
  TimestampMillisecond,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import { animate } from "vega-reel";
import { withColumns } from "../../kernel-lib/render/arrow.ts";
import { toRows } from "../../kernel-lib/render/rows.ts";
import { waveFrames, waveSpec } from "../wave.ts";

Deno.test("withColumns() gives the values of each type of column", () => {
  const at = new Field("at", new List(new Field("item", new Float64())));
  const place = new Struct<{ at: List; n: Int64 }>([at, new Field("n", new Int64())]);
  const table = new Table({
    double: vectorFromArray(new Float64Array([1.5, 2.5])),
    half: vectorFromArray([0.5, -2], new Float16()),
    long: vectorFromArray([3n, -4n], new Int64()),
    text: vectorFromArray(["a", "a"]),
    plain: vectorFromArray(["x", null], new Utf8()),
    flag: vectorFromArray([true, null], new Bool()),
    time: vectorFromArray([new Date(5), new Date(7)], new TimestampMillisecond()),
    sum: vectorFromArray([new Uint32Array([150, 0, 0, 0]), null], new Decimal(2, 10)),
    place: vectorFromArray([{ at: [1, 2], n: 3n }, null], place),
  });
  const { rows, other } = withColumns({ rows: table, other: 5 }) as Record<string, unknown>;
  assert.equal(other, 5);
  const columns = rows as Record<string, ArrayLike<unknown>>;
  const lists = Object.entries(columns).map(([name, column]) => [name, Array.from(column)]);
  assert.deepEqual(Object.fromEntries(lists), {
    double: [1.5, 2.5],
    half: [0.5, -2],
    long: [3, -4],
    text: ["a", "a"],
    plain: ["x", null],
    flag: [true, null],
    time: [5, 7],
    sum: [1.5, null],
    place: [{ at: [1, 2], n: 3 }, null],
  });
});

Deno.test("withColumns() does not copy numbers, and joins the batches of a table", () => {
  const x = new Float64Array([1, 2]);
  const table = tableFromArrays({ x });
  const { rows } = withColumns({ rows: table }) as { rows: { x: Float64Array } };
  assert.equal(rows.x.buffer, x.buffer);
  const twice = withColumns({ rows: table.concat(table) }) as { rows: { x: Float64Array } };
  assert.deepEqual([...twice.rows.x], [1, 2, 1, 2]);
});

Deno.test("toRows() gives integers of 64 bits as numbers", () => {
  const columns = { x: new BigInt64Array([3n, -4n]), y: new BigUint64Array([5n, 6n]), z: ["a", 7] };
  assert.deepEqual(toRows(columns), [{ x: 3, y: 5, z: "a" }, { x: -4, y: 6, z: 7 }]);
});

Deno.test("animate() draws an Arrow table as it draws its rows", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const frames = waveFrames(4);
    const tables = frames.map(({ wave }) => ({
      wave: tableFromArrays({
        x: Float64Array.from(wave, ({ x }) => x),
        y: Float64Array.from(wave, ({ y }) => y),
      }),
    }));
    const bytes = [];
    for (const params of [frames, tables, tables.values()]) {
      const output = `${folder}/wave.mp4`;
      await animate(waveSpec, params as unknown[], { output, show: false, cache: false });
      bytes.push(await Deno.readFile(output));
    }
    const update = (params: unknown) => params as Record<string, unknown>;
    const output = `${folder}/wave.mp4`;
    await animate(waveSpec, tables, { output, show: false, cache: false, update });
    bytes.push(await Deno.readFile(output));
    for (const other of bytes.slice(1)) assert.deepEqual(other, bytes[0]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
