/** What a video's ending means. */
import { extname } from "node:path";
import { isTranslucent } from "../spec/background.ts";
import type { EncoderName } from "./encoder.ts";
import type { ResolvedOptions } from "./options.ts";

/** The forms of a video: one file, or (`png`) a folder of numbered pictures. */
export type FormatName = "mp4" | "webm" | "gif" | "png";

const ENDINGS: Record<string, FormatName> = { ".mp4": "mp4", ".webm": "webm", ".gif": "gif" };

/** The encoder of each format; of MP4, the one that is always there. */
export const ENCODERS = {
  mp4: "x264",
  webm: "vp9",
  gif: "gif",
  png: "png",
} as const satisfies Record<
  FormatName,
  EncoderName
>;

/** Browsers show a GIF's frame for 0.1 s where it asks for less than 0.02 s. */
const MAX_GIF_FPS = 50;

/**
 * The format of a video by the ending of its path; a `/` at the end means pictures.
 *
 * @returns Undefined where no format has this ending.
 */
export function formatOf(output: string): FormatName | undefined {
  return /[\\/]$/.test(output) ? "png" : ENDINGS[extname(output).toLowerCase()];
}

/**
 * Checks that a format can do what the options ask for.
 *
 * @throws {TypeError} If it has no such encoder, or no transparency.
 * @throws {RangeError} If it has no such frame rate.
 */
export function checkFormat(
  format: FormatName,
  { background, encoder = "auto", fps = 30 }: Partial<
    Pick<ResolvedOptions, "background" | "encoder" | "fps">
  >,
): void {
  if (format === "mp4") {
    if (background === undefined || !isTranslucent(background)) return;
    throw new TypeError(
      `Cannot animate as 'background' must be opaque in a .mp4: current value is '${background}', ` +
        `which .webm, .gif and a folder of pictures can have`,
    );
  }
  if (encoder !== "auto") {
    throw new TypeError(
      `Cannot animate as 'encoder' must be "auto" where 'output' is not a .mp4: ` +
        `current value is "${encoder}"`,
    );
  }
  if (format === "gif" && fps > MAX_GIF_FPS) {
    throw new RangeError(
      `Cannot animate as 'fps' must be at most ${MAX_GIF_FPS} in a .gif: current value is ${fps}`,
    );
  }
}
