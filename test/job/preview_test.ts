import assert from "node:assert/strict";
import { encodeArguments, ffmpegCommand } from "../../kernel-lib/job/encoder.ts";
import { Preview } from "../../kernel-lib/job/preview.ts";
import { SegmentSpool } from "../../kernel-lib/job/spool.ts";
import { Encoder } from "../../kernel-lib/render/encode.ts";
import { readFrames, streamInfo } from "../video.ts";

const format = { width: 64, height: 48, fps: 12.5 };

/** The grey of a frame. */
function greyOf(frame: number): number {
  return 40 + 10 * frame;
}

/** Encodes grey frames. */
async function encode(first: number, frames: number) {
  const encoder = new Encoder(ffmpegCommand(), encodeArguments("x264", { ...format, crf: 21 }));
  for (let i = first; i < first + frames; i++) {
    const planes = new Uint8Array(64 * 48 * 3 / 2).fill(128);
    await encoder.write(planes.fill(greyOf(i), 0, 64 * 48));
  }
  return await encoder.finish();
}

Deno.test("Preview sends a video that grows, in order, whatever order segments are finished in", async () => {
  using spool = new SegmentSpool();
  const sent: Uint8Array<ArrayBuffer>[] = [];
  const frames: number[] = [];
  let arrived = Promise.withResolvers<void>();
  using preview = new Preview(format, spool, (bytes, count) => {
    sent.push(bytes);
    frames.push(count);
    arrived.resolve();
    arrived = Promise.withResolvers();
    return Promise.resolve();
  }, 0);
  const lengths = [4, 3, 5, 2];
  const firsts = [0, 4, 7, 12];
  for (const index of [2, 3, 1, 0]) {
    assert.deepEqual(frames, []);
    spool.set(index, await encode(firsts[index], lengths[index]));
    preview.finished(index);
  }
  while (frames.length < 3) await arrived.promise;
  // Each fragment ends where the next one begins: the last segment is still to come.
  assert.deepEqual(frames, [4, 7, 12]);
  const folder = await Deno.makeTempDir();
  try {
    for (const [index, count] of frames.entries()) {
      const path = `${folder}/${index}.mp4`;
      await Deno.writeFile(
        path,
        new Uint8Array(await new Blob(sent.slice(0, index + 1)).arrayBuffer()),
      );
      assert.equal((await streamInfo(path)).frames, count);
      const greys = (await readFrames(path, 64, 48)).map((pixels) => pixels[0]);
      const wanted = Array.from({ length: count }, (_, i) => 255 * (greyOf(i) - 16) / 219);
      greys.forEach((grey, i) => assert.ok(Math.abs(grey - wanted[i]) < 4, `${greys}, ${wanted}`));
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("Preview sends nothing of a job that has only just begun, or has ended", async () => {
  using spool = new SegmentSpool();
  for (const index of [0, 1]) spool.set(index, await encode(2 * index, 2));
  const sink = () => assert.fail("sent");
  using early = new Preview(format, spool, sink, 1e6);
  const ended = new Preview(format, spool, sink, 0);
  ended[Symbol.dispose]();
  for (const index of [0, 1]) {
    early.finished(index);
    ended.finished(index);
  }
  await new Promise((resolve) => setTimeout(resolve, 200));
});
