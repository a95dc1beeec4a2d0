/** What is in a video file: its shape, and its H.264 as encoders write it. */
import type { EncodedPacket, InputVideoTrack } from "mediabunny";
import { parseStream } from "../job/h264.ts";
import type { Clip } from "./clip.ts";
import { isEven, rateOf } from "./rate.ts";

/** H.264 that can be joined with other H.264. */
export interface H264Track {
  /** Parameter sets, as text; those of all parts of a video must be equal. */
  parameters: string;
  frames: number;
  /** Reads the stream, in Annex B form. */
  read(): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * Reads an MP4, QuickTime, WebM or Matroska file.
 *
 * @returns Undefined where it is none of these, or has no picture.
 */
export async function readVideoFile(
  path: string,
): Promise<Omit<Clip, "path" | "file"> | undefined> {
  const { FilePathSource, Input, MATROSKA, MP4, QTFF, WEBM } = await import("mediabunny");
  const formats = [MP4, QTFF, WEBM, MATROSKA];
  using input = new Input({ formats, source: new FilePathSource(path) });
  if (!await input.canRead()) return undefined;
  const track = await input.getPrimaryVideoTrack();
  if (!track) return undefined;
  const isMatroska = [WEBM, MATROSKA].includes(await input.getFormat());
  const times = await timesOf(track);
  const fps = rateOf(times);
  const rotation = await track.getRotation();
  const isPlain = rotation === 0 && (fps === undefined ? times.length === 1 : isEven(times, fps));
  const [width, height] = [await track.getCodedWidth(), await track.getCodedHeight()];
  return {
    format: isMatroska ? "webm" : "mp4",
    input: [isMatroska ? "-f matroska" : "-f mov"],
    // What is rotated is turned by ffmpeg when it is decoded.
    width: rotation % 180 === 0 ? width : height,
    height: rotation % 180 === 0 ? height : width,
    fps,
    track: isPlain && !isMatroska ? await h264Of(track, path) : undefined,
  };
}

async function timesOf(track: InputVideoTrack): Promise<number[]> {
  const times: number[] = [];
  for await (const { timestamp } of packetsOf(track, true)) times.push(timestamp);
  return times;
}

async function* packetsOf(
  track: InputVideoTrack,
  metadataOnly = false,
): AsyncGenerator<EncodedPacket> {
  const { EncodedPacketSink } = await import("mediabunny");
  yield* new EncodedPacketSink(track).packets(undefined, undefined, { metadataOnly });
}

async function h264Of(track: InputVideoTrack, path: string): Promise<H264Track | undefined> {
  const config = await track.getDecoderConfig();
  if (await track.getCodec() !== "avc") return undefined;
  const description = config?.description && bytesOf(config.description);
  const bytes = await annexB(track, description);
  const { parameters, units } = parseStream(bytes);
  if (!units[0]?.key) return undefined;
  return {
    parameters,
    frames: units.length,
    read: async () => {
      const { FilePathSource, Input, MP4, QTFF } = await import("mediabunny");
      using input = new Input({ formats: [MP4, QTFF], source: new FilePathSource(path) });
      return await annexB((await input.getPrimaryVideoTrack())!, description);
    },
  };
}

function bytesOf(data: AllowSharedBufferSource): Uint8Array {
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}

const START_CODE = new Uint8Array([0, 0, 0, 1]);

/**
 * The stream as encoders write it: parameter sets first, and a start code before each unit instead
 * of its length.
 *
 * @param description The decoder's configuration; ISO/IEC 14496-15, 5.3.3.1. Without it the stream
 * has its start codes already.
 */
async function annexB(
  track: InputVideoTrack,
  description: Uint8Array | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  const add = (unit: Uint8Array) => void parts.push(START_CODE, unit);
  if (description) parameterSets(description).forEach(add);
  const lengthSize = description ? (description[4] & 3) + 1 : 0;
  for await (const { data } of packetsOf(track)) {
    if (lengthSize === 0) parts.push(data);
    else split(data, lengthSize).forEach(add);
  }
  return new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
}

function parameterSets(description: Uint8Array): Uint8Array[] {
  const sets: Uint8Array[] = [];
  let at = 5;
  // First those of sequences, counted in five bits, then those of pictures.
  for (const mask of [31, 255]) {
    const count = description[at++] & mask;
    for (let i = 0; i < count; i++) {
      const length = description[at] << 8 | description[at + 1];
      sets.push(description.subarray(at + 2, at + 2 + length));
      at += 2 + length;
    }
  }
  return sets;
}

function split(data: Uint8Array, lengthSize: number): Uint8Array[] {
  const units: Uint8Array[] = [];
  for (let at = 0; at + lengthSize <= data.length;) {
    let length = 0;
    for (let i = 0; i < lengthSize; i++) length = length * 256 + data[at++];
    units.push(data.subarray(at, at + length));
    at += length;
  }
  return units;
}
