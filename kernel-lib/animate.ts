/** `animate()`: from a spec and its params to a video. */
import { randomUUID } from "node:crypto";
import { relative } from "node:path";
import { type JobContext, runJob, type Video } from "./job/job.ts";
import { type AnimateOptions, readOptions, type ResolvedOptions } from "./job/options.ts";
import { type Progress, ProgressMeter, type SegmentProgress } from "./job/progress.ts";
import { LocalPool } from "./run/pool.ts";
import { kernelBroadcast, onInterrupt } from "./show/kernel.ts";
import { type JobModel, type JobState, MODEL_VERSION } from "./show/mime.ts";
import { NotebookDisplay } from "./show/notebook.ts";
import { TerminalDisplay } from "./show/terminal.ts";

/** A job that is being rendered: a promise of its video, and a hold on it meanwhile. */
export interface Animation extends Promise<Video> {
  /** Ends the job; it rejects with an `AbortError`. */
  cancel(): void;
  /** The job's progress, as often as it is reported; ends with the job. */
  progress(): AsyncIterableIterator<Progress>;
  /** The segments that are known so far, in order, and how far each is. */
  segments(): SegmentProgress[];
}

/** The symbol under which a value tells Jupyter how to show it. */
const DISPLAY = Symbol.for("Jupyter.display");

/**
 * Renders an animated chart to an MP4 video, in parallel.
 *
 * Each frame is what a fresh view of the spec would draw, with the frame's values written in.
 * In a notebook, progress and then the video are shown in the cell.
 *
 * @param spec A Vega or Vega-Lite spec, or the path or URL of one.
 * @param params One object for each frame: an array or any other iterable, or a number of frames
 * together with `options.update`. A key that names a dataset gives its rows (an array of objects,
 * or columns), one that names a signal or param gives its value. What a frame does not give has
 * the spec's own value.
 * @param options All optional.
 * @returns A promise of the video that can also be cancelled and watched. It rejects with an
 * error that names the frame, or with an `AbortError` if it was cancelled; then no file changed.
 *
 * @example
 * ```ts no-run
 * import { animate } from "vega-reel";
 *
 * const spec = {
 *   data: { name: "wave" },
 *   mark: "line",
 *   encoding: {
 *     x: { field: "x", type: "quantitative" },
 *     y: { field: "y", type: "quantitative", scale: { domain: [-1, 1] } },
 *   },
 * };
 * const frames = Array.from({ length: 60 }, (_, f) => ({
 *   wave: Array.from({ length: 200 }, (_, i) => ({ x: i, y: Math.cos(i / 20 + f / 10) })),
 * }));
 * const video = await animate(spec, frames, { output: "wave.mp4", width: 1280, height: 720 });
 * ```
 */
export function animate(
  spec: Record<string, unknown> | string | URL,
  params: Iterable<unknown> | AsyncIterable<unknown> | number,
  options: AnimateOptions = {},
): Animation {
  const cancel = new AbortController();
  const watchers = new Set<Watcher>();
  const meter = new ProgressMeter((progress) => watchers.forEach((watcher) => watcher(progress)));
  const video = run(spec, params, options, meter, watchers, cancel);
  // A job that nobody awaits tells of its failure in its output alone.
  video.catch(() => {});
  return Object.assign(video, {
    cancel: () => cancel.abort(),
    progress: () => progressOf(video, watchers),
    segments: () => meter.segments,
    // The job has its own output.
    [DISPLAY]: () => ({}),
  });
}

type Watcher = (progress: Progress) => void;

async function run(
  spec: unknown,
  params: unknown,
  given: AnimateOptions,
  meter: ProgressMeter,
  watchers: Set<Watcher>,
  cancel: AbortController,
): Promise<Video> {
  const options = readOptions(given);
  options.signal?.throwIfAborted();
  const broadcast = kernelBroadcast();
  const forget = broadcast ? onInterrupt(() => cancel.abort()) : () => {};
  const signal = AbortSignal.any([cancel.signal, ...(options.signal ? [options.signal] : [])]);
  const output = new JobOutput(meter, options, broadcast);
  watchers.add(() => output.update());
  if (options.onProgress) watchers.add(options.onProgress);
  const context: JobContext = {
    options,
    meter,
    signal,
    createExecutor: (workers, raster) => new LocalPool(workers, raster),
    onChosen: (chosen) => output.chosen(chosen),
    onLog: (frame, level, text) => console[level](`frame ${frame}: ${text}`),
  };
  try {
    const video = await runJob(spec, params, context);
    await output.done(video);
    meter.phase("done");
    return withDisplay(video);
  } catch (cause) {
    const error = cancel.signal.aborted ? cancelled(meter.progress) : cause;
    const state = signal.aborted ? "cancelled" : "failed";
    await output.failed(state, error);
    meter.phase(state);
    throw error;
  } finally {
    meter.close();
    forget();
  }
}

