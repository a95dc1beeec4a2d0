/** Writes the video of a job, from its finished segments, in whatever format. */
import type { Preset } from "./encoder.ts";
import { feed } from "./feed.ts";
import type { FormatName } from "./format.ts";
import { gifArguments, paletteArguments } from "./gif.ts";
import { type SegmentSource, type VideoFile, type VideoFormat, writeVideo } from "./join.ts";
import { checkFolder } from "./output.ts";
import { parsePictures, writePictures } from "./pictures.ts";
import { webmArguments } from "./webm.ts";
import { writeWhole } from "./whole.ts";

/** What the video will be. */
export interface VideoShape extends VideoFormat {
  preset: Preset;
  crf: number;
  isTransparent: boolean;
}

/**
 * Writes a video, whole or not at all.
 *
 * @param path Where it goes; what is there is replaced.
 * @param format Its format.
 * @param segments In order: H.264 for MP4, else PNG images.
 * @param shape What the video will be.
 * @param signal Gives up.
 * @param onWritten Told how many frames were encoded, in formats that are encoded here.
 * @throws {Error} If it cannot be written; nothing is left behind.
 */
export async function writeAs(
  path: string,
  format: FormatName,
  segments: SegmentSource[],
  shape: VideoShape,
  signal: AbortSignal,
  onWritten: (frames: number) => void,
): Promise<VideoFile> {
  if (format === "mp4") return await writeVideo(path, segments, shape, signal);
  // Picture by picture, so that it can be told how far it is.
  const read = function* () {
    for (const segment of segments) yield* parsePictures(segment.read()).images;
  };
  const write = async (temporary: string) => {
    if (format === "png") {
      await writePictures(temporary, read(), signal);
      // Something may have been put there meanwhile.
      checkFolder(path);
      return "png";
    }
    if (format === "gif") {
      const half = (frames: number) => onWritten(frames / 2);
      const palette = await feed(paletteArguments(shape), read(), signal, half);
      const both = (frames: number) => half(shape.frames + frames);
      await feed([...gifArguments(shape, palette), temporary], read(), signal, both);
      return "gif";
    }
    await feed([...webmArguments(shape), temporary], read(), signal, onWritten);
    return await codecOf(temporary);
  };
  const { written, bytes } = await writeWhole(path, write, signal);
  return { codec: written, bytes };
}

/** The codec of a file's video as RFC 6381 names it. */
async function codecOf(path: string): Promise<string> {
  const { ALL_FORMATS, FilePathSource, Input } = await import("mediabunny");
  using input = new Input({ formats: ALL_FORMATS, source: new FilePathSource(path) });
  const track = await input.getPrimaryVideoTrack();
  return await track?.getCodecParameterString() ?? "";
}
