import { type JobModel, MODEL_VERSION } from "../../kernel-lib/show/mime.ts";

/** A job in mid-render, as its output holds it. */
export function model(fields: Partial<JobModel> = {}): JobModel {
  return {
    version: MODEL_VERSION,
    id: "job",
    state: "running",
    phase: "render",
    started: Date.UTC(2026, 0, 1),
    frames: 64,
    total: 150,
    framesPerSecond: 12.8,
    secondsLeft: 6.719,
    seconds: 5.2,
    workers: 2,
    encoder: "x264",
    raster: "cairo",
    segments: "4d2r4w",
    path: "videos/wave.mp4",
    fps: 30,
    width: 640,
    height: 360,
    ...fields,
  };
}