/** What a job shows of itself, in the notebook or on the terminal. */
class JobOutput {
  readonly #id = randomUUID();
  readonly #meter: ProgressMeter;
  readonly #display: NotebookDisplay | TerminalDisplay | undefined;
  #chosen: { output?: string; workers: number; encoder?: string; raster?: string };
  #state: JobState = "running";
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    meter: ProgressMeter,
    { show, embed, workers }: ResolvedOptions,
    broadcast: ReturnType<typeof kernelBroadcast>,
  ) {
    this.#meter = meter;
    this.#chosen = { workers };
    if (!show) return;
    if (broadcast) this.#display = new NotebookDisplay(broadcast, this.#id, embed);
    else if (TerminalDisplay.isPossible) this.#display = new TerminalDisplay();
  }

  chosen(chosen: { output: string; workers: number; encoder?: string; raster: string }): void {
    this.#chosen = chosen;
  }

  update(): void {
    if (this.#state !== "running") return;
    const model = this.#model();
    this.#last = this.#last.then(() => this.#display?.show(model)).catch(() => {});
  }

  async done(video: Video): Promise<void> {
    this.#state = "done";
    const { path, fps, duration, width, height, bytes, codec, frames, stats } = video;
    await this.#end({
      path: relative(Deno.cwd(), path),
      fps,
      duration,
      width,
      height,
      bytes,
      codec,
      frames,
      total: frames,
      framesPerSecond: stats.framesPerSecond,
      secondsLeft: 0,
      seconds: stats.seconds.total,
    }, path);
  }

  async failed(state: "failed" | "cancelled", error: unknown): Promise<void> {
    this.#state = state;
    await this.#end({ error: error instanceof Error ? error.message : String(error) });
  }

  async #end(last: Partial<JobModel>, file?: string): Promise<void> {
    await this.#last;
    await this.#display?.finish({ ...this.#model(), ...last }, file);
  }

  #model(): JobModel {
    const { phase, frames, total, framesPerSecond, secondsLeft, seconds } = this.#meter.progress;
    return {
      version: MODEL_VERSION,
      id: this.#id,
      state: this.#state,
      phase,
      frames,
      total: total ?? null,
      framesPerSecond,
      secondsLeft: secondsLeft ?? null,
      seconds,
      workers: this.#chosen.workers,
      encoder: this.#chosen.encoder ?? null,
      raster: this.#chosen.raster ?? null,
      segments: this.#meter.segments.map(({ state }) => state[0]).join(""),
    };
  }
}

/** The error of a job that its user cancelled. */
function cancelled({ frames, total }: Progress): DOMException {
  const of = total === undefined ? `${frames} frames` : `${frames} of ${total} frames`;
  return new DOMException(
    `The animation was cancelled: ${of} were done, none of them is kept`,
    "AbortError",
  );
}

/** As the last value of a cell a video shows nothing more: it has been shown. */
function withDisplay(video: Video): Video {
  return Object.defineProperty(video, DISPLAY, { value: () => ({}), enumerable: false });
}

async function* progressOf(
  video: Promise<Video>,
  watchers: Set<Watcher>,
): AsyncIterableIterator<Progress> {
  let waiting = Promise.withResolvers<void>();
  let latest: Progress | undefined;
  let ended = false;
  const watcher: Watcher = (progress) => {
    latest = progress;
    waiting.resolve();
  };
  const end = () => {
    ended = true;
    waiting.resolve();
  };
  watchers.add(watcher);
  video.then(end, end);
  try {
    while (true) {
      await waiting.promise;
      waiting = Promise.withResolvers();
      if (latest) yield latest;
      latest = undefined;
      if (ended) return;
    }
  } finally {
    watchers.delete(watcher);
  }
}
