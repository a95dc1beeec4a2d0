import assert from "node:assert/strict";
import { encodeArguments, ffmpegCommand } from "../../kernel-lib/job/encoder.ts";
import { parseStream } from "../../kernel-lib/job/h264.ts";
import { checkSegment, writeVideo } from "../../kernel-lib/job/join.ts";
import { Encoder } from "../../kernel-lib/render/encode.ts";
import { streamInfo } from "../video.ts";

const WIDTH = 64;
const HEIGHT = 48;
const never = new AbortController().signal;

/** Encodes grey frames, each a little lighter than the one before. */
async function encode(frames: number, { fps = 30, width = WIDTH } = {}) {
  const format = { width, height: HEIGHT, fps, crf: 21 };
  const encoder = new Encoder(ffmpegCommand(), encodeArguments("x264", format));
  for (let i = 0; i < frames; i++) {
    await encoder.write(new Uint8Array(width * HEIGHT * 3 / 2).fill(40 + 3 * i));
  }
  return await encoder.finish();
}

Deno.test("parseStream() splits a stream into frames, of which the first is a key", async () => {
  const { units, codec } = parseStream(await encode(7));
  assert.deepEqual(units.map(({ key }) => key), [true, ...Array(6).fill(false)]);
  assert.match(codec, /^avc1\.[0-9a-f]{6}$/);
});

Deno.test("parseStream() throws on bytes that are no video", () => {
  assert.throws(() => parseStream(new Uint8Array(100)), /must hold a sequence parameter set/);
});

Deno.test("checkSegment() throws on a segment with another number of frames", async () => {
  const bytes = await encode(5);
  assert.throws(() => checkSegment(bytes, 3, 6), {
    message: "Cannot use segment 3 as it must hold 6 frames: it holds 5",
  });
  // Cut in the middle, as a worker that dies leaves it.
  assert.throws(() => checkSegment(bytes.slice(0, bytes.length / 4), 3, 5));
});

Deno.test("checkSegment() tells segments with other parameters apart", async () => {
  const parameters = checkSegment(await encode(2), 0, 2);
  assert.equal(checkSegment(await encode(9), 1, 9), parameters);
  assert.notEqual(checkSegment(await encode(2, { width: 128 }), 0, 2), parameters);
});

Deno.test("writeVideo() joins segments to a file with the right frames, time and order of boxes", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const segments = await Promise.all([4, 1, 7].map(async (frames) => {
      const bytes = await encode(frames, { fps: 12.5 });
      return { frames, read: () => bytes };
    }));
    const path = `${folder}/joined.mp4`;
    const format = { width: WIDTH, height: HEIGHT, fps: 12.5, frames: 12 };
    const { bytes } = await writeVideo(path, segments, format, never);
    const file = await Deno.readFile(path);
    assert.equal(bytes, file.length);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["joined.mp4"]);
    const { frames, seconds } = await streamInfo(path);
    assert.deepEqual([frames, seconds], [12, 0.96]);
    const text = new TextDecoder("latin1").decode(file);
    assert.ok(text.indexOf("moov") < text.indexOf("mdat"), "the index comes first");
    for (const box of ["mvhd", "tkhd", "mdhd"]) {
      const at = text.indexOf(box) + 8;
      assert.deepEqual([...file.subarray(at, at + 8)], Array(8).fill(0), `${box} has no times`);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("writeVideo() leaves nothing where it fails or is aborted", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const bytes = await encode(2);
    const good = { frames: 2, read: () => bytes };
    const bad = {
      frames: 2,
      read: (): Uint8Array<ArrayBuffer> => {
        throw new Error("no such segment");
      },
    };
    const format = { width: WIDTH, height: HEIGHT, fps: 30, frames: 4 };
    await assert.rejects(writeVideo(`${folder}/a.mp4`, [good, bad], format, never), {
      message: `Cannot write the video '${folder}/a.mp4': no such segment`,
    });
    const stop = new AbortController();
    const late = {
      frames: 2,
      read: () => {
        stop.abort(new Error("enough"));
        return bytes;
      },
    };
    const aborted = writeVideo(`${folder}/a.mp4`, [late, good], format, stop.signal);
    await assert.rejects(aborted, { message: "enough" });
    assert.deepEqual([...Deno.readDirSync(folder)], []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
