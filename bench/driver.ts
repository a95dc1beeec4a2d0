/** The limit of the driver: everything but the render, which is there at once. */
import { ProgressMeter } from "../kernel-lib/job/progress.ts";
import { readOptions } from "../kernel-lib/job/options.ts";
import { runJob } from "../kernel-lib/job/job.ts";
import { newWork } from "../kernel-lib/render/task.ts";
import { encodeArguments } from "../kernel-lib/job/encoder.ts";
import type { Executor, ScanTask, SegmentTask } from "../kernel-lib/run/executor.ts";
import { LocalPool } from "../kernel-lib/run/pool.ts";
import { ffmpeg } from "./programs.ts";

/** What the driver got through. */
export interface DriverLimit {
  frames: number;
  /** Kilobytes of params a frame, and of video. */
  paramsKb: number;
  videoKb: number;
  framesPerSecond: number;
  /** Megabytes a second of params and video together. */
  megabytesPerSecond: number;
  /** Resident memory at the end, in megabytes. */
  residentMb: number;
}

const SPEC = {
  data: { name: "points" },
  mark: "line",
  ...{ width: 600, height: 300, autosize: "none", padding: 20 },
  encoding: {
    x: { field: "x", type: "quantitative", scale: { domain: [0, 1] } },
    y: { field: "y", type: "quantitative", scale: { domain: [0, 1] } },
  },
};

/** Drives a job of many frames whose segments are finished beforehand. */
export async function measureDriver(
  frames: number,
  points: number,
  folder: string,
): Promise<DriverLimit> {
  const segments = new Map<number, Uint8Array<ArrayBuffer>>();
  const videoOf = async (count: number) => {
    const known = segments.get(count) ?? await encodeGrey(count);
    segments.set(count, known);
    return known;
  };
  for (const count of [15, 30, 60, 120]) await videoOf(count);
  const pool = new LocalPool(1, "cairo");
  const stages = { update: 0, dataflow: 0, draw: 0, read: 0, convert: 0, encode: 0 };
  let videoBytes = 0;
  const executor: Executor = {
    workers: 64,
    open: (job, events) => pool.open(job, events),
    scan: (task: ScanTask, signal) => pool.scan(task, signal),
    async render({ index, frames, params }: SegmentTask) {
      // As it would be sent to a thread.
      structuredClone(params);
      const bytes = (await videoOf(frames)).slice();
      videoBytes += bytes.length;
      const patching = { inPlace: frames, newView: 0 };
      const frameTimes = Array<number>(frames).fill(1);
      const stats = { stages, work: newWork(), patching, checked: 0, frameTimes };
      return { index, frames, bytes, stats };
    },
    close: () => pool.close(),
  };
  const row = Array.from({ length: points }, (_, i) => i / points);
  const params = Array.from({ length: frames }, (_, f) => ({
    points: { x: Float64Array.from(row), y: Float64Array.from(row, (x) => (x + f / frames) % 1) },
  }));
  const options = readOptions({ output: `${folder}/driver.mp4`, show: false, encoder: "x264" });
  const start = performance.now();
  const meter = new ProgressMeter(() => {});
  const video = await runJob(SPEC, params, {
    options,
    meter,
    signal: new AbortController().signal,
    createExecutor: () => executor,
    onChosen() {},
    onLog() {},
  });
  meter.close();
  const seconds = (performance.now() - start) / 1000;
  const paramsBytes = frames * points * 16;
  return {
    frames,
    paramsKb: paramsBytes / frames / 1000,
    videoKb: videoBytes / frames / 1000,
    framesPerSecond: video.frames / seconds,
    megabytesPerSecond: (paramsBytes + videoBytes) / 1e6 / seconds,
    residentMb: Deno.memoryUsage().rss / 2 ** 20,
  };
}

/** A segment of noise, as the planned size of the spec above has it. */
async function encodeGrey(frames: number): Promise<Uint8Array<ArrayBuffer>> {
  const args = encodeArguments("x264", { width: 640, height: 340, fps: 30, crf: 21 });
  const child = new Deno.Command(ffmpeg, { args, stdin: "piped", stdout: "piped" }).spawn();
  const writer = child.stdin.getWriter();
  const frame = new Uint8Array(640 * 340 * 3 / 2);
  const written = (async () => {
    for (let i = 0; i < frames; i++) {
      for (let at = 0; at < 640 * 340; at++) frame[at] = 64 + ((at * (i + 7)) % 97) / 3;
      frame.fill(128, 640 * 340);
      await writer.write(frame.slice());
    }
    await writer.close();
  })();
  const { stdout } = await child.output();
  await written;
  return stdout as Uint8Array<ArrayBuffer>;
}
