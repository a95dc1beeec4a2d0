/** Hands encoded frames to a muxer. */
import type { EncodedVideoPacketSource } from "mediabunny";
import type { Stream } from "./h264.ts";

/** What a player has to know of a video. */
export interface TrackFormat {
  width: number;
  height: number;
  fps: number;
}

/**
 * Adds the frames of one segment to a track.
 *
 * @param source The track.
 * @param stream The segment.
 * @param first Index of its first frame in the video.
 * @param format What the video is.
 */
export async function addFrames(
  source: EncodedVideoPacketSource,
  stream: Stream,
  first: number,
  { width, height, fps }: TrackFormat,
): Promise<void> {
  const { EncodedPacket } = await import("mediabunny");
  const decoderConfig = {
    codec: stream.codec,
    codedWidth: width,
    codedHeight: height,
    colorSpace: {
      primaries: "bt709",
      transfer: "bt709",
      matrix: "bt709",
      fullRange: false,
    },
  } as const;
  for (const [index, { data, key }] of stream.units.entries()) {
    const time = (first + index) / fps;
    const packet = new EncodedPacket(data, key ? "key" : "delta", time, 1 / fps);
    await source.add(packet, { decoderConfig });
  }
}
