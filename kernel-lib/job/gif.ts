/** GIF, made of the very pixels of the frames when all segments are joined. */
import { Buffer } from "node:buffer";
import ffmpeg from "fluent-ffmpeg";
import { argumentsOf } from "./encoder.ts";

/** What a GIF is made of. */
export interface GifSettings {
  fps: number;
  isTransparent: boolean;
}

/** Input options of PNG images, one after the other. */
function pictures({ fps }: GifSettings): string[] {
  return ["-hide_banner", "-loglevel error", "-f image2pipe", "-c:v png", `-framerate ${fps}`];
}

/**
 * The arguments with which ffmpeg finds the 256 colours of all frames, and writes them as 16 x 16
 * pixels to its standard output.
 */
export function paletteArguments(settings: GifSettings): string[] {
  const reserved = settings.isTransparent ? 1 : 0;
  const command = ffmpeg("pipe:0")
    .inputOptions(pictures(settings))
    .videoFilters(`palettegen=reserve_transparent=${reserved}:stats_mode=full`)
    .outputOptions(["-f rawvideo", "-pix_fmt bgra"])
    .output("pipe:1");
  return argumentsOf(command);
}

/**
 * The arguments with which ffmpeg writes a GIF that plays for ever; where it goes is to follow.
 * Each pixel has the nearest colour of the palette: dots that mix colours would flicker.
 *
 * @param palette What ffmpeg has found.
 */
export function gifArguments(
  settings: GifSettings,
  palette: Uint8Array<ArrayBuffer>,
): string[] {
  const data = Buffer.from(palette).toString("base64");
  const command = ffmpeg("pipe:0")
    .inputOptions(pictures(settings))
    .input(`data:application/octet-stream;base64,${data}`)
    .inputOptions(["-f rawvideo", "-pix_fmt bgra", "-video_size 16x16"])
    .complexFilter("[0:v][1:v]paletteuse=dither=none")
    .outputOptions(["-loop 0", "-fflags +bitexact", "-f gif"]);
  return argumentsOf(command);
}
