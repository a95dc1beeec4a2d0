/** The encoder of segments that keep their frames as they are, for formats other than MP4. */
import ffmpeg from "fluent-ffmpeg";
import { PIXEL_ORDER } from "../render/raster.ts";
import type { Picture, RasterName } from "../render/task.ts";
import { argumentsOf, type ChosenEncoder, ffmpegCommand, runTrial } from "./encoder.ts";
import { ENCODERS, type FormatName } from "./format.ts";
import { gifArguments, paletteArguments } from "./gif.ts";
import { checkPictures } from "./pictures.ts";
import { webmArguments } from "./webm.ts";

/** The side of the frames of a trial. */
const TRIAL_SIDE = 64;

/** A format whose segments are lossless. */
export type LosslessFormat = Exclude<FormatName, "mp4">;

/**
 * The arguments with which ffmpeg turns raw pixels into PNG images. Charts are mostly flat, so
 * that the fastest way is a good one: half the time of zlib's default, a quarter more bytes.
 */
export function pictureArguments(
  { width, height, isTransparent }: Pick<Picture, "width" | "height" | "isTransparent">,
  raster: RasterName,
): string[] {
  const order = PIXEL_ORDER[raster];
  const command = ffmpeg("pipe:0")
    .inputOptions(["-hide_banner", "-loglevel error", "-f rawvideo"])
    .inputOptions([`-pix_fmt ${isTransparent ? order : order.replace("a", "0")}`])
    .inputOptions([`-video_size ${width}x${height}`, "-framerate 30"])
    .outputOptions(["-c:v png", "-compression_level 1", "-pred none", "-threads 1"])
    .outputOptions([`-pix_fmt ${isTransparent ? "rgba" : "rgb24"}`, "-f image2pipe"])
    .output("pipe:1");
  return argumentsOf(command);
}

/** Chooses the encoder of the segments of a format. */
export function losslessEncoder(
  format: LosslessFormat,
  picture: Picture,
  raster: RasterName,
): ChosenEncoder {
  return {
    name: ENCODERS[format],
    encoding: {
      kind: "pictures",
      ffmpeg: ffmpegCommand(),
      arguments: pictureArguments(picture, raster),
    },
    whyNotNvenc: undefined,
  };
}

/**
 * Tries all that ffmpeg has to do for a format with a few small frames.
 *
 * @throws {Error} If it cannot; the message holds what it printed.
 */
export async function tryFormat(format: LosslessFormat, signal: AbortSignal): Promise<void> {
  const command = ffmpegCommand();
  const side = { width: TRIAL_SIDE, height: TRIAL_SIDE };
  const frame = new Uint8Array(4 * TRIAL_SIDE ** 2).fill(128);
  try {
    const pictures = await runTrial(command, pictureArguments(side, "skia"), frame, signal);
    checkPictures(pictures, 0, 3);
    const shape = { fps: 30, isTransparent: false };
    if (format === "webm") {
      const settings = { ...shape, preset: "draft", crf: 30 } as const;
      await runTrial(command, [...webmArguments(settings), "pipe:1"], pictures, signal);
    } else if (format === "gif") {
      const palette = await runTrial(command, paletteArguments(shape), pictures, signal);
      await runTrial(command, [...gifArguments(shape, palette), "pipe:1"], pictures, signal);
    }
  } catch (cause) {
    signal.throwIfAborted();
    const what = format === "png" ? "a folder of pictures" : `a .${format}`;
    throw new Error(
      `Cannot animate as ffmpeg must be able to write ${what}: ${(cause as Error).message}`,
      { cause },
    );
  }
}
