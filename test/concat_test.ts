/** Finished videos joined to one. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { animate, type AnimateOptions, concat } from "vega-reel";
import { withFolder } from "./folder.ts";
import { keepWorkers } from "./keep_workers.ts";
import { readFrames, runFfmpeg, streamInfo } from "./video.ts";
import { waveFrames, waveSpec } from "./wave.ts";

keepWorkers();

const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

/** A video all of whose frames have one colour. */
function plain(output: string, fill: string, options: AnimateOptions & { frames?: number } = {}) {
  const { frames = 10, ...rest } = options;
  const spec = { width: 64, height: 48, padding: 0, autosize: "none", background: fill, marks: [] };
  const params = Array.from({ length: frames }, () => ({}));
  return animate(spec, params, { output, show: false, cache: false, workers: 1, ...rest });
}

/** The colour of a pixel; `frame` has 3 bytes for each. */
const pixel = (
  frame: Uint8Array,
  width: number,
  x: number,
  y: number,
) => [...frame.subarray(3 * (y * width + x)).subarray(0, 3)];

function assertNear(actual: number[], expected: number[], what: string) {
  assert.ok(actual.every((value, i) => Math.abs(value - expected[i]) < 6), `${what}: ${actual}`);
}

Deno.test("concat() takes over what was encoded alike, frame for frame", () =>
  withFolder(async (folder) => {
    const render = (name: string, frames: number) =>
      animate(waveSpec, waveFrames(frames), {
        ...{ output: join(folder, name), show: false, cache: false, fps: 12.5 },
      });
    const [a, b] = [await render("a.mp4", 20), await render("b.mp4", 7)];
    const output = join(folder, "both.mp4");
    const film = await concat([a, b.path, new URL(`file://${a.path}`)], { output });
    assert.deepEqual(film.parts, [{ path: a.path, first: 0, frames: 20, encoded: false }, {
      path: b.path,
      first: 20,
      frames: 7,
      encoded: false,
    }, { path: a.path, first: 27, frames: 20, encoded: false }]);
    const { path, frames, fps, duration, width, height, bytes, chapters } = film;
    assert.deepEqual({ path, frames, fps, duration, width, height, bytes, chapters }, {
      ...{ path: output, frames: 47, fps: 12.5, duration: 3.76, width: a.width, height: a.height },
      ...{ bytes: (await Deno.stat(output)).size, chapters: [] },
    });
    const info = await streamInfo(output);
    assert.deepEqual([info.frames, info.seconds], [47, 3.76]);
    const read = (path: string) => readFrames(path, a.width, a.height);
    const [of, first, second] = [await read(output), await read(a.path), await read(b.path)];
    assert.deepEqual(of, [...first, ...second, ...first]);
    assert.deepEqual(names(folder), ["a.mp4", "b.mp4", "both.mp4"]);
    const before = await Deno.readFile(output);
    await concat([a, b, a], { output });
    assert.deepEqual(await Deno.readFile(output), before, "the same bytes each time");
    // Another video can be there by now: its own rate holds.
    const other = await concat([{ path: b.path, fps: 25 }], { output });
    assert.deepEqual([other.fps, other.parts[0].encoded], [12.5, false]);
  }));

Deno.test("concat() pads to one size, raises to one rate, and encodes only what differs", () =>
  withFolder(async (folder) => {
    const size = { width: 128, height: 48 };
    const red = await plain(join(folder, "red.mp4"), "#c83c3c", size);
    const blue = await plain(join(folder, "blue.webm"), "#3c3cc8", { fps: 15, crf: 0 });
    const none = await plain(join(folder, "none.gif"), "#3cc83c", {
      ...{ background: "transparent", fps: 10, frames: 5 },
    });
    const tall = await plain(`${folder}/tall/`, "#c8c83c", { height: 96 });
    const output = join(folder, "all.mp4");
    const seen: number[] = [];
    const film = await concat([red, blue, none.path, tall], {
      ...{ output, background: "#283c50", onProgress: ({ done }) => seen.push(done) },
    });
    assert.deepEqual([film.width, film.height, film.fps], [128, 96, 30]);
    // Ten frames at 30, ten at 15, five at 10, ten at 30 frames a second.
    assert.deepEqual(film.parts.map(({ frames }) => frames), [10, 20, 15, 10]);
    assert.deepEqual(film.parts.map(({ path }) => path), [
      ...[red.path, blue.path, none.path, join(folder, "tall")],
    ]);
    assert.deepEqual(seen, [1, 2, 3, 4]);
    assert.equal((await streamInfo(output)).frames, 55);
    const frames = await readFrames(output, 128, 96);
    const at = (frame: number, x: number, y: number) => pixel(frames[frame], 128, x, y);
    const ground = [0x28, 0x3c, 0x50];
    assertNear(at(5, 64, 48), [0xc8, 0x3c, 0x3c], "the first part");
    assertNear(at(5, 64, 10), ground, "above the first part");
    assertNear(at(20, 64, 48), [0x3c, 0x3c, 0xc8], "the second part");
    assertNear(at(20, 10, 48), ground, "beside the second part");
    assertNear(at(35, 64, 48), ground, "behind what shows through");
    assertNear(at(50, 64, 10), [0xc8, 0xc8, 0x3c], "the last part");
    const again = await concat([film, { video: film }], { output: join(folder, "twice.mp4") });
    assert.deepEqual(again.parts.map(({ encoded }) => encoded), [false, false]);
    // A part of the right size is taken over where others are encoded.
    const mixed = await concat([red, blue], { output: join(folder, "mixed.mp4") });
    assert.deepEqual(mixed.parts.map(({ encoded }) => encoded), [false, true]);
    assert.equal((await streamInfo(mixed.path)).frames, 30);
  }));

