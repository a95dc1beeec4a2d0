/** Running a cell again renders only what has changed. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { animate, type AnimateOptions, type Params, type Stats } from "vega-reel";
import { SegmentStore } from "../../kernel-lib/store/segment_store.ts";
import { withFolder } from "../folder.ts";
import { keepWorkers } from "../keep_workers.ts";
import { fixedWaveSpec as waveSpec, waveFrames } from "../wave.ts";

type Spec = Record<string, unknown>;

keepWorkers();

/** What a job came to. */
interface Made {
  rendered: number;
  reused: number;
  /** Hash of the file. */
  hash: string;
  stats: Stats;
}

/** Renders to a file in the folder, with the store in it. */
async function make(
  folder: string,
  spec: Spec,
  params: Params,
  options: AnimateOptions = {},
): Promise<Made> {
  const output = join(folder, "video.mp4");
  const cache = join(folder, "cache");
  const { stats } = await animate(spec, params, {
    output,
    cache,
    workers: 2,
    show: false,
    ...options,
  });
  const hash = createHash("sha256").update(await Deno.readFile(output)).digest("hex");
  const { rendered, reused } = stats.segments;
  assert.equal(rendered + reused, stats.segments.total);
  return { rendered, reused, hash, stats };
}

/** The hashes of jobs without a store, each of which is rendered once. */
const withoutStore = new Map<string, Promise<string>>();

/** The counts of a job, after it was compared with the same job without the store. */
async function counts(...job: Parameters<typeof make>): Promise<[number, number]> {
  const [folder, spec, params, options] = job;
  const { rendered, reused, hash, stats } = await make(...job);
  assert.equal(stats.cache, undefined);
  const { workers: _, update, ...more } = options ?? {};
  const key = JSON.stringify([spec, params, String(update), more]);
  if (!withoutStore.has(key)) {
    const fresh = make(folder, spec, params, { ...options, cache: false });
    withoutStore.set(key, fresh.then(({ hash }) => hash));
  }
  assert.equal(hash, await withoutStore.get(key));
  return [rendered, reused];
}

Deno.test("animate() renders only segments that have changed", () =>
  withFolder(async (folder) => {
    const frames = waveFrames(90, 5);
    assert.deepEqual(await counts(folder, waveSpec, frames), [5, 0]);
    assert.deepEqual(await counts(folder, waveSpec, frames), [0, 5]);
    assert.deepEqual(await counts(folder, waveSpec, frames, { workers: 1 }), [0, 5]);
    assert.deepEqual(await counts(folder, waveSpec, frames.with(40, frames[0])), [1, 4]);
    assert.deepEqual(await counts(folder, waveSpec, waveFrames(130, 5)), [2, 5]);
    assert.deepEqual(await counts(folder, waveSpec, waveFrames(100, 5)), [1, 5]);
    const red = { ...waveSpec, mark: { type: "line", color: "red" } };
    assert.deepEqual(await counts(folder, red, frames), [5, 0]);
    assert.deepEqual(await counts(folder, waveSpec, frames), [0, 5]);
  }));

const decisive: Record<string, AnimateOptions> = {
  fps: { fps: 25 },
  seed: { seed: 1 },
  crf: { crf: 30 },
  scale: { scale: 2 },
  background: { background: "yellow" },
  raster: { raster: "skia" },
};

for (const [name, options] of Object.entries(decisive)) {
  Deno.test(`animate() renders all anew with another '${name}'`, () =>
    withFolder(async (folder) => {
      const frames = waveFrames(20, 5);
      await make(folder, waveSpec, frames, { raster: "cairo" });
      const { rendered } = await make(folder, waveSpec, frames, { raster: "cairo", ...options });
      assert.equal(rendered, 2);
    }));
}

Deno.test("animate() reuses what was rendered in another folder and by other means", () =>
  withFolder(async (folder) => {
    const cache = join(folder, "cache");
    for (const name of ["a", "b"]) {
      const own = join(folder, name);
      await Deno.mkdir(own);
      await Deno.writeTextFile(join(own, "chart.json"), JSON.stringify(waveSpec));
      const made = await make(own, join(own, "chart.json") as never, waveFrames(20, 5), {
        cache,
        frameTimeout: name === "a" ? 50 : undefined,
        workers: name === "a" ? 1 : 2,
      });
      assert.equal(made.reused, name === "a" ? 0 : 2);
    }
    const { reused } = await make(folder, waveSpec, waveFrames(20, 5).values(), { cache });
    assert.equal(reused, 2);
  }));

/** An `update` as the user writes it. */
// deno-lint-ignore no-explicit-any
type AnyUpdate = (params: any, frame: any) => Record<string, unknown>;

const update: AnyUpdate = (_, { index, context, random }) => ({
  wave: [{ x: 0, y: 0 }, { x: 10, y: Math.sin(index / context) + random() / 10 }],
});

