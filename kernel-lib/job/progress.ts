/** How far a job is, for whoever shows it. */

/** What a job is doing. */
export type Phase = "compile" | "scan" | "render" | "join" | "done" | "failed" | "cancelled";

/** How far a segment is; a reused one was rendered by an earlier job and kept. */
export type SegmentState = "waiting" | "rendering" | "done" | "reused" | "failed";

/** A segment and how far it is. */
export interface SegmentProgress {
  index: number;
  first: number;
  frames: number;
  state: SegmentState;
  /** The machine that renders it or has; absent where that is this one, or nobody does. */
  where?: string;
}

/** What of a job is kept for another one. */
export interface Kept {
  segments: number;
  frames: number;
}

/** How far a job is. */
export interface Progress {
  phase: Phase;
  /** Frames that are drawn, or were kept by an earlier job. */
  frames: number;
  /** Frames that were looked at before any is drawn, to settle domains and layout. */
  scanned: number;
  /** Frames that were encoded at the end, in formats that are: all but MP4. */
  written: number;
  /** Frames of the video; undefined while an iterable has not ended. */
  total: number | undefined;
  /** Frames drawn a second, over the time since the first one was begun. */
  framesPerSecond: number;
  /** Seconds that the rest will take at this rate; undefined where that is not known. */
  secondsLeft: number | undefined;
  /** Seconds since the job began. */
  seconds: number;
}

/** The least time between two reports, in milliseconds. */
const INTERVAL = 250;

/** Counts the frames of a job and reports, at most four times a second and at every new phase. */
export class ProgressMeter {
  total: number | undefined;
  readonly #report: (progress: Progress) => void;
  readonly #start = performance.now();
  readonly #segments = new Map<number, SegmentProgress & { drawn: number; kept: boolean }>();
  /** Frames that were looked at, by the first one of each part of the scan. */
  readonly #scanned = new Map<number, number>();
  #phase: Phase = "compile";
  #written = 0;
  #writeStart: number | undefined;
  #renderStart: number | undefined;
  #reported = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(report: (progress: Progress) => void) {
    this.#report = report;
  }

  /** All segments that are known, in order. */
  get segments(): SegmentProgress[] {
    return [...this.#segments.values()]
      .map(({ index, first, frames, state, where }) => ({
        ...{ index, first, frames, state },
        ...(where === undefined ? {} : { where }),
      }))
      .sort((a, b) => a.index - b.index);
  }

  /** What is kept for another job. */
  get kept(): Kept {
    const kept = [...this.#segments.values()].filter(({ kept }) => kept);
    return { segments: kept.length, frames: kept.reduce((sum, { frames }) => sum + frames, 0) };
  }

  /** Seconds since the job began. */
  get seconds(): number {
    return (performance.now() - this.#start) / 1000;
  }

  get progress(): Progress {
    const segments = [...this.#segments.values()];
    const frames = segments.reduce((sum, { drawn }) => sum + drawn, 0);
    const reused = segments.reduce((sum, s) => s.state === "reused" ? sum + s.drawn : sum, 0);
    const rendering = (performance.now() - (this.#renderStart ?? performance.now())) / 1000;
    const framesPerSecond = rendering > 0 ? (frames - reused) / rendering : 0;
    const left = this.total === undefined ? undefined : this.total - frames;
    const secondsLeft = this.#phase === "join"
      ? this.#secondsToWrite()
      : left !== undefined && framesPerSecond > 0
      ? left / framesPerSecond
      : undefined;
    return {
      phase: this.#phase,
      frames,
      scanned: this.#framesScanned,
      written: this.#written,
      total: this.total,
      framesPerSecond,
      secondsLeft,
      seconds: this.seconds,
    };
  }

  /** Some frames are looked at more than once. */
  get #framesScanned(): number {
    const frames = [...this.#scanned.values()].reduce((sum, done) => sum + done, 0);
    return Math.min(frames, this.total ?? frames);
  }

  /** So many frames were looked at of those from `first` on. */
  scanned(first: number, frames: number): void {
    if (frames <= (this.#scanned.get(first) ?? 0)) return;
    this.#scanned.set(first, frames);
    this.#soon();
  }

  /** So many frames were encoded for the file. */
  written(frames: number): void {
    this.#written = Math.floor(frames);
    this.#soon();
  }

  #secondsToWrite(): number | undefined {
    if (this.#written === 0 || this.total === undefined) return undefined;
    const seconds = (performance.now() - this.#writeStart!) / 1000;
    return (this.total - this.#written) * seconds / this.#written;
  }

  phase(phase: Phase): void {
    if (phase === "join") this.#writeStart = performance.now();
    this.#phase = phase;
    if (phase === "render") this.#renderStart = performance.now();
    this.#now();
  }

  /** Makes segments known that nobody renders yet. */
  plan(segments: { index: number; first: number; frames: number }[]): void {
    for (const segment of segments) {
      this.#segments.set(segment.index, { ...segment, state: "waiting", drawn: 0, kept: false });
    }
  }

  /** Makes a segment known that waits for a worker. */
  begin({ index, first, frames }: { index: number; first: number; frames: number }): void {
    this.#segments.set(index, { index, first, frames, state: "waiting", drawn: 0, kept: false });
  }

  /** A worker has drawn so many frames of a segment; none when it begins. */
  drawn(index: number, frames: number, where?: string): void {
    const segment = this.#segments.get(index);
    if (segment?.state !== "waiting" && segment?.state !== "rendering") return;
    segment.where = where;
    if (segment.state === "rendering" && segment.drawn === frames) return;
    segment.state = "rendering";
    segment.drawn = frames;
    this.#soon();
  }

  /**
   * A segment is done, has failed, or waits again as its rendering was given up.
   *
   * @param kept Whether it is kept for another job. @default {false}
   * @param where The machine that rendered it, where that is not this one.
   */
  end(
    index: number,
    state: "done" | "reused" | "failed" | "waiting",
    kept = false,
    where?: string,
  ): void {
    const segment = this.#segments.get(index)!;
    segment.state = state;
    if (state !== "failed") segment.where = where;
    segment.kept = kept;
    if (state === "done" || state === "reused") segment.drawn = segment.frames;
    this.#soon();
  }

  /** Stops reporting. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #soon(): void {
    if (this.#timer !== undefined) return;
    const wait = INTERVAL - (performance.now() - this.#reported);
    this.#timer = setTimeout(() => this.#now(), Math.max(0, wait));
  }

  #now(): void {
    this.close();
    this.#reported = performance.now();
    this.#report(this.progress);
  }
}
