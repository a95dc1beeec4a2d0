/** The contract between a job's life and whatever renders its segments. */
import type {
  Job,
  LogLevel,
  ScanResult,
  ScanTask,
  SegmentResult,
  SegmentTask,
} from "../render/task.ts";

export type { Job, LogLevel, ScanResult, ScanTask, SegmentResult, SegmentTask };

/** What an executor tells while segments are being rendered. */
export interface JobEvents {
  /**
   * `done` frames of segment `index` have been drawn so far; 0 when a worker begins it. `where` is
   * the machine, where it is not this one.
   */
  onFrames(index: number, done: number, where?: string): void;
  /** `done` frames of the scan's task whose first frame is `first` have been looked at so far. */
  onScanned(first: number, done: number): void;
  /** The user's code wrote `text` to the console while frame `frame` was computed. */
  onLog(frame: number, level: LogLevel, text: string): void;
}

/**
 * Renders the segments of one job at a time, in any order and on any machine. Whoever
 * makes an executor closes it.
 */
export interface Executor {
  /** How many segments are rendered at the same time. */
  readonly workers: number;

  /** Why not all is kept for other jobs, or used again; undefined where it is, or not meant to. */
  readonly notKept?: string;

  /**
   * Makes `job` the one that the following tasks belong to; it may be called again, with
   * the job's domains or layout settled or for another job, while no task is under way. A worker reads the
   * job before its first task, which rejects where the job cannot be read.
   *
   * @throws {Error} If a worker cannot start.
   */
  open(job: Job, events: JobEvents): Promise<void>;

  /** Runs frames without drawing them. Rejects with the signal's reason when aborted. */
  scan(task: ScanTask, signal: AbortSignal): Promise<ScanResult>;

  /**
   * Renders and encodes one segment. Rejects with the signal's reason when aborted, and with that
   * of `unbegun` when that is aborted before a worker has begun it.
   */
  render(task: SegmentTask, signal: AbortSignal, unbegun?: AbortSignal): Promise<SegmentResult>;

  /** Ends all work at once and frees everything; no task settles successfully afterwards. */
  close(): Promise<void>;
}
