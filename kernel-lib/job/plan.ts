/** A contiguous range of frames that one worker renders. */
export interface Segment {
  /** Position in the video, from 0. */
  index: number;
  /** Index of the first frame. */
  first: number;
  /** Number of frames. */
  frames: number;
}

/** Up to how many frames of a video which length of segment is used. */
const LENGTHS = [
  { until: 60, frames: 15 },
  { until: 480, frames: 30 },
  { until: 1920, frames: 60 },
  { until: Infinity, frames: 120 },
];

/**
 * The length of the segment that begins at a frame, before the video's end cuts it. It depends
 * on the frame's index alone, so that frames added at the end leave every earlier segment, and
 * its bytes, as they were.
 *
 * @param first Index of the segment's first frame.
 * @param segmentFrames Overrides the length. @default {undefined}
 */
export function segmentLength(first: number, segmentFrames?: number): number {
  return segmentFrames ?? LENGTHS.find(({ until }) => first < until)!.frames;
}

/**
 * Cuts a video into segments.
 *
 * @param frames Number of frames in the video, at least 1.
 * @param segmentFrames Length of every segment but the last; short ones first when absent.
 * @throws {RangeError} If `frames` is not a positive integer.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.deepEqual(planSegments(40).map((s) => s.frames), [15, 15, 10]);
 * ```
 */
export function planSegments(frames: number, segmentFrames?: number): Segment[] {
  if (!Number.isInteger(frames) || frames < 1) {
    throw new RangeError(
      `Cannot plan segments as 'frames' must be a positive integer: current value is ${frames}`,
    );
  }
  const segments: Segment[] = [];
  for (let first = 0; first < frames;) {
    const length = Math.min(segmentLength(first, segmentFrames), frames - first);
    segments.push({ index: segments.length, first, frames: length });
    first += length;
  }
  return segments;
}
