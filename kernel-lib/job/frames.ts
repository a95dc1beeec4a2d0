/** The params of all frames, pulled once and only as far ahead as they are needed. */
import { describe } from "../render/describe.ts";
import { withColumns } from "../render/arrow.ts";
import { isPlainObject } from "../render/plain_object.ts";
import { pack } from "../render/pack.ts";
import { type FrameParams, type Names, readPatch } from "../render/patch.ts";
import type { SegmentTask } from "../render/task.ts";
import { segmentLength } from "./plan.ts";

/** What `animate` takes as its params. */
// Frames are of the user's own types.
// deno-lint-ignore no-explicit-any
export type Params<Each = any> = Iterable<Each> | AsyncIterable<Each> | number;

/** The most frames that a video may have. */
const MAX_FRAMES = 10_000_000;

/** The most frames of an iterable that does not say how many it has. */
export const MAX_PULLED = 100_000;

/** A source of frames, one after the other. */
export interface FrameSource {
  /** Number of frames; undefined when only the end will tell. */
  readonly frames: number | undefined;
  /** The next frame's params; undefined after the last one. */
  next(): Promise<FrameParams | undefined>;
  /** Tells the iterable that no more frames are wanted. */
  close(): void;
}

/**
 * Makes a source of frames of what the user gave.
 *
 * @param params One value for each frame, or the number of frames together with `update`.
 * @param names What a frame may give.
 * @param hasUpdate Whether each value goes through `update`, which may take anything.
 * @throws {TypeError} If `params` is neither.
 * @throws {RangeError} If there is no frame, or the number is not a positive integer.
 */
export function frameSource(params: unknown, names: Names, hasUpdate: boolean): FrameSource {
  if (typeof params === "number") return numbered(params, hasUpdate);
  const start = iteration(params);
  let iterator: AnyIterator | undefined;
  let ended = false;
  let index = 0;
  return {
    frames: Array.isArray(params) ? params.length : undefined,
    async next() {
      if (ended) return undefined;
      const { done, value: given } = await naming(index, async () => {
        iterator ??= start();
        return await iterator.next();
      });
      if (done) {
        ended = true;
        if (index > 0) return undefined;
        throw new RangeError(
          "Cannot animate as there must be at least one frame: 'params' gives none",
        );
      }
      const frame = index++;
      const value = withColumns(given);
      if (!hasUpdate) readPatch(value, names, frame);
      if (Array.isArray(params)) return { values: value, update: hasUpdate };
      // An iterable may change and give one and the same object again.
      const values = pack(value, `read the params of frame ${frame}`);
      return { values, update: hasUpdate, packed: true };
    },
    close() {
      // What an iterable does when it is left early cannot change how the job ends.
      if (!ended) Promise.try(() => iterator?.return?.()).catch(() => {});
    },
  };
}

/** The names that params give; none of those that are made one after the other. */
export function namesIn(params: unknown): Set<string> {
  const names = new Set<string>();
  for (const values of Array.isArray(params) ? params : []) {
    for (const name of isPlainObject(values) ? Object.keys(values) : []) names.add(name);
  }
  return names;
}

/**
 * Pulls the frames of the next segment.
 *
 * @param source Where the frames come from.
 * @param job Id of the job.
 * @param index Position of the segment in the video.
 * @param first Index of its first frame.
 * @param segmentFrames Overrides the segment's length.
 * @returns The task; undefined after the last frame.
 */
export async function nextTask(
  source: FrameSource,
  job: string,
  index: number,
  first: number,
  segmentFrames: number | undefined,
): Promise<SegmentTask | undefined> {
  const params: FrameParams[] = [];
  const length = segmentLength(first, segmentFrames);
  while (params.length < length) {
    const next = await source.next();
    if (next === undefined) break;
    params.push(next);
  }
  return params.length === 0 ? undefined : { job, index, first, frames: params.length, params };
}

/** A source that gives `first` and then what is left of `rest`. */
export function withFirst(first: FrameParams, rest: FrameSource): FrameSource {
  let given = false;
  return {
    frames: rest.frames,
    next() {
      if (given) return rest.next();
      given = true;
      return Promise.resolve(first);
    },
    close: () => rest.close(),
  };
}

/** The number of frames for which the last one is held. */
export function heldFrames({ hold = 0, fps }: { hold?: number; fps: number }): number {
  return Math.round(hold * fps);
}

/**
 * A source that gives the last frame of another one again and again.
 *
 * @param source The other one.
 * @param count How often the last frame is repeated.
 */
export function withHold(source: FrameSource, count: number): FrameSource {
  let last: FrameParams | undefined;
  let shown = 0;
  let held = 0;
  return {
    frames: source.frames === undefined ? undefined : source.frames + count,
    async next() {
      const next = await source.next();
      if (next === undefined) return held++ < count ? last : undefined;
      last = { ...next, shows: shown++ };
      return next;
    },
    close: () => source.close(),
  };
}

function numbered(frames: number, hasUpdate: boolean): FrameSource {
  if (!hasUpdate) {
    throw new TypeError(
      `Cannot animate as a number of frames goes together with the option 'update': ` +
        `'params' is ${frames}`,
    );
  }
  if (!Number.isInteger(frames) || frames < 1 || frames > MAX_FRAMES) {
    throw new RangeError(
      `Cannot animate as the number of frames must be an integer from 1 to ${MAX_FRAMES}: ` +
        `current value is ${frames}`,
    );
  }
  let index = 0;
  return {
    frames,
    next: () => Promise.resolve(index++ < frames ? { values: undefined, update: true } : undefined),
    close() {},
  };
}

type AnyIterator = Iterator<unknown> | AsyncIterator<unknown>;

/** Checks that the params can be iterated over; that begins with the function it returns. */
function iteration(params: unknown): () => AnyIterator {
  if (Array.isArray(params) && params.length === 0) {
    throw new RangeError("Cannot animate as there must be at least one frame: 'params' is empty");
  }
  if (typeof params === "object" && params !== null) {
    if (Symbol.asyncIterator in params) {
      return () => (params as AsyncIterable<unknown>)[Symbol.asyncIterator]();
    }
    if (Symbol.iterator in params) return () => (params as Iterable<unknown>)[Symbol.iterator]();
  }
  throw new TypeError(
    `Cannot animate as 'params' must be an array or another iterable with one object for each ` +
      `frame, or a number of frames together with 'update': current value is ${describe(params)}` +
      (params === undefined
        ? ". They may be left out only for a Vega-Lite spec with a 'time' encoding"
        : typeof params === "function"
        ? ". Call it if it is a generator; one that makes a frame is the option 'update'"
        : ""),
  );
}

/** Calls the user's code; what it throws is told with the frame's index. */
async function naming<T>(frame: number, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    throw new Error(
      `Cannot get the params of frame ${frame} as the iterable threw ${
        cause instanceof Error ? `${cause.name}: ${cause.message}` : describe(cause)
      }`,
      { cause },
    );
  }
}
