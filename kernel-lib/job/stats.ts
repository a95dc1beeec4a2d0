/** What a finished job tells about how it went. */
import {
  newWork,
  type RasterName,
  type SegmentStats,
  type StageTimes,
  type Work,
} from "../render/task.ts";
import type { EncoderName } from "./encoder.ts";

/** How a job went. */
export interface Stats {
  /** Seconds of each phase, and of the whole. */
  seconds: { start: number; scan: number; render: number; join: number; total: number };
  /** Milliseconds a frame by stage, the mean over all frames that were rendered. */
  stages: StageTimes;
  /** What was done for all frames together. */
  work: Work;
  /** Frames divided by the seconds of the whole. */
  framesPerSecond: number;
  workers: number;
  /** Segments by the machine that rendered them; absent where that was this one. */
  machines?: Record<string, number>;
  /** A reused segment was rendered by an earlier job and kept. */
  segments: { total: number; rendered: number; reused: number };
  /** Why segments were not kept, or could not be reused; undefined where all were, or were not meant to be. */
  cache: string | undefined;
  /** Frames patched in place, and frames drawn by a new view. */
  patching: { inPlace: number; newView: number };
  /** Frames that the option `check` had drawn again. */
  checked: number;
  /** The frames that took longest, slowest first. */
  slowestFrames: { frame: number; ms: number }[];
  encoder: EncoderName;
  /** Why NVENC was not used. */
  nvenc: string | undefined;
  raster: RasterName;
}

/** How many of the slowest frames are listed. */
const SLOWEST = 5;

type TimedPhase = "start" | "scan" | "render" | "join";

/** Adds up what the segments tell. */
export class StatsMeter {
  readonly #start = performance.now();
  readonly #begins: Partial<Record<TimedPhase, number>> = {};
  readonly #stages: StageTimes = {
    update: 0,
    dataflow: 0,
    draw: 0,
    read: 0,
    convert: 0,
    encode: 0,
  };
  readonly #work = newWork();
  readonly #patching = { inPlace: 0, newView: 0 };
  #checked = 0;
  #frames = 0;
  #reused = 0;
  #machines: Record<string, number> | undefined;
  #slowest: { frame: number; ms: number }[] = [];

  begin(phase: TimedPhase): void {
    this.#begins[phase] ??= performance.now();
  }

  /** Forgets which segments were reused: all are rendered again, and what that takes is added. */
  again(): void {
    this.#reused = 0;
  }

  /** Adds milliseconds that `update` took before the segments were rendered. */
  addUpdate(ms: number): void {
    this.#stages.update += ms;
  }

  /** Adds a segment whose first frame is `first`, rendered by the machine `where`. */
  add(
    { stages, work, patching, checked, frameTimes }: SegmentStats,
    first: number,
    reused: boolean,
    where?: string,
  ): void {
    if (reused) this.#reused++;
    if (where !== undefined) {
      this.#machines ??= {};
      this.#machines[where] = (this.#machines[where] ?? 0) + 1;
    }
    for (const stage of Object.keys(stages) as (keyof StageTimes)[]) {
      this.#stages[stage] += stages[stage];
    }
    for (const name of Object.keys(work) as (keyof Work)[]) this.#work[name] += work[name];
    this.#patching.inPlace += patching.inPlace;
    this.#patching.newView += patching.newView;
    this.#checked += checked;
    this.#frames += frameTimes.length;
    const timed = frameTimes.map((ms, i) => ({ frame: first + i, ms }));
    this.#slowest = [...this.#slowest, ...timed].sort((a, b) => b.ms - a.ms).slice(0, SLOWEST);
  }

  finish(
    { frames, segments, ...rest }:
      & Pick<Stats, "workers" | "cache" | "encoder" | "nvenc" | "raster">
      & { frames: number; segments: number },
  ): Stats {
    const end = performance.now();
    const { scan = end, render = end, join = end } = this.#begins;
    const seconds = (from: number, to: number) => (to - from) / 1000;
    const total = seconds(this.#start, end);
    const rendered = Math.max(1, this.#frames);
    const means = Object.entries(this.#stages).map(([stage, ms]) => [stage, ms / rendered]);
    return {
      ...rest,
      seconds: {
        start: seconds(this.#start, scan),
        scan: seconds(scan, render),
        render: seconds(render, join),
        join: seconds(join, end),
        total,
      },
      stages: Object.fromEntries(means) as unknown as StageTimes,
      work: this.#work,
      framesPerSecond: frames / total,
      ...(this.#machines ? { machines: this.#machines } : {}),
      segments: { total: segments, rendered: segments - this.#reused, reused: this.#reused },
      patching: this.#patching,
      checked: this.#checked,
      slowestFrames: this.#slowest,
    };
  }
}
