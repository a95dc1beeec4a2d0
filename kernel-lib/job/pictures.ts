/** Lossless frames: PNG images, one after the other, as segments of all formats but MP4 hold them. */
import { join } from "node:path";

/** The images of a segment. */
export interface Pictures {
  /** One PNG file each. */
  images: Uint8Array<ArrayBuffer>[];
  /** Size and kind of pixels, as text that can be compared. */
  parameters: string;
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Names of the files of a folder; the number is the frame's index. */
const NAME = /^frame-\d{6,}\.png$/;

/**
 * Splits bytes into PNG images.
 *
 * @throws {Error} If they are no images, or the last one is not whole.
 */
export function parsePictures(bytes: Uint8Array<ArrayBuffer>): Pictures {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const images: Uint8Array<ArrayBuffer>[] = [];
  const headers = new Set<string>();
  for (let begin = 0; begin < bytes.length;) {
    if (SIGNATURE.some((byte, i) => bytes[begin + i] !== byte)) {
      throw new Error(`Cannot read picture ${images.length} as it must be a PNG image`);
    }
    let at = begin + SIGNATURE.length;
    // A chunk is its length, its type, the data and a checksum; ISO/IEC 15948, 5.3.
    for (let type = ""; type !== "IEND";) {
      const length = at + 12 <= bytes.length ? view.getUint32(at) : Infinity;
      if (at + 12 + length > bytes.length) {
        throw new Error(`Cannot read picture ${images.length} as it must be whole`);
      }
      type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
      if (type === "IHDR") headers.add(bytes.subarray(at + 8, at + 8 + length).join(" "));
      at += 12 + length;
    }
    images.push(bytes.subarray(begin, at));
    begin = at;
  }
  return { images, parameters: [...headers].join(", ") };
}

/**
 * Checks the bytes of a segment.
 *
 * @param bytes PNG images, one after the other.
 * @param index The segment's index, for messages.
 * @param frames How many frames it must hold.
 * @returns What all segments of a video must share.
 * @throws {Error} If it holds another number of frames, or something else.
 */
export function checkPictures(
  bytes: Uint8Array<ArrayBuffer>,
  index: number,
  frames: number,
): string {
  let pictures: Pictures;
  try {
    pictures = parsePictures(bytes);
  } catch (cause) {
    throw new Error(
      `Cannot use segment ${index} as ffmpeg must give PNG images: ${(cause as Error).message}`,
      { cause },
    );
  }
  const { length } = pictures.images;
  if (length !== frames) {
    throw new Error(
      `Cannot use segment ${index} as it must hold ${frames} frames: it holds ${length}`,
    );
  }
  return pictures.parameters;
}

/** The file name of a frame. */
export function pictureName(frame: number): string {
  return `frame-${String(frame).padStart(6, "0")}.png`;
}

/** True for the name of a file that {@linkcode writePictures} may have written. */
export function isPictureName(name: string): boolean {
  return NAME.test(name);
}

/**
 * Writes the frames of a video as numbered files.
 *
 * @param folder Where they go; it is made.
 * @param images In order.
 * @param signal Gives up.
 */
export async function writePictures(
  folder: string,
  images: Iterable<Uint8Array<ArrayBuffer>>,
  signal: AbortSignal,
): Promise<void> {
  await Deno.mkdir(folder);
  let frame = 0;
  for (const image of images) {
    signal.throwIfAborted();
    await Deno.writeFile(join(folder, pictureName(frame++)), image, { createNew: true });
  }
}
