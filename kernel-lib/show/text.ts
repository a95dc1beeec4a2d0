/** A job in words. */
import type { JobModel } from "./mime.ts";

const PHASES = new Map([
  ["compile", "Compiling"],
  ["scan", "Measuring the layout"],
  ["render", "Rendering"],
  ["join", "Writing the video"],
]);

/** How far a job is, or how it ended, in one line. */
export function describeJob(model: JobModel): string {
  if (model.state === "done") return describeVideo(model);
  if (model.state !== "running") return model.error ?? `The job ${model.state}`;
  const phase = PHASES.get(model.phase) ?? model.phase;
  if (model.frames === 0 && model.total === null) return phase;
  const parts = [
    model.total === null ? `${model.frames} frames` : `${model.frames} of ${model.total} frames`,
  ];
  if (model.framesPerSecond > 0) parts.push(`${rounded(model.framesPerSecond)} frames/s`);
  if (model.secondsLeft !== null) parts.push(`${rounded(model.secondsLeft)} s left`);
  return `${phase}: ${parts.join(", ")}`;
}

const ENCODERS = new Map([
  ["x264", "H.264 by x264"],
  ["nvenc", "H.264 by NVENC"],
  ["vp9", "VP9"],
  ["gif", "GIF"],
  ["png", "PNG images"],
]);

/** Where a video is: its file, or the folder of its pictures with a `/` at the end. */
export function placeOf({ path = "", format }: Pick<JobModel, "path" | "format">): string {
  return format === "png" ? path.slice(0, path.lastIndexOf("/") + 1) : path;
}

function describeVideo(model: JobModel): string {
  const { frames, duration, width, height, encoder, seconds, workers, bytes } = model;
  return [
    `${frames} frames`,
    `${(duration ?? 0).toFixed(1)} s`,
    `${width}x${height}`,
    ENCODERS.get(encoder ?? "") ?? encoder,
    `rendered in ${seconds.toFixed(1)} s on ${workers} worker${workers === 1 ? "" : "s"}`,
    byteSize(bytes ?? 0),
  ].join(", ");
}

/** A number of bytes as people read it: `34 kB`. */
export function byteSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  if (bytes < 999_500) return `${Math.round(bytes / 1000)} kB`;
  if (bytes < 999_950_000) return `${(bytes / 1e6).toFixed(1)} MB`;
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

function rounded(value: number): string {
  return value < 10 ? value.toFixed(1) : String(Math.round(value));
}