Deno.test("animate() reuses what update has made, as long as it is called with the same", () =>
  withFolder(async (folder) => {
    const options = { update, context: 20, workers: 1 };
    assert.deepEqual(await counts(folder, waveSpec, 20, options), [2, 0]);
    assert.deepEqual(await counts(folder, waveSpec, 20, options), [0, 2]);
    // The last segment was cut by the video's end.
    assert.deepEqual(await counts(folder, waveSpec, 40, options), [2, 1]);
    assert.deepEqual(await counts(folder, waveSpec, 20, { ...options, context: 10 }), [2, 0]);
    assert.deepEqual(await counts(folder, waveSpec, 20, { ...options, seed: 1 }), [2, 0]);
    const other: AnyUpdate = (_, { index }) => ({ wave: [{ x: index, y: 0 }] });
    assert.deepEqual(await counts(folder, waveSpec, 20, { update: other, workers: 1 }), [2, 0]);
  }));

Deno.test("animate() renders all anew with another length where update asks for it", () =>
  withFolder(async (folder) => {
    const asking: AnyUpdate = (_, frame) => ({
      wave: [{ x: 0, y: 0 }, { x: 10, y: frame.index / frame.frames }],
    });
    const options = { update: asking, workers: 1 };
    assert.deepEqual(await counts(folder, waveSpec, 30, options), [2, 0]);
    assert.deepEqual(await counts(folder, waveSpec, 30, options), [0, 2]);
    assert.deepEqual(await counts(folder, waveSpec, 40, options), [3, 0]);
  }));

Deno.test("animate() reuses nothing of an update that may give something else, and says so", () =>
  withFolder(async (folder) => {
    const reading: AnyUpdate = () => ({ wave: [{ x: 0, y: Deno.pid % 2 }] });
    for (let run = 0; run < 2; run++) {
      const { reused, stats } = await make(folder, waveSpec, 30, { update: reading });
      assert.equal(reused, 0);
      assert.equal(stats.cache, "'update' may give something else each time: it uses 'Deno'");
    }
  }));

Deno.test("animate() renders anew when the module of update has changed", () =>
  withFolder(async (folder) => {
    const path = join(folder, "update.js");
    const hashes = new Set<string>();
    for (const y of [0, 0, 1]) {
      await Deno.writeTextFile(
        path,
        `export default (_, { index }) => ({ wave: [{ x: 0, y: ${y} }, { x: index, y: 0 }] });`,
      );
      const { reused, hash } = await make(folder, waveSpec, 30, { update: path });
      const expected = y === 0 && hashes.size === 1 ? 2 : 0;
      assert.equal(reused, expected);
      hashes.add(hash);
    }
    assert.equal(hashes.size, 2);
  }));

/** A picture of one colour, as an SVG file. */
function svg(colour: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20">` +
    `<rect width="20" height="20" fill="${colour}"/></svg>`;
}

const imageSpec = {
  width: 40,
  height: 40,
  padding: 0,
  signals: [{ name: "x", value: 0 }],
  marks: [{
    type: "image",
    encode: { update: { url: { value: "picture.svg" }, x: { signal: "x" } } },
  }],
};

for (const raster of ["cairo", "skia"] as const) {
  Deno.test(`animate() renders anew when an image has changed, been lost or come, on ${raster}`, () =>
    withFolder(async (folder) => {
      const chart = join(folder, "chart.json");
      await Deno.writeTextFile(chart, JSON.stringify(imageSpec));
      const picture = join(folder, "picture.svg");
      const frames = Array.from({ length: 20 }, (_, x) => ({ x }));
      const run = () => make(folder, chart as never, frames, { raster });
      const hashes = new Set<string>();
      for (const [colour, rendered] of [["red", 2], ["red", 0], ["blue", 2]] as const) {
        await Deno.writeTextFile(picture, svg(colour));
        const made = await run();
        assert.equal(made.rendered, rendered, colour);
        hashes.add(made.hash);
      }
      await Deno.remove(picture);
      await assert.rejects(run(), /the image 'picture.svg' could not be loaded/);
      await Deno.writeTextFile(picture, svg("green"));
      const made = await run();
      assert.equal(made.rendered, 2);
      hashes.add(made.hash);
      assert.equal(hashes.size, 3);
    }));
}

Deno.test("animate() renders anew when data that a signal names has changed", () =>
  withFolder(async (folder) => {
    const spec = {
      width: 40,
      height: 40,
      padding: 0,
      signals: [{ name: "file", value: "a.json" }],
      data: [{ name: "t", url: { signal: "file" } }],
      marks: [{
        type: "rect",
        from: { data: "t" },
        encode: { update: { width: { field: "x" }, height: { value: 9 }, fill: { value: "red" } } },
      }],
    };
    const chart = join(folder, "chart.json");
    await Deno.writeTextFile(chart, JSON.stringify(spec));
    const run = () => make(folder, chart as never, [{}, {}, { file: "b.json" }]);
    const write = (name: string, x: number) =>
      Deno.writeTextFile(join(folder, name), JSON.stringify([{ x }]));
    await write("a.json", 1);
    await write("b.json", 2);
    assert.equal((await run()).rendered, 1);
    assert.equal((await run()).rendered, 0);
    await write("b.json", 3);
    assert.equal((await run()).rendered, 1);
    assert.equal((await run()).rendered, 0);
  }));

