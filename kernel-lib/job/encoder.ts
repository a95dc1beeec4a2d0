/** Which encoder a job uses, and the command that encodes one of its segments. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import ffmpeg from "fluent-ffmpeg";
import { Encoder } from "../render/encode.ts";
import type { Encoding } from "../render/task.ts";
import { abortable } from "./abortable.ts";
import { checkSegment } from "./join.ts";

/** The encoders of H.264. */
export type H264Encoder = "nvenc" | "x264";

/** What makes a video: an encoder of H.264 in MP4, or that of the other format. */
export type EncoderName = H264Encoder | "vp9" | "gif" | "png";

/** How much time goes into a frame. */
export type Preset = "draft" | "standard" | "fine";

/** What is chosen for a job. */
export interface ChosenEncoder {
  name: EncoderName;
  encoding: Extract<Encoding, { ffmpeg: string }>;
  /** Why NVENC is not used; undefined where it is, or was not wanted. */
  whyNotNvenc: string | undefined;
}

/** The picture that is encoded. */
export interface Format {
  width: number;
  height: number;
  fps: number;
  /** @default {"standard"} */
  preset?: Preset;
  crf: number;
}

/** Presets differ in what a rate factor means; these look alike on charts, fine a little better. */
export const DEFAULT_CRF: Record<Preset, number> = { draft: 23, standard: 21, fine: 20 };

/** How long a trial encode may take, in milliseconds. */
const TRIAL_TIMEOUT = 10_000;

/** Frames of a trial. */
const TRIAL_FRAMES = 3;

/**
 * x264's preset and parameters. No B-frames: one packet is one frame. The standard is the fastest
 * set found that keeps veryfast's quality on charts; a draft takes two thirds of its time and more
 * bytes, fine four times its time and fewer bytes.
 */
const X264: Record<Preset, { preset: string; params: string }> = {
  draft: { preset: "ultrafast", params: "bframes=0" },
  standard: { preset: "veryfast", params: "bframes=0:subme=1:me=dia:trellis=0:8x8dct=0" },
  fine: { preset: "medium", params: "bframes=0" },
};

/** NVENC's own presets, from fast to good. */
const NVENC: Record<Preset, string> = { draft: "p1", standard: "p5", fine: "p7" };

/** The colours of the frames: BT.709, limited range. */
export const COLOURS = [
  "-color_range tv",
  "-colorspace bt709",
  "-color_primaries bt709",
  "-color_trc bt709",
];

/** Path or name of the ffmpeg program: `FFMPEG_PATH`, else what the system finds. */
export function ffmpegCommand(): string {
  return Deno.env.get("FFMPEG_PATH") || "ffmpeg";
}

/**
 * Chooses the encoder of a job. NVENC is only used if it has really encoded a few frames: that
 * ffmpeg lists it says nothing about the GPU and its driver.
 *
 * @param wanted What the user wants.
 * @param format The picture that is encoded.
 * @param signal Ends the trial; then the promise rejects with its reason.
 * @throws {Error} If NVENC is wanted and its trial fails; the message holds what it printed.
 */
export async function chooseEncoder(
  wanted: "auto" | H264Encoder,
  format: Format,
  signal: AbortSignal,
): Promise<ChosenEncoder> {
  if (wanted === "x264") return x264(format);
  const failure = wanted === "auto" && !hasNvidiaDevice()
    ? "this machine shows no NVIDIA device"
    : await trialFailure(ffmpegCommand(), "nvenc", signal);
  if (failure === undefined) {
    return { name: "nvenc", encoding: encodingBy("nvenc", format), whyNotNvenc: undefined };
  }
  if (wanted === "nvenc") {
    throw new Error(`Cannot encode with 'nvenc' as its trial failed: ${failure}`);
  }
  return { ...x264(format), whyNotNvenc: failure };
}

/**
 * What is encoded with where NVENC fails after its trial: its driver has sessions for so many
 * encoders only, and a GPU may be lost.
 *
 * @param format The picture that is encoded.
 * @param cause How NVENC failed.
 */
export function withoutNvenc(format: Format, cause: unknown): ChosenEncoder {
  const reason = (cause as Error).message;
  return { ...x264(format), whyNotNvenc: `it failed in the middle of the job: ${reason}` };
}

function x264(format: Format): ChosenEncoder {
  return { name: "x264", encoding: encodingBy("x264", format), whyNotNvenc: undefined };
}

function encodingBy(name: H264Encoder, format: Format): ChosenEncoder["encoding"] {
  return { kind: "h264", ffmpeg: ffmpegCommand(), arguments: encodeArguments(name, format) };
}

/**
 * The arguments with which ffmpeg encodes raw yuv420p frames from its standard input to raw
 * H.264 on its standard output. fluent-ffmpeg builds them; the child itself is started by
 * `render/encode.ts`, as fluent-ffmpeg's own runner first starts ffmpeg twice to ask for its
 * formats, shares Jupyter's process group and loses errors of the input.
 */
