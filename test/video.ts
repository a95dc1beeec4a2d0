/** Reads videos back, through the real ffmpeg. */
import { ffmpegCommand } from "../kernel-lib/job/encoder.ts";

/** What ffmpeg says of a video's only stream. */
export interface StreamInfo {
  /** For example `h264 (Main) (avc1 / 0x31637661), yuv420p(tv, bt709, progressive), 640x360, …`. */
  text: string;
  frames: number;
  seconds: number;
}

/** The output of a successful run of ffmpeg. */
export async function runFfmpeg(args: string[]): Promise<{ stdout: Uint8Array; stderr: string }> {
  const { success, stdout, stderr } = await new Deno.Command(ffmpegCommand(), {
    args: ["-hide_banner", "-nostdin", ...args],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const words = new TextDecoder().decode(stderr);
  if (!success) throw new Error(`ffmpeg ${args.join(" ")} failed: ${words}`);
  return { stdout, stderr: words };
}

/** Decodes the whole video and counts its frames. */
export async function streamInfo(path: string): Promise<StreamInfo> {
  const { stdout, stderr } = await runFfmpeg([
    ...["-i", path, "-map", "0:v", "-f", "framehash", "-hash", "adler32", "pipe:1"],
  ]);
  const lines = new TextDecoder().decode(stdout).split("\n");
  const [hours, minutes, seconds] = /Duration: (\d+):(\d+):([\d.]+)/.exec(stderr)!.slice(1)
    .map(Number);
  return {
    text: /Stream #0:0.*?: Video: (.*)/.exec(stderr)![1],
    frames: lines.filter((line) => /^\d/.test(line)).length,
    seconds: 3600 * hours + 60 * minutes + seconds,
  };
}

/** Decodes all frames to RGB, 3 bytes a pixel, with the matrix that the file is tagged with. */
export async function readFrames(
  path: string,
  width: number,
  height: number,
): Promise<Uint8Array[]> {
  const { stdout } = await runFfmpeg([
    ...["-v", "error", "-i", path],
    ...["-vf", "scale=in_color_matrix=bt709:in_range=tv:flags=accurate_rnd+full_chroma_int"],
    ...["-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1"],
  ]);
  const size = width * height * 3;
  return Array.from(
    { length: stdout.length / size },
    (_, i) => stdout.subarray(i * size, (i + 1) * size),
  );
}
