/** What a notebook says of a job, checked: it can come from a stranger. */
import {
  type JobModel,
  type JobState,
  MODEL_VERSION,
  unpackSegments,
  type VideoFormat,
} from "../../kernel-lib/show/mime.ts";

/** A model that can be shown, or why it cannot. */
export type Reading = { kind: "job"; job: JobModel } | { kind: "newer"; version: number } | {
  kind: "broken";
};

/** The longest text that is taken over, in characters. */
const MAX_TEXT = 20_000;

/** The most frames of a job, and the largest other number. */
const MAX_NUMBER = 1e15;

const FORMATS: VideoFormat[] = ["mp4", "webm", "gif", "png"];

const STATES: JobState[] = ["running", "done", "failed", "cancelled"];

/**
 * Reads what an output holds under the MIME type. Fields that are optional and are not what they
 * must be are left out; unknown ones are ignored.
 */
export function readModel(data: unknown): Reading {
  if (!isObject(data)) return { kind: "broken" };
  if (Number.isInteger(data.version) && (data.version as number) > MODEL_VERSION) {
    return { kind: "newer", version: data.version as number };
  }
  const { version, id, state } = data;
  if (version !== MODEL_VERSION || !isText(id) || id === "") {
    return { kind: "broken" };
  }
  if (!STATES.includes(state as JobState)) return { kind: "broken" };
  const packed = isText(data.segments) && unpackSegments(data.segments) ? data.segments : "";
  const job: JobModel = {
    version,
    id,
    state: state as JobState,
    phase: text(data.phase) ?? "",
    started: count(data.started) ?? 0,
    frames: count(data.frames) ?? 0,
    total: count(data.total) ?? null,
    framesPerSecond: number(data.framesPerSecond) ?? 0,
    secondsLeft: number(data.secondsLeft) ?? null,
    seconds: number(data.seconds) ?? 0,
    workers: count(data.workers) ?? 0,
    encoder: text(data.encoder) ?? null,
    raster: text(data.raster) ?? null,
    segments: packed,
  };
  for (const name of ["kept", "width", "height", "bytes"] as const) {
    const value = count(data[name]);
    if (value !== undefined) job[name] = value;
  }
  for (const name of ["fps", "duration"] as const) {
    const value = number(data[name]);
    if (value !== undefined && value > 0) job[name] = value;
  }
  for (const name of ["path", "codec", "error", "where"] as const) {
    const value = text(data[name]);
    if (value !== undefined) job[name] = value;
  }
  const format = FORMATS.find((name) => name === data.format);
  if (format !== undefined) job.format = format;
  return { kind: "job", job };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.length <= MAX_TEXT;
}

function text(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  return value.length <= MAX_TEXT ? value : `${value.slice(0, MAX_TEXT)}…`;
}

function number(value: unknown): number | undefined {
  const usable = typeof value === "number" && value >= 0 && value <= MAX_NUMBER;
  // Not -0, which is written with its sign.
  return usable ? Math.abs(value) : undefined;
}

function count(value: unknown): number | undefined {
  return Number.isInteger(value) ? number(value) : undefined;
}
