/** How much less time a render could take: every stage alone, on one thread, without waiting. */
import { encodeArguments } from "../kernel-lib/job/encoder.ts";
import { readOptions } from "../kernel-lib/job/options.ts";
import { planSegments } from "../kernel-lib/job/plan.ts";
import { prepare } from "../kernel-lib/job/prepare.ts";
import { settle } from "../kernel-lib/job/scan.ts";
import { loadRaster } from "../kernel-lib/render/raster.ts";
import { SegmentRenderer } from "../kernel-lib/render/segment.ts";
import type { Job } from "../kernel-lib/render/task.ts";
import type { ScanTask, SegmentTask } from "../kernel-lib/run/executor.ts";
import { ffmpeg, reel, runFfmpeg } from "./programs.ts";
import { sceneOf, SIZE } from "./scenes.ts";
import { run, spreadOf } from "./timing.ts";

/** The floor of one scene, and how near a render comes to it. */
export interface Floor {
  scene: string;
  frames: number;
  workers: number;
  /** Milliseconds a frame of each stage alone. */
  stages: Record<string, number>;
  /** Their sum, divided by the number of cores, in milliseconds a frame. */
  floor: number;
  /** What a render takes, from its first frame to its last, in milliseconds a frame. */
  measured: number;
  /** The floor divided by that. */
  efficiency: number;
}

/** Measures the stages of a scene alone, and a render of it. */
export async function measureFloor(
  scene: string,
  frames: number,
  workers: number,
  folder: string,
): Promise<Floor> {
  const drawn = await drawAlone(scene, frames);
  const encode = await encodeAlone(scene, frames, folder);
  const stages = { ...drawn, encode };
  const floor = Object.values(stages).reduce((sum, ms) => sum + ms, 0) / workers;
  const runs: number[] = [];
  for (let i = 0; i < 3; i++) {
    const output = `${folder}/floor.mp4`;
    const video = JSON.parse(await run(reel("floor", scene, frames, output, { workers })));
    runs.push(1000 * video.stats.seconds.render / frames);
  }
  const measured = spreadOf(runs).median;
  return { scene, frames, workers, stages, floor, measured, efficiency: floor / measured };
}

/** Milliseconds a frame from params to planes, in this thread, once everything is warm. */
async function drawAlone(name: string, frames: number): Promise<Record<string, number>> {
  const raster = await loadRaster("cairo");
  const { importVega } = await import("../kernel-lib/render/vega.ts");
  const vega = await importVega();
  const { spec, frames: make } = sceneOf(name);
  const params = make(frames);
  const options = readOptions({ ...SIZE, raster: "cairo" });
  const { signal } = new AbortController();
  const activity = {
    ...{ stage() {}, frame() {}, framesDone() {} },
    ...{ encoderStarts() {}, encoder() {} },
  };
  let renderer: SegmentRenderer | undefined;
  const executor = {
    workers: 1,
    async open(job: Job) {
      renderer?.close();
      renderer = await SegmentRenderer.open(vega, raster, structuredClone(job), activity);
    },
    scan: (task: ScanTask) => renderer!.scan(structuredClone(task)),
    render: (task: SegmentTask) => renderer!.render(structuredClone(task)),
    async close() {},
  };
  const events = { onFrames() {}, onScanned() {}, onLog() {} };
  const prepared = await prepare(spec, params, options, "cairo", signal);
  using settled = await settle(executor, prepared, options, events, signal);
  // A program that takes frames and encodes nothing.
  const encoding = { kind: "h264" as const, ffmpeg: "cat", arguments: [] };
  await executor.open({ ...settled.job, limits: undefined, encoding });
  const stages: Record<string, number[]> = {};
  for (const { index, first, frames: count } of planSegments(frames)) {
    const values = params.slice(first, first + count).map((values) => ({ values, update: false }));
    const task = { job: settled.job.id, index, first, frames: count, params: values };
    const { stats } = await executor.render(task);
    for (const stage of ["dataflow", "draw", "read", "convert"] as const) {
      (stages[stage] ??= []).push(stats.stages[stage] / count);
    }
  }
  renderer?.close();
  return Object.fromEntries(
    // The first segments are those in which code is compiled.
    Object.entries(stages).map(([stage, runs]) => [stage, spreadOf(runs).median]),
  );
}

/** Milliseconds a frame to encode all frames in one process, from a file in memory. */
async function encodeAlone(scene: string, frames: number, folder: string): Promise<number> {
  const lossless = `${folder}/lossless.mp4`;
  const raw = `${folder}/frames.yuv`;
  await run(reel("lossless", scene, frames, lossless, { crf: 0 }));
  await runFfmpeg([
    ...["-v", "error", "-y", "-i", lossless],
    ...["-pix_fmt", "yuv420p", "-f", "rawvideo", raw],
  ]);
  const args = encodeArguments("x264", { ...SIZE, fps: 30, crf: 21 })
    .map((arg) => arg === "pipe:0" || arg === "-" ? raw : arg);
  const runs: number[] = [];
  for (let i = 0; i < 3; i++) {
    const start = performance.now();
    const child = new Deno.Command(ffmpeg, { args, stdout: "null", stderr: "null" });
    const { success } = await child.output();
    if (!success) throw new Error("Cannot measure the encoder alone as it failed");
    runs.push((performance.now() - start) / frames);
  }
  await Deno.remove(raw);
  return spreadOf(runs).median;
}
