/** A finished video that is to become a part of another one. */
import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import type { FormatName } from "../job/format.ts";
import { isPictureName, pictureName } from "../job/pictures.ts";
import { exactRate } from "./rate.ts";
import { type H264Track, readVideoFile } from "./track.ts";

/** What is known of a video before it is read whole. */
export interface Clip {
  /** The file, or the folder of pictures. */
  path: string;
  /** What ffmpeg reads: the file, or the pattern of the pictures' names. */
  file: string;
  /** The form of the file; pictures are a folder of them. */
  format: FormatName;
  /** The options with which ffmpeg reads it as what it is, and as nothing else. */
  input: string[];
  width: number;
  height: number;
  /** Frames per second; undefined where nothing says one number. */
  fps: number | undefined;
  /** Its H.264, where it can be joined with other videos as it is. */
  track: H264Track | undefined;
}

/**
 * Looks at a video.
 *
 * @param path Its file, or a folder of pictures as `animate` writes them.
 * @param fps What is known of its frames per second. A file that says another rate is believed.
 * @param pictureFps Frames per second of pictures of which nothing is known. @default {30}
 * @throws {Error} If it is not there, or no video of a known kind.
 */
export async function openClip(path: string, fps?: number, pictureFps = 30): Promise<Clip> {
  if (!existsSync(path)) throw new Error(`'${path}' does not exist`);
  if (statSync(path).isDirectory()) return openPictures(path, fps ?? pictureFps);
  const bytes = head(path);
  if (/^GIF8[79]a/.test(new TextDecoder("latin1").decode(bytes))) {
    const view = new DataView(bytes.buffer);
    return {
      ...{ path, file: path, format: "gif", fps, track: undefined },
      input: ["-f gif"],
      width: view.getUint16(6, true),
      height: view.getUint16(8, true),
    };
  }
  const video = await readVideoFile(path);
  if (!video) {
    throw new Error(`'${path}' is no MP4, WebM or GIF with a picture that can be read`);
  }
  return { ...video, path, file: path, fps: exactRate(video.fps, fps) };
}

function openPictures(path: string, fps: number): Clip {
  if (!readdirSync(path).every(isPictureName) || !existsSync(join(path, pictureName(0)))) {
    throw new Error(`'${path}' is no folder of pictures of a video`);
  }
  // The first chunk of a PNG file begins with width and height.
  const view = new DataView(head(join(path, pictureName(0))).buffer);
  return {
    path,
    file: join(path.replaceAll("%", "%%"), "frame-%06d.png"),
    ...{ format: "png", fps, track: undefined },
    input: ["-f image2", "-c:v png", `-framerate ${fps}`, "-start_number 0"],
    width: view.getUint32(16),
    height: view.getUint32(20),
  };
}

/** The first bytes of a file. */
function head(path: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(32);
  const file = openSync(path, "r");
  try {
    readSync(file, bytes);
  } finally {
    closeSync(file);
  }
  return bytes;
}
