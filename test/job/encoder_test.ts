import assert from "node:assert/strict";
import { animate } from "vega-reel";
import { chooseEncoder, encodeArguments } from "../../kernel-lib/job/encoder.ts";
import { keepWorkers } from "../keep_workers.ts";
import { streamInfo } from "../video.ts";
import { waveFrames, waveSpec } from "../wave.ts";

keepWorkers();

const FORMAT = { width: 64, height: 48, fps: 30, crf: 21 };
const never = new AbortController().signal;

/** Whether this machine can encode with NVENC. */
const hasNvenc = (await chooseEncoder("auto", FORMAT, never)).name === "nvenc";

Deno.test({
  name: "chooseEncoder() takes x264 where NVENC does not work, and says why",
  ignore: hasNvenc,
  async fn() {
    const { name, whyNotNvenc } = await chooseEncoder("auto", FORMAT, never);
    assert.equal(name, "x264");
    assert.match(whyNotNvenc!, /NVIDIA|nvenc/i);
  },
});

Deno.test({
  name: "animate() with the encoder 'nvenc' throws what the trial printed where it fails",
  ignore: hasNvenc,
  async fn() {
    const output = `${await Deno.makeTempDir()}/a.mp4`;
    await assert.rejects(
      animate(waveSpec, waveFrames(2), { output, encoder: "nvenc", show: false, cache: false }),
      { message: /^Cannot encode with 'nvenc' as its trial failed: .*(nvenc|CUDA|driver)/is },
    );
    assert.throws(() => Deno.statSync(output), Deno.errors.NotFound);
  },
});

Deno.test("animate() takes x264 without a trial when it is asked for", async () => {
  const output = `${await Deno.makeTempDir()}/a.mp4`;
  const options = { output, encoder: "x264", show: false, cache: false } as const;
  const { encoder, stats } = await animate(waveSpec, waveFrames(2), options);
  assert.deepEqual([encoder, stats.encoder, stats.nvenc], ["x264", "x264", undefined]);
});

Deno.test("encodeArguments() fixes what bytes depend on: one thread, no B-frames, colours", () => {
  const text = encodeArguments("x264", FORMAT).join(" ");
  for (
    const part of ["-threads 1", "bframes=0", "-crf 21", "-colorspace bt709", "-f h264 pipe:1"]
  ) {
    assert.ok(text.includes(part), `${part} is not in ${text}`);
  }
});

Deno.test("encodeArguments() maps crf to NVENC's constant quality, of which 0 is automatic", () => {
  const quality = (crf: number) => {
    const args = encodeArguments("nvenc", { ...FORMAT, crf });
    return args[args.indexOf("-cq") + 1];
  };
  assert.deepEqual([0, 21, 51].map(quality), ["1", "19", "49"]);
});

Deno.test("animate() takes less time or fewer bytes for a frame as 'preset' says", async () => {
  const folder = await Deno.makeTempDir();
  const bytes: Record<string, Uint8Array> = {};
  for (const preset of ["draft", "standard", "fine"] as const) {
    const output = `${folder}/${preset}.mp4`;
    const { frames } = await animate(waveSpec, waveFrames(20), {
      output,
      preset,
      show: false,
      cache: false,
    });
    assert.equal(frames, 20);
    assert.equal((await streamInfo(output)).frames, 20);
    bytes[preset] = await Deno.readFile(output);
    const again = `${folder}/again.mp4`;
    const options = { output: again, preset, workers: 1, show: false, cache: false };
    await animate(waveSpec, waveFrames(20), options);
    assert.deepEqual(await Deno.readFile(again), bytes[preset], preset);
  }
  assert.ok(bytes.draft.length > bytes.standard.length);
  assert.ok(bytes.standard.length > bytes.fine.length);
});