export function encodeArguments(
  name: H264Encoder,
  { width, height, fps, preset, crf }: Format,
): string[] {
  const command = ffmpeg("pipe:0")
    .inputOptions(["-hide_banner", "-loglevel error", "-f rawvideo", "-pix_fmt yuv420p"])
    .inputOptions([`-video_size ${width}x${height}`, `-framerate ${fps}`, ...COLOURS])
    .noAudio()
    .outputOptions(outputOptions(name, { preset, crf }))
    .outputOptions(COLOURS)
    .outputOptions(["-pix_fmt yuv420p", "-g 250", "-f h264"])
    .output("pipe:1");
  return argumentsOf(command);
}

/** The arguments that a command has been given. */
export function argumentsOf(command: ffmpeg.FfmpegCommand): string[] {
  return (command as unknown as { _getArguments(): string[] })._getArguments()
    .filter((argument) => argument !== "-y");
}

/** The options of an encoder. */
export function outputOptions(
  name: H264Encoder,
  { preset = "standard", crf }: Pick<Format, "preset" | "crf">,
): string[] {
  return name === "x264" ? x264Options(preset, crf) : nvencOptions(preset, crf);
}

function x264Options(preset: Preset, crf: number): string[] {
  return [
    "-c:v libx264",
    `-preset ${X264[preset].preset}`,
    "-tune animation",
    `-crf ${crf}`,
    // Bytes must not depend on the machine's cores.
    "-threads 1",
    `-x264-params ${X264[preset].params}`,
  ];
}

/** NVENC's constant quality is near x264's CRF in scale; 0 would mean automatic. */
function nvencOptions(preset: Preset, crf: number): string[] {
  return [
    "-c:v h264_nvenc",
    `-preset ${NVENC[preset]}`,
    "-tune hq",
    "-rc vbr",
    `-cq ${Math.max(1, crf - 2)}`,
    "-b:v 0",
    "-bf 0",
  ];
}

/** The system's sign of an NVIDIA driver, on Linux and in WSL; elsewhere only a trial tells. */
function hasNvidiaDevice(): boolean {
  return Deno.build.os !== "linux" || ["/dev/nvidiactl", "/dev/dxg"].some(existsSync);
}

/**
 * What decides an encoder's bytes besides its arguments. x264 writes its version and all of its
 * settings into what it encodes; others are asked, NVENC together with the GPU and its driver.
 *
 * @param name The encoder.
 * @param signal Gives up.
 * @throws {Error} If it cannot encode, or what is asked does not answer.
 */
export async function encoderVersion(
  name: H264Encoder | "png",
  signal: AbortSignal,
): Promise<string> {
  const command = ffmpegCommand();
  const hash = createHash("sha256");
  if (name !== "png") hash.update(await trial(command, name, signal));
  const programs: [string, string[]][] = [];
  if (name !== "x264") programs.push([command, ["-version"]]);
  if (name === "nvenc") {
    const query = ["--query-gpu=name,driver_version", "--format=csv,noheader"];
    programs.push(["nvidia-smi", query]);
  }
  for (const [program, args] of programs) {
    const { success, stdout } = await new Deno.Command(program, { args, signal }).output();
    if (!success) throw new Error(`'${program}' does not tell its version`);
    hash.update(stdout);
  }
  return hash.digest("hex");
}

/** Tries an encoder; returns why that failed, or undefined if it worked. */
async function trialFailure(
  command: string,
  name: H264Encoder,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    await trial(command, name, signal);
  } catch (error) {
    signal.throwIfAborted();
    return (error as Error).message;
  }
}

/** Encodes a few grey frames. */
async function trial(
  command: string,
  name: H264Encoder,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const format = { width: 256, height: 256, fps: 30, crf: 21 };
  const frame = new Uint8Array(256 * 256 * 3 / 2).fill(128);
  const bytes = await runTrial(command, encodeArguments(name, format), frame, signal);
  checkSegment(bytes, 0, TRIAL_FRAMES);
  return bytes;
}

/**
 * Has ffmpeg encode a few equal frames.
 *
 * @returns What it has written to its standard output.
 * @throws {Error} If it fails, or does not end.
 */
export async function runTrial(
  command: string,
  args: string[],
  frame: Uint8Array,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const encoder = new Encoder(command, args);
  const timeout = AbortSignal.timeout(TRIAL_TIMEOUT);
  try {
    const encoded = encodeAll(encoder, Array(TRIAL_FRAMES).fill(frame));
    return await abortable(encoded, AbortSignal.any([signal, timeout]));
  } catch (error) {
    await encoder.abort();
    signal.throwIfAborted();
    if (!timeout.aborted) throw error;
    throw new Error(`it took longer than ${TRIAL_TIMEOUT / 1000} s`);
  }
}

async function encodeAll(
  encoder: Encoder,
  frames: Uint8Array[],
): Promise<Uint8Array<ArrayBuffer>> {
  for (const frame of frames) await encoder.write(frame);
  return await encoder.finish();
}