Deno.test("concat() marks chapters that players find", () =>
  withFolder(async (folder) => {
    const a = await plain(join(folder, "a.mp4"), "red", { frames: 30 });
    const b = await plain(join(folder, "b.mp4"), "blue", { frames: 15 });
    const output = join(folder, "film.mp4");
    const title = "R=0; #2 \\ für\nalle";
    // ffmpeg has its own mind about what ends a line.
    const odd = "C:\rD\0E:\\";
    const parts = [{ video: a, chapter: "Start" }, { video: b, chapter: odd }, {
      video: a,
      chapter: title,
    }];
    const film = await concat(parts, { output });
    assert.deepEqual(film.chapters, [
      { title: "Start", start: 0 },
      { title: odd, start: 1 },
      { title, start: 1.5 },
    ]);
    const { stdout } = await runFfmpeg(["-v", "error", "-i", output, "-f", "ffmetadata", "pipe:1"]);
    const [, first, middle, second] = new TextDecoder().decode(stdout).split("[CHAPTER]");
    assert.match(first, /START=0\nEND=1000(000000)?\ntitle=Start\n/);
    assert.ok(middle.includes("title=C:\\\nD E:\\\\"), middle);
    assert.match(second, /START=1500(000000)?\nEND=2500(000000)?\n/);
    assert.ok(second.includes("title=R\\=0\\; \\#2 \\\\ für\\\nalle"), second);
    const { frames, seconds } = await streamInfo(output);
    assert.deepEqual([frames, seconds], [75, 2.5]);
    assert.deepEqual(names(folder), ["a.mp4", "b.mp4", "film.mp4"]);
  }));

Deno.test("concat() rejects what is no video, and reads nothing but videos", () =>
  withFolder(async (folder) => {
    const a = await plain(join(folder, "a.mp4"), "red");
    const output = join(folder, "film.mp4");
    // A list of files is what ffmpeg would follow if it were asked to guess.
    const list = join(folder, "list.mp4");
    await Deno.writeTextFile(list, `ffconcat version 1.0\nfile '${a.path}'\n`);
    await assert.rejects(concat([a, list], { output }), {
      message: `Cannot concat as part 1 must be a video: '${list}' is no MP4, WebM or GIF with a ` +
        "picture that can be read",
    });
    const missing = join(folder, "no.mp4");
    await assert.rejects(concat([missing], { output }), {
      message: `Cannot concat as part 0 must be a video: '${missing}' does not exist`,
    });
    await assert.rejects(concat([`${folder}`], { output }), {
      message:
        `Cannot concat as part 0 must be a video: '${folder}' is no folder of pictures of a video`,
    });
    await assert.rejects(concat([], { output }), { name: "TypeError", message: /array of videos/ });
    await assert.rejects(concat([3 as never], { output }), {
      ...{ name: "TypeError", message: /part 0 must be a video or the path of one/ },
    });
    await assert.rejects(concat([a], { output: "film.webm" }), {
      message: `Cannot concat as the ending of 'output' must be .mp4: current value is "film.webm"`,
    });
    await assert.rejects(concat([a], { output, background: "red;movie=x" }), /opaque CSS colour/);
    const cut = (await Deno.readFile(a.path)).slice(0, 1200);
    await Deno.writeFile(join(folder, "cut.mp4"), cut);
    await assert.rejects(concat([a, join(folder, "cut.mp4")], { output }));
    assert.deepEqual(names(folder), ["a.mp4", "cut.mp4", "list.mp4"]);
  }));

Deno.test("concat() can be given up while it encodes", () =>
  withFolder(async (folder) => {
    const a = await plain(join(folder, "a.mp4"), "red", { frames: 900, width: 640, height: 480 });
    const b = await plain(join(folder, "b.mp4"), "blue");
    const stop = new AbortController();
    const options = { output: join(folder, "film.mp4"), signal: stop.signal, width: 320 };
    const film = concat([b, a], {
      ...options,
      onProgress: () => setTimeout(() => stop.abort(new Error("enough")), 50),
    });
    await assert.rejects(film, { message: "enough" });
    assert.deepEqual(names(folder), ["a.mp4", "b.mp4"]);
  }));
