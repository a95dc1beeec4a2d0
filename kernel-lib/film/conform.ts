/** Encodes a video anew, so that it can be joined with others. */
import { color } from "d3-color";
import ffmpeg from "fluent-ffmpeg";
import {
  argumentsOf,
  COLOURS,
  encodeArguments,
  ffmpegCommand,
  type Format,
  outputOptions,
  runTrial,
} from "../job/encoder.ts";
import { feed } from "../job/feed.ts";
import { parseStream } from "../job/h264.ts";
import type { Clip } from "./clip.ts";

/** What all parts of a video are made to be. */
export type Shape = Required<Format>;

/** The parameter sets of what {@linkcode conform} gives. */
export async function conformedParameters(shape: Shape, signal: AbortSignal): Promise<string> {
  const { width, height } = shape;
  const frame = new Uint8Array(width * height * 3 / 2).fill(128);
  const args = encodeArguments("x264", shape);
  return parseStream(await runTrial(ffmpegCommand(), args, frame, signal)).parameters;
}

/**
 * Encodes a video to H.264. A picture that is smaller gets a margin on all sides, one that is larger
 * becomes smaller; what shows through shows the background.
 *
 * @param background CSS colour around and behind the picture.
 * @returns The stream, in Annex B form.
 * @throws {Error} If ffmpeg cannot read it.
 */
export async function conform(
  { file, input }: Clip,
  shape: Shape,
  background: string,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const { width, height, fps } = shape;
  const size = `w=min(iw\\,${width}):h=min(ih\\,${height}):force_original_aspect_ratio=decrease`;
  const colours = "out_color_matrix=bt709:out_range=tv";
  const command = ffmpeg(file)
    .inputOptions(["-hide_banner", "-loglevel error", "-nostdin", "-protocol_whitelist file"])
    .inputOptions(input)
    .noAudio()
    .complexFilter([
      `color=c=0x${
        color(background)!.formatHex().slice(1)
      }:s=${width}x${height}:r=${fps},format=rgb24,` +
      `scale=${colours},format=yuv420p[ground]`,
      `[0:v]fps=${fps},scale=${size}:${colours},format=yuva420p[picture]`,
      // Chroma has half the resolution, so that a margin is even.
      `[ground][picture]overlay=x=trunc((W-w)/4)*2:y=trunc((H-h)/4)*2:shortest=1,` +
      `setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709[out]`,
    ], "out")
    .outputOptions(outputOptions("x264", shape))
    .outputOptions(COLOURS)
    .outputOptions(["-pix_fmt yuv420p", "-g 250", "-f h264"])
    .output("pipe:1");
  return await feed(argumentsOf(command), [], signal);
}
