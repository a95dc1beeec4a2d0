/** What an output of a job holds: defined once, for the library and for whoever shows it. */

/** The MIME type of a job's output. */
export const MIME_TYPE = "application/vnd.vega-reel.job.v1+json";

/** The version of the model; a viewer refuses those that it does not know. */
export const MODEL_VERSION = 1;

/** How far a job is, or how it ended. */
export type JobState = "running" | "done" | "failed" | "cancelled";

/** A job as its output holds it: small, plain data. */
export interface JobModel {
  version: typeof MODEL_VERSION;
  /** The same in all updates of one job. */
  id: string;
  state: JobState;
  /** What a running job is doing; once it has ended, its state. */
  phase: string;
  /** Frames that are drawn. */
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
  /** The state of each segment, one letter each: waiting, rendering, done, failed. */
  segments: string;
  /** Path of the video, relative to the notebook; present when the job is done. */
  path?: string;
  fps?: number;
  /** Seconds of video. */
  duration?: number;
  /** Pixels; known once the layout is. */
  width?: number;
  height?: number;
  bytes?: number;
  codec?: string;
  /** Why the job failed, in its own words. */
  error?: string;
}
