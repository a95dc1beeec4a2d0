/** Frames of a video and the times at which they are shown. */

/** How many frames a video has, and how many a second. */
export interface Timeline {
  frames: number;
  fps: number;
}

/** What is assumed of a video that says nothing of it, in frames a second. */
const FPS = 30;

/** The timeline of a video, from what is known of it. */
export function timelineOf({
  frames,
  fps,
  duration,
}: {
  frames: number;
  fps?: number;
  duration?: number;
}): Timeline {
  const rate = fps ?? (frames > 0 && duration ? frames / duration : FPS);
  const count = frames > 0 ? frames : Math.round((duration ?? 0) * rate);
  return { frames: Math.max(1, count), fps: rate };
}

/** The time in the middle of a frame: rounding on the way to the decoder cannot miss it. */
export function timeOf(frame: number, { fps }: Timeline): number {
  return (frame + 0.5) / fps;
}

/** The frame that begins at a time, as decoders give it. */
export function frameFrom(mediaTime: number, timeline: Timeline): number {
  return clamp(Math.round(mediaTime * timeline.fps), timeline);
}

/** The frame that is shown at a time. */
export function frameAt(time: number, timeline: Timeline): number {
  // Times are rounded to microseconds on their way.
  return clamp(Math.floor(time * timeline.fps + 1e-3), timeline);
}

/** The nearest frame that there is. */
export function clamp(frame: number, { frames }: Timeline): number {
  return Math.min(Math.max(frame, 0), frames - 1);
}
