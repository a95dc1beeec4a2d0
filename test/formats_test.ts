/** Videos that are not MP4: pictures, GIF and WebM, with and without what shows through. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { animate, type AnimateOptions, still } from "vega-reel";
import { ffmpegCommand } from "../kernel-lib/job/encoder.ts";
import { withFolder } from "./folder.ts";
import { keepWorkers } from "./keep_workers.ts";
import { assertRejects } from "./rejects.ts";
import { runFfmpeg, streamInfo } from "./video.ts";
import { waveFrames, waveSpec } from "./wave.ts";

keepWorkers();

const quiet = { show: false, cache: false, workers: 2 } as const;

/** Two bars of flat colours, the first of which moves: no pixel is between two colours. */
const barsSpec = {
  ...{ width: 40, height: 40, padding: 0, autosize: "none" },
  signals: [{ name: "x", value: 0 }],
  marks: [{ fill: "#4c78a8", x: { signal: "x" } }, { fill: "#f58518", x: { value: 30 } }].map(
    ({ fill, x }) => {
      const sides = { width: { value: 10 }, height: { value: 20 } };
      return {
        type: "rect",
        encode: { update: { x, y: { value: 10 }, ...sides, fill: { value: fill } } },
      };
    },
  ),
};
const barsFrames = Array.from({ length: 20 }, (_, x) => ({ x }));

const BLUE = [0x4c, 0x78, 0xa8, 255];
const ORANGE = [0xf5, 0x85, 0x18, 255];

/** The frames of a video as ffmpeg decodes them, 4 bytes a pixel. */
async function decode(path: string, size: number, ...decoder: string[]) {
  const input = [...decoder, "-i", path, "-map", "0:v", "-f", "rawvideo", "-pix_fmt", "rgba"];
  const { stdout } = await runFfmpeg([
    "-v",
    "error",
    ...input,
    "-fps_mode",
    "passthrough",
    "pipe:1",
  ]);
  return Array.from({ length: stdout.length / size }, (_, i) => {
    const pixels = stdout.subarray(i * size, (i + 1) * size);
    return Object.assign(pixels, {
      at: (
        x: number,
        y: number,
        width = 40,
      ) => [...pixels.subarray(4 * (y * width + x)).subarray(0, 4)],
    });
  });
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  const { isDirectory } = await Deno.stat(path);
  const names = isDirectory ? [...Deno.readDirSync(path)].map(({ name }) => name).sort() : [""];
  for (const name of names) hash.update(name).update(await Deno.readFile(join(path, name)));
  return hash.digest("hex");
}

const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

Deno.test("animate() writes a folder of pictures that are what still() draws", () =>
  withFolder(async (folder) => {
    for (const raster of ["cairo", "skia"] as const) {
      for (const background of ["transparent", undefined]) {
        const options = { raster, background };
        const output = `${folder}/pictures/`;
        const video = await animate(waveSpec, waveFrames(20), { ...quiet, ...options, output });
        const { path, format, codec, encoder, frames, width, height } = video;
        assert.deepEqual([path, format, codec, encoder], [...[
          join(folder, "pictures"),
          "png",
          "png",
          "png",
        ]]);
        assert.deepEqual([frames, names(path).length, names(folder)], [20, 20, ["pictures"]]);
        const frame = await still(waveSpec, waveFrames(20), { ...options, frame: 17 });
        await Deno.writeFile(`${folder}/still.png`, frame);
        const [expected] = await decode(`${folder}/still.png`, 4 * width * height);
        const [actual] = await decode(`${path}/frame-000017.png`, 4 * width * height);
        await Deno.remove(`${folder}/still.png`);
        const alphas = new Set(actual.filter((_, i) => i % 4 === 3));
        assert.equal(alphas.size > 2 && alphas.has(0), background === "transparent");
        // Libraries round differently where they divide by alpha.
        const tolerance = raster === "skia" && background ? 1 : 0;
        assert.ok(actual.every((byte, i) => Math.abs(byte - expected[i]) <= tolerance), raster);
      }
    }
  }));

