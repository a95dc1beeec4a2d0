import { resolve } from "node:path";
import process from "node:process";
import { ask, which } from "./command.mjs";
import { installPython, python } from "./python.mjs";
import { SetupError, step } from "./report.mjs";

/**
 * The ffmpeg that encodes the videos: the one that FFMPEG_PATH names, else the one on PATH if it
 * has x264.
 *
 * @throws {SetupError} If FFMPEG_PATH names one that does not run.
 */
export async function ffmpegOfMachine() {
  const named = process.env.FFMPEG_PATH;
  if (named) {
    if (await encoders(named) === undefined) {
      throw new SetupError(
        `Cannot encode videos as FFMPEG_PATH must name an ffmpeg that runs: it is ${named}`,
      );
    }
    return which(named) ?? resolve(named);
  }
  const onPath = which("ffmpeg");
  if (onPath && (await encoders(onPath))?.includes("libx264")) return onPath;
}

/** The ffmpeg embedded in PyPI's imageio-ffmpeg, in the Python environment. */
export async function embeddedFfmpeg() {
  const script = "import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())";
  const path = await ask(python, ["-c", script]);
  if (path) return path;
  await step("ffmpeg, since none with x264 is on PATH", () => installPython(["imageio-ffmpeg"]));
  const installed = await ask(python, ["-c", script]);
  if (installed && await encoders(installed)) return installed;
  throw new SetupError(
    "Cannot encode videos as no ffmpeg with x264 is on PATH and PyPI's imageio-ffmpeg has none " +
      "for this machine: install ffmpeg, or set FFMPEG_PATH to one",
  );
}

function encoders(ffmpeg) {
  return ask(ffmpeg, ["-hide_banner", "-encoders"]);
}
