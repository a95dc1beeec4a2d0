/** The user's `update`, which makes a frame's patch in the worker. */
import { format } from "node:util";
import { describe } from "./describe.ts";
import { isPlainObject } from "./plain_object.ts";
import { frameRandom } from "./seed.ts";
import type { Job, LogLevel, UpdateCode } from "./task.ts";

/** What `update` is told about its frame. */
export interface Frame<Context = unknown> {
  /** The frame's index in the video, from 0. */
  index: number;
  /** The frame's time in the video, in seconds. */
  time: number;
  /** Number of frames of the video; undefined for an iterable of unknown length. */
  frames: number | undefined;
  /** Frames per second of the video. */
  fps: number;
  /** The option `context`, as it was sent to the worker. */
  context: Context;
  /** A random number in [0, 1), from the job's seed and the frame's index alone. */
  random(): number;
}

/** Makes a frame's patch of its params. */
export type Update<Params = unknown, Context = unknown> = (
  params: Params,
  frame: Frame<Context>,
) => Record<string, unknown> | Promise<Record<string, unknown>>;

/**
 * Makes the function of its source or module.
 *
 * @throws {Error} If the module cannot be imported, or its default export is not a function.
 */
export async function loadUpdate(code: UpdateCode): Promise<Update> {
  if ("source" in code) {
    // The user's own function, from the user's own program.
    return (0, eval)(`(${code.source})`) as Update;
  }
  let exported: { default?: unknown };
  try {
    exported = await import(code.module);
  } catch (cause) {
    throw new Error(`Cannot import 'update' from '${code.module}': ${(cause as Error).message}`, {
      cause,
    });
  }
  if (typeof exported.default === "function") return exported.default as Update;
  throw new TypeError(
    `Cannot use '${code.module}' as 'update' as its default export must be a function: it is ${
      describe(exported.default)
    }`,
  );
}

/**
 * Calls `update` for one frame.
 *
 * @param limited Calls it, for so long as it may take.
 * @param onFrames Called when it asks for the number of frames.
 * @throws {Error} If it throws, or does not return an object; the message names the frame.
 */
export async function callUpdate(
  update: Update,
  params: unknown,
  index: number,
  job: Job,
  limited: <Result>(call: () => Result) => Result,
  onFrames: () => void,
): Promise<Record<string, unknown>> {
  const { fps, frames, context, seed } = job;
  const frame = {
    index,
    time: index / fps,
    get frames() {
      onFrames();
      return frames;
    },
    fps,
    context,
    random: frameRandom(seed, index, 0),
  };
  let patch: unknown;
  try {
    patch = await limited(() => update(params, frame));
  } catch (cause) {
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : describe(cause);
    throw new Error(`Cannot render frame ${index} as 'update' threw ${reason}`, { cause });
  }
  if (isPlainObject(patch)) return patch;
  throw new TypeError(
    `Cannot render frame ${index} as 'update' must return an object: it returned ${
      describe(patch)
    }`,
  );
}

/** Sends what the worker's code writes to `console` to `onLog` instead. */
export function redirectConsole(onLog: (level: LogLevel, text: string) => void): void {
  for (const level of ["debug", "info", "log", "warn", "error"] as const) {
    console[level] = (...args: unknown[]) => onLog(level, format(...args));
  }
}
