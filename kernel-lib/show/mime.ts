/** What an output of a job holds: defined once, for the library and for whoever shows it. */
import { htmlOf } from "./html.ts";
import { describeJob, placeOf } from "./text.ts";

/** The MIME type of a job's output. */
export const MIME_TYPE = "application/vnd.vega-reel.job.v1+json";

/** The version of the model; a viewer refuses those that it does not know. */
export const MODEL_VERSION = 1;

/** How far a job is, or how it ended. */
export type JobState = "running" | "done" | "failed" | "cancelled";

/** How far a segment is; a reused one was rendered by an earlier job and kept. */
export type SegmentState = "waiting" | "rendering" | "done" | "reused" | "failed";

/** What a video is; `"png"` is a folder of numbered pictures. */
export type VideoFormat = "mp4" | "webm" | "gif" | "png";

/** A job as its output holds it: small, plain data. */
export interface JobModel {
  version: typeof MODEL_VERSION;
  /** The same in all updates of one job. */
  id: string;
  state: JobState;
  /** What a running job is doing; once it has ended, its state. */
  phase: string;
  /** When the job began, in milliseconds since 1970 by the kernel's clock. */
  started: number;
  /**
   * Frames that are drawn; while the phase is "scan", those that were looked at, and while it is
   * "join" and the format is encoded then, those that are written.
   */
  frames: number;
  /** Frames of the video; null while that is not known. */
  total: number | null;
  framesPerSecond: number;
  /** Seconds that the rest will take; null while that is not known. */
  secondsLeft: number | null;
  /** Seconds since the job began. */
  seconds: number;
  workers: number;
  encoder: string | null;
  raster: string | null;
  /** The state of each segment, as {@linkcode packSegments} writes them. */
  segments: string;
  /** The machines that render, each with its number of segments; absent where it is the kernel's. */
  where?: string;
  /** Segments that are kept, for another run of the cell; present when the job has ended. */
  kept?: number;
  /**
   * Path of the video, relative to the notebook's folder, with `/` between its parts; known once
   * the spec is compiled. Only a job that is done has a file there. Of a folder of pictures it is
   * the path of the first.
   */
  path?: string;
  fps?: number;
  /** Seconds of video. */
  duration?: number;
  /** Pixels; known once the layout is. */
  width?: number;
  height?: number;
  /** What the video is; absent in what was written before there was more than MP4. */
  format?: VideoFormat;
  /** Size of the file, or of all pictures. */
  bytes?: number;
  codec?: string;
  /** Why the job failed or was cancelled, in its own words. */
  error?: string;
}

/**
 * All that an output holds: the model, and what viewers show that do not know its MIME type. The
 * types are the same from the first update to the last, so that a viewer keeps its place.
 *
 * @param model The job.
 * @param embedded The video, or the first picture, as a `data:` URL, where it is put into the notebook.
 */
export function bundleOf(model: JobModel, embedded?: string): Record<string, unknown> {
  const words = describeJob(model);
  return {
    [MIME_TYPE]: model,
    "text/html": htmlOf(model, embedded),
    "text/plain": model.state === "done" ? `${placeOf(model)}: ${words}` : words,
  };
}

const LETTERS: Record<SegmentState, string> = {
  waiting: "w",
  rendering: "r",
  done: "d",
  reused: "k",
  failed: "f",
};

/** A number of segments, one after the other, that are equally far. */
export interface SegmentRun {
  state: SegmentState;
  count: number;
}

/**
 * Writes the states of segments as counts and letters: `2d1r5w` for two that are done, one that is
 * being rendered and five that wait. The letter of a reused one is `k`, for "kept".
 */
export function packSegments(states: Iterable<SegmentState>): string {
  let packed = "";
  let last: SegmentState | undefined;
  let count = 0;
  const end = () => packed += last === undefined ? "" : count + LETTERS[last];
  for (const state of states) {
    if (state !== last) {
      end();
      last = state;
      count = 0;
    }
    count++;
  }
  end();
  return packed;
}

/** Reads what {@linkcode packSegments} wrote; undefined if it is nothing of that kind. */
export function unpackSegments(packed: string): SegmentRun[] | undefined {
  if (!/^(?:\d{1,7}[wrdkf])*$/.test(packed)) return undefined;
  const states = Object.entries(LETTERS) as [SegmentState, string][];
  return [...packed.matchAll(/(\d+)(\w)/g)].map(([, count, letter]) => ({
    state: states.find(([, other]) => other === letter)![0],
    count: Number(count),
  }));
}

/**
 * The `comm_id` of the messages that carry the beginning of a video while the rest is being
 * rendered. They are sent as `comm_msg` without any comm: front ends ignore those.
 */
export const PREVIEW_COMM = "vega-reel-preview";

/**
 * The `data` of such a message. Its one buffer follows those of the messages before; all of them,
 * one after the other, are a fragmented MP4 file that grows.
 */
export interface PreviewContent {
  version: typeof MODEL_VERSION;
  /** The job's id. */
  id: string;
  /** Position of the message among the job's, from 0. */
  index: number;
  /** Frames of video that all buffers up to this one hold whole. */
  frames: number;
}