Deno.test("animate() replaces the pictures of an earlier video, and nothing else", () =>
  withFolder(async (folder) => {
    const output = `${folder}/pictures/`;
    const render = (frames: number) =>
      animate(barsSpec, barsFrames.slice(0, frames), { ...quiet, output });
    await render(20);
    await render(3);
    assert.deepEqual(names(output), [0, 1, 2].map((i) => `frame-00000${i}.png`));
    await Deno.writeTextFile(`${output}/notes.txt`, "mine");
    await assert.rejects(render(2), {
      message: "Cannot animate as the folder of 'output' must hold nothing but frames of an " +
        `earlier video, which are replaced: '${join(folder, "pictures")}' holds 'notes.txt'`,
    });
    assert.equal(names(output).length, 4);
    assert.deepEqual(names(folder), ["pictures"]);
    await assert.rejects(
      animate(barsSpec, barsFrames, { ...quiet, output: `${output}notes.txt/` }),
      {
        message: `Cannot animate as 'output' must be a folder: '${
          join(folder, "pictures/notes.txt")
        }' is a file`,
      },
    );
  }));

Deno.test("animate() writes a GIF of the very colours, whose frames leave nothing behind", () =>
  withFolder(async (folder) => {
    for (const background of ["transparent", "white"]) {
      const output = `${folder}/bars.gif`;
      const video = await animate(barsSpec, barsFrames, {
        ...quiet,
        output,
        background,
        fps: 12.5,
      });
      assert.deepEqual([video.format, video.codec, video.encoder], ["gif", "gif", "gif"]);
      const { frames, seconds } = await streamInfo(output);
      assert.deepEqual([frames, seconds], [20, 1.6]);
      for (const [i, frame] of (await decode(output, 4 * 40 * 40)).entries()) {
        assert.deepEqual(frame.at(i, 15), BLUE, `frame ${i}`);
        assert.deepEqual(frame.at(i + 9, 15), BLUE);
        assert.deepEqual(frame.at(35, 15), ORANGE);
        const nothing = background === "white" ? 255 : 0;
        for (const [x, y] of [[i - 1, 15], [i + 10, 15], [i, 5]]) {
          if (x < 0) continue;
          const [red, , , alpha] = frame.at(x, y);
          assert.equal(background === "white" ? red : alpha, nothing, `frame ${i}`);
        }
      }
    }
  }));

Deno.test("animate() writes VP9 in WebM, and keeps what shows through", () =>
  withFolder(async (folder) => {
    const output = `${folder}/bars.webm`;
    const options = { ...quiet, output, background: "transparent", crf: 0, fps: 20 };
    const video = await animate(barsSpec, barsFrames, options);
    assert.deepEqual([video.format, video.encoder], ["webm", "vp9"]);
    assert.match(video.codec, /^vp09\.00\.\d\d\.08/);
    const { frames, seconds, text } = await streamInfo(output);
    assert.deepEqual([frames, seconds], [20, 1]);
    assert.match(text, /^vp9.*\(tv, bt709, progressive\)/);
    for (const [i, frame] of (await decode(output, 4 * 40 * 40, "-c:v", "libvpx-vp9")).entries()) {
      assert.equal(frame.at(i + 5, 20)[3], 255, `frame ${i}`);
      assert.equal(frame.at(5, 2)[3], 0, `frame ${i}`);
      // Colours have half the resolution, so only those of the middle are what they were.
      frame.at(35, 20).forEach((value, c) => assert.ok(Math.abs(value - ORANGE[c]) < 8));
    }
    await animate(barsSpec, barsFrames, { ...options, background: undefined });
    const [opaque] = await decode(output, 4 * 40 * 40, "-c:v", "libvpx-vp9");
    assert.ok(opaque.at(5, 2).every((value) => value > 250));
  }));

Deno.test("animate() gives the same bytes in every format with 1 and 3 workers", () =>
  withFolder(async (folder) => {
    for (const output of ["a.webm", "a.gif", "a/"].map((name) => join(folder, name))) {
      const hashes = new Set<string>();
      for (const workers of [1, 3]) {
        await animate(waveSpec, waveFrames(40), { ...quiet, output, workers });
        hashes.add(await hashOf(output));
      }
      assert.equal(hashes.size, 1, output);
    }
  }));

