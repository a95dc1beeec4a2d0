/** Joins finished segments to an MP4 file, without encoding anything again. */
import { parseStream, type Stream } from "./h264.ts";
import { addFrames } from "./mux.ts";
import { writeWhole } from "./whole.ts";

/** A segment that is to be joined. */
export interface SegmentSource {
  /** Reads the bytes; they are not kept. */
  read(): Uint8Array<ArrayBuffer>;
  frames: number;
}

/** What the file will be. */
export interface VideoFormat {
  width: number;
  height: number;
  fps: number;
  /** Frames of the whole video. */
  frames: number;
}

/** What was written. */
export interface VideoFile {
  bytes: number;
  /** The codec as RFC 6381 names it. */
  codec: string;
}

/**
 * Checks the bytes of a segment.
 *
 * @param bytes Raw H.264.
 * @param index The segment's index, for messages.
 * @param frames How many frames it must hold.
 * @returns Its parameter sets, which all segments of a video must share.
 * @throws {Error} If it holds another number of frames, or cannot be decoded by itself.
 */
export function checkSegment(
  bytes: Uint8Array<ArrayBuffer>,
  index: number,
  frames: number,
): string {
  const { units, parameters } = parseSegment(bytes, index);
  if (units.length !== frames) {
    throw new Error(
      `Cannot use segment ${index} as it must hold ${frames} frames: it holds ${units.length}`,
    );
  }
  if (!units[0].key) {
    throw new Error(`Cannot use segment ${index} as it must begin with a key frame`);
  }
  return parameters;
}

/** True for an error that says that a segment is not what its encoder was to give. */
export function isUselessSegment(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("Cannot use segment ");
}

function parseSegment(bytes: Uint8Array<ArrayBuffer>, index: number): Stream {
  try {
    return parseStream(bytes);
  } catch (cause) {
    throw new Error(
      `Cannot use segment ${index} as ffmpeg must give H.264: ${(cause as Error).message}`,
      { cause },
    );
  }
}

/**
 * Writes an MP4 file: whole, or not at all. The index comes first, so that a player can begin at once; times of creation
 * are zero, so that equal frames give equal bytes.
 *
 * @param path Where the file goes; a file that is there is replaced.
 * @param segments In order.
 * @param format What the file will be.
 * @param signal Aborts the writing.
 * @throws {Error} If the file cannot be written; nothing is left behind.
 */
export async function writeVideo(
  path: string,
  segments: SegmentSource[],
  format: VideoFormat,
  signal: AbortSignal,
): Promise<VideoFile> {
  const write = (temporary: string) => writeFile(temporary, segments, format, signal);
  const { written, bytes } = await writeWhole(path, write, signal);
  return { codec: written, bytes };
}

/**
 * Writes an MP4 file to a path where there is none yet.
 *
 * @returns The codec as RFC 6381 names it.
 */
export async function writeFile(
  path: string,
  segments: SegmentSource[],
  { width, height, fps, frames }: VideoFormat,
  signal: AbortSignal,
): Promise<string> {
  const { EncodedVideoPacketSource, Mp4OutputFormat, Output, StreamTarget } = await import(
    "mediabunny"
  );
  using file = await Deno.open(path, { write: true, createNew: true });
  let moov: { bytes: Uint8Array; position: number } | undefined;
  const output = new Output({
    format: new Mp4OutputFormat({
      // The number of packets is known, so room for the index can be kept at the front.
      fastStart: "reserve",
      onMoov: (bytes, position) => moov = { bytes: withoutTimes(bytes), position },
    }),
    target: new StreamTarget(writableAt(file), { chunked: true }),
  });
  const source = new EncodedVideoPacketSource("avc");
  output.addVideoTrack(source, { frameRate: fps, maximumPacketCount: frames });
  await output.start();
  let first = 0;
  let codec: string | undefined;
  for (const segment of segments) {
    signal.throwIfAborted();
    const stream = parseStream(segment.read());
    codec ??= stream.codec;
    await addFrames(source, stream, first, { width, height, fps });
    first += stream.units.length;
  }
  await output.finalize();
  if (moov) await writeAll(file, moov.bytes, moov.position);
  return codec!;
}

function writableAt(file: Deno.FsFile): WritableStream<{ data: Uint8Array; position: number }> {
  return new WritableStream({
    write: ({ data, position }) => writeAll(file, data, position),
  });
}

async function writeAll(file: Deno.FsFile, data: Uint8Array, position: number): Promise<void> {
  await file.seek(position, Deno.SeekMode.Start);
  for (let written = 0; written < data.length;) {
    written += await file.write(data.subarray(written));
  }
}

/** The boxes on the way to the times; ISO/IEC 14496-12, 8.2 to 8.4. */
const CONTAINERS = ["moov", "trak", "mdia"];
const TIMED = ["mvhd", "tkhd", "mdhd"];

/** A copy of a movie box whose times of creation and modification are zero. */
function withoutTimes(moov: Uint8Array): Uint8Array {
  const copy = moov.slice();
  zeroTimes(copy, 0, copy.length);
  return copy;
}

function zeroTimes(bytes: Uint8Array, from: number, to: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (let at = from; at + 8 <= to;) {
    const size = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (CONTAINERS.includes(type)) zeroTimes(bytes, at + 8, at + size);
    // After size, type, version and flags: two times of 4 bytes, or of 8 in version 1.
    if (TIMED.includes(type)) bytes.fill(0, at + 12, at + 12 + (bytes[at + 8] === 1 ? 16 : 8));
    if (size < 8) return;
    at += size;
  }
}
