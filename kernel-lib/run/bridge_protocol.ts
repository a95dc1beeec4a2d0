/** The messages between the library, the bridge to other machines, and the process of a task. */
import type { LogLevel, RasterName, Stage } from "../render/task.ts";
import type { ErrorMessage } from "./protocol.ts";

/** What of a machine decides the bytes that it renders, by the name that people know it by. */
export type MachineParts = Record<string, string>;

/** A few frames that are encoded to learn what the encoder gives. */
export interface Trial {
  encoder: "nvenc" | "x264";
  /** Those of ffmpeg. */
  arguments: string[];
  width: number;
  height: number;
}

/** What a machine is asked about itself. */
export interface IdentifyQuestion {
  raster: RasterName;
  trial: Trial;
}

/** Asks a process what of its machine decides bytes; answered with `MachineParts` as JSON. */
export interface IdentifyRequest extends IdentifyQuestion {
  type: "identify";
  /** Path or name of ffmpeg. */
  ffmpeg: string;
}

/** Asks a process for a scan or a segment; the task follows as bytes that V8 has written. */
export interface TaskRequest {
  type: "scan" | "render";
  /** Hash of the job's description. */
  job: string;
  /** Where what tasks share lies, in files that are named after the hash of their content. */
  folder: string;
  ffmpeg: string;
}

/** What the process of a task is told, in one message. */
export type ProcessRequest = IdentifyRequest | TaskRequest;

/** What the process of a task tells. Its result follows as bytes. */
export type ProcessMessage =
  | { type: "activity"; stage: Stage; frame: number; done: number }
  | { type: "log"; frame: number; level: LogLevel; text: string }
  | { type: "result" }
  | { type: "error"; error: ErrorMessage };

/** Where the bridge's workers look for what they need, before they look for their own. */
export interface BridgeSetup {
  /** Path of Deno. */
  deno: string;
  /** Path of the program of a task. */
  entry: string;
  ffmpeg: string;
  /** Variables of the environment that decide bytes. */
  environment: Record<string, string>;
}

/** A hash and the number of bytes that it stands for. */
export type Need = [hash: string, bytes: number];

/** What the library sends to the bridge; a blob's and a task's bytes follow. */
export type BridgeRequest =
  | { type: "setup"; setup: BridgeSetup }
  | { type: "blob"; hash: string }
  | { type: "forget"; hashes: string[] }
  | { type: "check"; id: string; identify: IdentifyQuestion; parts: MachineParts }
  | {
    type: "task";
    id: string;
    /** One that is idle gives what it needs, for measuring what the way alone takes. */
    action: TaskRequest["type"] | "idle";
    /** What the engine's dashboard shows. */
    label: string;
    header: Pick<TaskRequest, "type" | "job"> | { type: "idle" };
    needs: Need[];
    /** The longest that a frame may take, in seconds. */
    timeout: number | undefined;
  }
  | { type: "cancel"; id: string };

/** Why a task gave no result. */
export interface Failure {
  type: "failure";
  id: string;
  /** The machine; null where the task was on none. */
  where: string | null;
  logs?: [frame: number, level: LogLevel, text: string][];
  /** What the task has thrown. */
  error?: ErrorMessage;
  /** Its process ended by itself: its exit code, negative where a signal ended it. */
  died?: number | null;
  /** A frame took longer than so many seconds. */
  timeout?: number;
  /** The worker died so many times. */
  lost?: number;
  words?: string;
  /** The frame that was under way, its stage, and the limit of the heap in MB. */
  frame?: number | null;
  stage?: Stage;
  heap?: number;
  /** Why the machine cannot render at all. */
  problem?: string;
  /** What of it is not as it must be. */
  mismatch?: MachineParts;
}

/** A task is done; its result follows. */
export interface Result {
  type: "result";
  id: string;
  where: string;
  logs: [frame: number, level: LogLevel, text: string][];
}

/** What the bridge sends to the library. */
export type BridgeMessage =
  | { type: "ready"; workers: number }
  | { type: "workers"; workers: number }
  | { type: "failed"; words: string }
  | { type: "checked"; id: string }
  | { type: "unfit"; where: string; parts?: MachineParts; problem?: string }
  | { type: "progress"; id: string; where: string; done: number }
  | { type: "delivered"; hash: string; size: number }
  | Result
  | Failure;