Deno.test("animate() renders a segment anew that is damaged in the store", () =>
  withFolder(async (folder) => {
    const frames = waveFrames(40, 5);
    const { hash } = await make(folder, waveSpec, frames);
    const store = new SegmentStore(join(folder, "cache"));
    for (const { path } of store.list()) {
      const bytes = await Deno.readFile(path);
      await Deno.writeFile(path, bytes.with(bytes.length / 2, bytes[bytes.length >> 1] ^ 1));
    }
    assert.deepEqual(await make(folder, waveSpec, frames).then(({ rendered }) => rendered), 3);
    for (const { path } of store.list()) await Deno.truncate(path, 100);
    const again = await make(folder, waveSpec, frames);
    assert.deepEqual([again.rendered, again.hash], [3, hash]);
    assert.equal((await make(folder, waveSpec, frames)).reused, 3);
  }));

Deno.test("animate() goes without a store that cannot be written, and says so", () =>
  withFolder(async (folder) => {
    const cache = join(folder, "file");
    await Deno.writeTextFile(cache, "no folder");
    const { rendered, stats } = await make(folder, waveSpec, waveFrames(20, 5), { cache });
    assert.equal(rendered, 2);
    assert.match(stats.cache!, new RegExp(`^'${cache}' cannot be written: `));
    assert.equal(await Deno.readTextFile(cache), "no folder");
  }));

Deno.test("animate() keeps nothing with 'cache' false", () =>
  withFolder(async (folder) => {
    const { stats } = await make(folder, waveSpec, waveFrames(20, 5), { cache: false });
    assert.equal(stats.cache, undefined);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["video.mp4"]);
  }));

Deno.test("animate() keeps what a cancelled job has finished, and says how much", () =>
  withFolder(async (folder) => {
    const slow = async (_: unknown, { index }: { index: number }) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return { wave: [{ x: 0, y: 0 }, { x: 10, y: Math.sin(index) }] };
    };
    const options = { output: join(folder, "a.mp4"), cache: join(folder, "cache"), show: false };
    const job = animate(waveSpec, 150, { ...options, update: slow, workers: 2 });
    for await (const { frames } of job.progress()) if (frames > 70) job.cancel();
    const error = await job.then(() => assert.fail(), (error: Error) => error);
    const words =
      /^The animation was cancelled: (\d+) of 150 frames were done, (\d+) of them are kept$/;
    assert.match(error.message, words);
    const [done, kept] = words.exec(error.message)!.slice(1).map(Number);
    assert.ok(kept >= 15 && kept <= done, error.message);
    const segments = job.segments().filter(({ state }) => state === "done");
    assert.equal(segments.reduce((sum, { frames }) => sum + frames, 0), kept);
    const again = animate(waveSpec, 150, { ...options, update: slow, workers: 2 });
    assert.equal((await again).stats.segments.reused, segments.length);
    const reused = again.segments().filter(({ state }) => state === "reused");
    assert.deepEqual(reused.map(({ index }) => index), segments.map(({ index }) => index));
  }));

Deno.test("animate() keeps what a failed job has finished", () =>
  withFolder(async (folder) => {
    const frames = waveFrames(60, 5);
    const options = { output: join(folder, "a.mp4"), cache: join(folder, "cache"), show: false };
    const isDone = () => job.segments().filter(({ state }) => state === "done").length === 2;
    const job = animate(
      waveSpec,
      (async function* () {
        yield* frames.slice(0, 40);
        while (!isDone()) await new Promise((resolve) => setTimeout(resolve, 20));
        throw new Error("no more");
      })(),
      options,
    );
    await assert.rejects(job, /no more/);
    assert.equal((await animate(waveSpec, frames, options)).stats.segments.reused, 2);
  }));

Deno.test("animate() shares a store with jobs that run at the same time", () =>
  withFolder(async (folder) => {
    const frames = waveFrames(40, 5);
    const cache = join(folder, "cache");
    const outputs = ["a.mp4", "b.mp4", "c.mp4"].map((name) => join(folder, name));
    const videos = await Promise.all(
      outputs.map((output) =>
        animate(waveSpec, frames, { output, cache, workers: 1, show: false })
      ),
    );
    const files = outputs.map((output) => Deno.readFileSync(output));
    for (const file of files) assert.deepEqual(file, files[0]);
    for (const { stats } of videos) assert.equal(stats.cache, undefined);
    assert.equal((await make(folder, waveSpec, frames)).reused, 3);
  }));
