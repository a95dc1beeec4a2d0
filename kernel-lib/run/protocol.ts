/** The messages between the local pool and its workers. */
import type {
  Job,
  LogLevel,
  RasterName,
  ScanResult,
  ScanTask,
  SegmentResult,
  SegmentTask,
} from "../render/task.ts";

/** What a worker is given when it starts. */
export interface WorkerSetup {
  /** The canvas library to draw with. */
  raster: RasterName;
  /** Shared `Int32Array` that tells what the worker is doing; see `ACTIVITY`. */
  activity: SharedArrayBuffer;
}

/** The places of the shared array that a worker writes into while it works. */
export const ACTIVITY = {
  /** Frames of the segment under way that are done. */
  framesDone: 0,
  /** Index of the frame under way. */
  frame: 1,
  /** Index into `STAGES`. */
  stage: 2,
  /** Process id of the encoder, or 0. */
  encoder: 3,
  /** 1 while an encoder is being started, whose id is not known yet. */
  encoderStarts: 4,
  /** 1 once the worker is being ended, and must not start an encoder any more. */
  ending: 5,
  /** Number of places. */
  length: 6,
} as const;

/** Makes `job` the one that later requests belong to. */
export interface OpenRequest {
  type: "open";
  id: number;
  job: Job;
}

/** Asks for what some frames come to. */
export interface ScanRequest {
  type: "scan";
  id: number;
  task: ScanTask;
}

/** Asks for a segment. */
export interface RenderRequest {
  type: "render";
  id: number;
  task: SegmentTask;
}

/** Asks for a sign of life, and how the worker is. */
export interface PingRequest {
  type: "ping";
  id: number;
}

/** Ends the job, and asks what the worker still holds. */
export interface RestRequest {
  type: "rest";
  id: number;
}

/** What the pool sends to a worker. */
export type Request = OpenRequest | ScanRequest | RenderRequest | PingRequest | RestRequest;

/** What each request is answered with. */
export interface Answers {
  open: null;
  scan: ScanResult;
  render: SegmentResult;
  ping: Health;
  rest: Rest;
}

/** What a worker without a job holds. */
export interface Rest {
  /** Memory of its heap, and what it refers to outside, in bytes. */
  bytes: number;
}

/** How a worker is. */
export interface Health {
  /** True once its heap was full: the code that filled it was ended without an error. */
  ranOutOfMemory: boolean;
}

/** The worker has started. */
export interface ReadyMessage {
  type: "ready";
  /** Id of the worker's thread, where the system tells it. */
  thread: number | undefined;
}

/** The user's code wrote to the console. */
export interface LogMessage {
  type: "log";
  frame: number;
  level: LogLevel;
  text: string;
}

/** A request was answered. */
export type ReplyMessage =
  & { type: "reply"; id: number }
  & ({ success: true; data: Answers[keyof Answers] } | { success: false; error: ErrorMessage });

/** An error on its way between threads. */
export interface ErrorMessage {
  name: string;
  message: string;
  stack: string | undefined;
}

/** What a worker sends to the pool. */
export type WorkerMessage = ReadyMessage | LogMessage | ReplyMessage;
