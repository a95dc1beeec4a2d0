/** A job in the user's language. */
import type { TranslationBundle } from "@jupyterlab/translation";
import type { JobModel } from "../../../kernel-lib/show/mime.ts";
import type { Tally } from "./ticks.ts";

/** Says what there is to say of jobs. */
export class Words {
  readonly #trans: TranslationBundle;

  constructor(trans: TranslationBundle) {
    this.#trans = trans;
  }

  /** What a running job is doing. */
  phase({ phase }: JobModel): string {
    const trans = this.#trans;
    const phases: Record<string, string> = {
      compile: trans.__("Compiling"),
      scan: trans.__("Measuring the layout"),
      render: trans.__("Rendering"),
      join: trans.__("Writing the video"),
    };
    return Object.hasOwn(phases, phase) ? phases[phase] : phase || trans.__("Starting");
  }

  /** How many frames are drawn: `412 of 900 frames`. */
  frames({ frames, total }: JobModel): string {
    const trans = this.#trans;
    if (total === null) return trans._n("%1 frame", "%1 frames", frames);
    return trans._n("%2 of %1 frame", "%2 of %1 frames", total, frames);
  }

  /** How fast a job is: `23 frames/s`; empty while that is not known. */
  speed({ framesPerSecond }: JobModel): string {
    if (framesPerSecond <= 0) return "";
    return this.#trans.__("%1 frames/s", rounded(framesPerSecond));
  }

  /** How long a job will take: `38 s left`; empty while that is not known. */
  left({ secondsLeft }: JobModel): string {
    return secondsLeft === null ? "" : this.#trans.__("%1 left", this.time(secondsLeft));
  }

  /** How far a job is, for those who hear it: `412 of 900 frames, 38 s left`. */
  progress(job: JobModel): string {
    return joined(this.frames(job), this.left(job));
  }

  /** How far the segments are: `8 of 12 segments done, 2 reused`. */
  segments({ waiting, rendering, done, reused, failed }: Tally): string {
    const trans = this.#trans;
    const ended = done + reused;
    const total = ended + waiting + rendering + failed;
    return joined(
      trans._n("%2 of %1 segment done", "%2 of %1 segments done", total, ended),
      reused > 0 ? trans.__("%1 reused", reused) : "",
      failed > 0 ? trans.__("%1 failed", failed) : "",
    );
  }

  /** With what a job is rendered: `1280x720, 30 fps, x264, Cairo, 4 workers`. */
  means(job: JobModel): string {
    const { fps } = job;
    return joined(
      sizeOf(job),
      fps === undefined ? "" : this.#trans.__("%1 fps", rounded(fps)),
      named(ENCODERS, job.encoder),
      named(RASTERS, job.raster),
      this.#workers(job),
    );
  }

  /** What there is to know of a video. */
  facts(job: JobModel): string {
    const { frames, duration, codec, encoder, bytes } = job;
    const trans = this.#trans;
    const format = codecName(codec);
    const by = encoder !== null && Object.hasOwn(ENCODERS, encoder) ? ENCODERS[encoder] : "";
    return joined(
      trans._n("%1 frame", "%1 frames", frames),
      duration === undefined ? "" : trans.__("%1 s", duration.toFixed(1)),
      sizeOf(job),
      format && by ? trans.__("%1 by %2", format, by) : format || by,
      this.#took(job),
      bytes === undefined ? "" : this.bytes(bytes),
    );
  }

  /** How a job ended that has no video. */
  ending({ state }: JobModel): string {
    return state === "failed"
      ? this.#trans.__("The animation failed")
      : this.#trans.__("The animation was cancelled");
  }

  /** How far a job came that did not end well. */
  stopped(job: JobModel): string {
    const after = this.#trans.__("stopped after %1", this.time(job.seconds));
    return joined(this.frames(job), after, this.means(job));
  }

  /** What another run of the cell finds done. */
  kept(job: JobModel, segments: number): string {
    const { kept } = job;
    const trans = this.#trans;
    if (kept === undefined) return "";
    if (kept === 0) return trans.__("No segment is kept: running the cell again begins anew.");
    const total = Math.max(segments, kept);
    const count = trans._n("%2 of %1 segment is kept", "%2 of %1 segments are kept", total, kept);
    return trans.__("%1: running the cell again goes on from there.", count);
  }

  /** A time span in words: `38 s`, `3 min 20 s`, `2 h 5 min`. */
  time(seconds: number): string {
    const trans = this.#trans;
    if (seconds < 9.95) return trans.__("%1 s", seconds.toFixed(1));
    const whole = Math.round(seconds);
    if (whole < 60) return trans.__("%1 s", whole);
    const minutes = Math.floor(whole / 60);
    if (minutes < 60) return trans.__("%1 min %2 s", minutes, whole % 60);
    return trans.__("%1 h %2 min", Math.floor(minutes / 60), minutes % 60);
  }

  /** A number of bytes: `34 kB`. */
  bytes(bytes: number): string {
    if (bytes < 1000) return this.#trans.__("%1 bytes", bytes);
    if (bytes < 999_500) return this.#trans.__("%1 kB", Math.round(bytes / 1000));
    if (bytes < 999_950_000) return this.#trans.__("%1 MB", (bytes / 1e6).toFixed(1));
    return this.#trans.__("%1 GB", (bytes / 1e9).toFixed(1));
  }

  #workers({ workers }: JobModel): string {
    if (workers === 0) return "";
    return this.#trans._n("%1 worker", "%1 workers", workers);
  }

  #took(job: JobModel): string {
    const time = this.time(job.seconds);
    const workers = this.#workers(job);
    return workers === ""
      ? this.#trans.__("rendered in %1", time)
      : this.#trans.__("rendered in %1 on %2", time, workers);
  }
}

const ENCODERS: Record<string, string> = { x264: "x264", nvenc: "NVENC" };

const RASTERS: Record<string, string> = { cairo: "Cairo", skia: "Skia" };

function named(names: Record<string, string>, name: string | null): string {
  if (name === null) return "";
  return Object.hasOwn(names, name) ? names[name] : name;
}

/** What people call a codec that RFC 6381 calls otherwise. */
function codecName(codec: string | undefined): string {
  if (codec === undefined) return "";
  if (/^avc[13]|^h264$/i.test(codec)) return "H.264";
  if (/^vp0?9/i.test(codec)) return "VP9";
  if (codec === "gif") return "GIF";
  if (codec === "png") return "PNG";
  return /^av01/i.test(codec) ? "AV1" : codec;
}

function sizeOf({ width, height }: JobModel): string {
  return width === undefined || height === undefined ? "" : `${width}x${height}`;
}

function joined(...parts: string[]): string {
  return parts.filter((part) => part !== "").join(", ");
}

/** A number with as many digits as say something. */
function rounded(value: number): string {
  return value < 9.95 ? value.toFixed(1).replace(/\.0$/, "") : String(Math.round(value));
}