Deno.test("animate() renders once for all formats that keep the frames as they are", () =>
  withFolder(async (folder) => {
    const options = { ...quiet, cache: `${folder}/cache` };
    const render = async (name: string, more: AnimateOptions = {}) => {
      const output = `${folder}/${name}`;
      const { stats } = await animate(waveSpec, waveFrames(20), { ...options, output, ...more });
      return [stats.segments.rendered, stats.segments.reused];
    };
    assert.deepEqual(await render("a.gif"), [2, 0]);
    assert.deepEqual(await render("a/"), [0, 2]);
    assert.deepEqual(await render("a.webm"), [0, 2]);
    assert.deepEqual(await render("a.mp4"), [2, 0]);
    assert.deepEqual(await render("b.gif", { background: "transparent" }), [2, 0]);
  }));

Deno.test("animate() can be cancelled while it writes the video", async () => {
  for (const name of ["a.webm", "a.gif"]) {
    await withFolder(async (folder) => {
      const params = waveFrames(300);
      const options = { output: join(folder, name), encoder: "auto" };
      // A GIF is written too soon for its progress to be seen.
      const least = name === "a.webm" ? 1 : 0;
      const during = async (job: ReturnType<typeof animate>) => {
        for await (const { phase, written } of job.progress()) {
          if (phase !== "join" || written < least) continue;
          assert.ok(written < 300, `${written} frames`);
          return job.cancel();
        }
      };
      await assertRejects({ params, options, during }, {
        name: "AbortError",
        message: /300 of 300 frames were done/,
      });
      assert.deepEqual(names(folder), []);
    });
  }
});

Deno.test({
  name: "animate() rejects an ffmpeg without VP9 before anything is rendered",
  // On Windows a script is no program that can be started.
  ignore: Deno.build.os === "windows",
  fn: () =>
    withFolder(async (folder) => {
      const before = ffmpegCommand();
      const command = join(folder, "ffmpeg");
      const script =
        `case "$*" in *libvpx-vp9*) echo "Unknown encoder 'libvpx-vp9'" >&2; exit 8;; esac`;
      await Deno.writeTextFile(command, `#!/bin/sh\n${script}\nexec '${before}' "$@"\n`, {
        mode: 0o755,
      });
      Deno.env.set("FFMPEG_PATH", command);
      try {
        const frames: unknown[] = [];
        const update = (params: Record<string, unknown>) => params;
        const onProgress = (progress: unknown) => frames.push(progress);
        await assertRejects({
          options: { output: `${folder}/a.webm`, encoder: "auto", update, onProgress },
        }, {
          name: "Error",
          message: "Cannot animate as ffmpeg must be able to write a .webm: Cannot encode as " +
            `'${command}' ended with code 8 and printed: Unknown encoder 'libvpx-vp9'`,
        });
        assert.ok(frames.every((progress) => (progress as { scanned: number }).scanned === 0));
      } finally {
        Deno.env.set("FFMPEG_PATH", before);
      }
    }),
});

Deno.test("animate() rejects what a format cannot do", async () => {
  const cases: [Record<string, unknown>, string, string][] = [[
    { output: "a.mp4", background: "transparent" },
    "TypeError",
    "'background' must be opaque in a .mp4",
  ], [
    { output: "a.mp4", background: "#ff000080" },
    "TypeError",
    "'background' must be opaque in a .mp4",
  ], [
    { output: "a.webm", encoder: "x264" },
    "TypeError",
    `'encoder' must be "auto" where 'output' is not`,
  ], [
    { output: "a.gif", fps: 60 },
    "RangeError",
    "'fps' must be at most 50 in a .gif: current value is 60",
  ], [{ output: "a.mov" }, "TypeError", "the ending of 'output' must be .mp4, .webm, .gif or /"]];
  for (const [options, name, message] of cases) {
    await assertRejects({ options: { encoder: "auto", ...options } }, {
      name: name as "TypeError",
      message: new RegExp(message.replace(/[.(]/g, "\\$&")),
    });
  }
});
