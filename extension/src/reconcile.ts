/** Whether a job that an output calls running still runs, and what became of it if it does not. */
import type { JobModel } from "../../kernel-lib/show/mime.ts";

/** What is known of the kernel that would run the job. */
export type KernelState = "gone" | "idle" | "busy" | "unknown";

/**
 * How long a job can be silent in an idle kernel, in ms. A running one is heard every 2 s, also where
 * its cell does not wait for it.
 */
const IDLE_SILENCE = 5000;

/** When a silent job's video is looked for, and how often: another cell can keep it silent, in ms. */
export const LOOK_EVERY = 15_000;

/**
 * What to do about a job: "wait" for its next message; "look" whether its video is there, and else
 * wait; call it "over": its video is there, or it was interrupted.
 */
export type Step = "wait" | "look" | "over";

/**
 * Decides on the next step.
 *
 * @param kernel What is known of the kernel.
 * @param silence Milliseconds since the job was last heard, or could first have been.
 * @param due True if it is time to look for the video.
 */
export function nextStep(kernel: KernelState, silence: number, due: boolean): Step {
  if (kernel === "gone" || (kernel === "idle" && silence >= IDLE_SILENCE)) {
    return "over";
  }
  return due ? "look" : "wait";
}

/** A file on the server, as its contents API describes it. */
export interface VideoFile {
  /** Bytes. */
  size: number;
  /** When it was written, in milliseconds since 1970 by the server's clock. */
  modified: number;
}

/** True if the file is of this run of the job, not of an earlier one. */
export function isNewer(file: VideoFile, { started }: JobModel): boolean {
  return file.modified >= started;
}

/** The job as done, put together from its last message and the file. */
export function doneModel(job: JobModel, file: VideoFile): JobModel {
  const seconds = Math.max(0, file.modified - job.started) / 1000;
  const done: JobModel = {
    ...job,
    state: "done",
    phase: "done",
    secondsLeft: 0,
    seconds,
  };
  // Of pictures, the file is but the first.
  if (job.format !== "png") done.bytes = file.size;
  if (job.total === null) return done;
  done.frames = job.total;
  if (seconds > 0) {
    done.framesPerSecond = Math.round((job.total / seconds) * 1000) / 1000;
  }
  if (job.fps !== undefined) done.duration = job.total / job.fps;
  return done;
}

/**
 * The job as interrupted.
 *
 * @param error That it was, in words.
 */
export function interruptedModel(job: JobModel, error: string): JobModel {
  return {
    ...job,
    state: "cancelled",
    phase: "cancelled",
    secondsLeft: null,
    error,
  };
}
