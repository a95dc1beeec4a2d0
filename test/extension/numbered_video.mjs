/** Videos each of whose frames says by its colour which one it is. */
import { spawnSync } from "node:child_process";
import process from "node:process";

/**
 * Writes a video in which the grey of frame n is 8 + 8n.
 *
 * @param {string} path
 * @param {{ frames?: number, fps?: number, width?: number, height?: number, fragmented?: boolean }}
 *   options
 */
export function writeNumberedVideo(
  path,
  { frames = 30, fps = 30, width = 64, height = 36, fragmented = false } = {},
) {
  const input = Buffer.concat(
    Array.from({ length: frames }, (_, n) => Buffer.alloc(width * height * 3, 8 + 8 * n)),
  );
  const movflags = fragmented ? "frag_keyframe+empty_moov+default_base_moof" : "faststart";
  const { status, stderr } = spawnSync(
    process.env.FFMPEG_PATH ?? "ffmpeg",
    [
      ...["-v", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", `${width}x${height}`],
      ...["-r", String(fps), "-i", "-", "-c:v", "libx264", "-crf", "10", "-bf", "0", "-g", "15"],
      ...["-pix_fmt", "yuv420p", "-movflags", movflags, "-y", path],
    ],
    { input },
  );
  if (status !== 0) throw new Error(`ffmpeg: ${stderr}`);
}
