/** VP9 in WebM, encoded when the frames of all segments are joined. */
import ffmpeg from "fluent-ffmpeg";
import { argumentsOf, COLOURS, type Preset } from "./encoder.ts";

/** Primaries and transfer that are only given as options would be lost. */
const TAGS = "setparams=color_primaries=bt709:color_trc=bt709";

/** How a WebM file is encoded. */
export interface WebmSettings {
  fps: number;
  preset: Preset;
  /** As x264 counts it, from 0 to 51. */
  crf: number;
  isTransparent: boolean;
}

/** libvpx's own measure of speed for each preset. */
const SPEED: Record<Preset, number> = { draft: 6, standard: 4, fine: 2 };

/**
 * The arguments with which ffmpeg encodes PNG images from its standard input; where the file goes
 * is to follow. libvpx gives the same bytes with any number of threads.
 */
export function webmArguments({ fps, preset, crf, isTransparent }: WebmSettings): string[] {
  const pixels = isTransparent ? "yuva420p" : "yuv420p";
  const command = ffmpeg("pipe:0")
    .inputOptions(["-hide_banner", "-loglevel error", "-f image2pipe", "-c:v png"])
    .inputOptions([`-framerate ${fps}`])
    .noAudio()
    .videoFilters(["scale=out_color_matrix=bt709:out_range=tv", `format=${pixels}`, TAGS])
    .outputOptions(["-c:v libvpx-vp9", "-b:v 0", `-crf ${Math.round(crf * 63 / 51)}`])
    .outputOptions([`-deadline ${preset === "draft" ? "realtime" : "good"}`])
    .outputOptions([`-cpu-used ${SPEED[preset]}`, "-g 250", "-tile-columns 2", "-threads 4"])
    // libvpx cannot hide frames where there is alpha.
    .outputOptions(isTransparent ? ["-auto-alt-ref 0"] : [])
    .outputOptions([...COLOURS, "-fflags +bitexact", "-flags:v +bitexact", "-f webm"]);
  return argumentsOf(command);
}
