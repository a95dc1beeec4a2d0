/** Chapter marks of an MP4 file. */
import ffmpeg from "fluent-ffmpeg";
import { argumentsOf } from "../job/encoder.ts";
import { feed } from "../job/feed.ts";

/** A mark in a video. */
export interface Chapter {
  title: string;
  /** Seconds from the beginning. */
  start: number;
}

/**
 * Copies an MP4 file and gives it chapters, in the two forms that players read.
 *
 * @param from The file without chapters.
 * @param to The path of the copy.
 * @param duration Seconds, of the whole.
 */
export async function addChapters(
  from: string,
  to: string,
  chapters: Chapter[],
  duration: number,
  signal: AbortSignal,
): Promise<void> {
  const command = ffmpeg(from)
    .inputOptions(["-hide_banner", "-loglevel error"])
    .input("pipe:0")
    .inputOptions(["-f ffmetadata"])
    .outputOptions(["-map 0", "-map_metadata 1", "-map_chapters 1", "-c copy"])
    // Without times and versions, equal parts give equal bytes.
    .outputOptions(["-fflags +bitexact", "-movflags +faststart", "-f mp4"])
    .output(to);
  const text = metadata(chapters, duration);
  await feed(argumentsOf(command), [new TextEncoder().encode(text)], signal);
}

/** ffmpeg's own form of chapters; https://ffmpeg.org/ffmpeg-formats.html#Metadata-2 */
function metadata(chapters: Chapter[], duration: number): string {
  const lines = [";FFMETADATA1"];
  for (const [i, { title, start }] of chapters.entries()) {
    const end = chapters[i + 1]?.start ?? duration;
    lines.push("[CHAPTER]", "TIMEBASE=1/1000");
    lines.push(`START=${Math.round(1000 * start)}`, `END=${Math.round(1000 * end)}`);
    lines.push(`title=${escape(title)}`);
  }
  return `${lines.join("\n")}\n`;
}

/** A title as ffmpeg reads it again. It takes a backslash at the end for one before the line's end. */
function escape(title: string): string {
  return title.replace(/\r\n?/g, "\n").replace(/[^\P{Cc}\n]/gu, " ")
    .replace(/[=;#\\\n]/g, "\\$&").replace(/\\$/, "\\ ");
}
