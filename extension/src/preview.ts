/** The beginnings of videos, as their kernels send them while they render the rest. */
import { type ISignal, Signal } from "@lumino/signaling";
import type { PreviewContent } from "../../kernel-lib/show/mime.ts";
import type { Preview } from "./tokens.ts";

/** The most bytes that are kept of one job. */
const JOB_LIMIT = 64e6;

/** The most bytes that are kept of all jobs together. */
const TOTAL_LIMIT = 128e6;

/** One job's parts, in order, as far as they have come. */
class Parts implements Preview {
  frames = 0;
  bytes = 0;
  /** True if a part had no room: the beginning up to it can still be played. */
  full = false;
  readonly #parts: Uint8Array<ArrayBuffer>[] = [];
  readonly #changed = new Signal<Preview, void>(this);

  get changed(): ISignal<Preview, void> {
    return this.#changed;
  }

  /** How many there are. */
  get length(): number {
    return this.#parts.length;
  }

  add(part: Uint8Array<ArrayBuffer>, frames: number): void {
    this.#parts.push(part);
    this.bytes += part.length;
    this.frames = Math.max(this.frames, frames);
    this.#changed.emit();
  }

  toBlob(): Blob {
    return new Blob(this.#parts, { type: "video/mp4" });
  }

  close(): void {
    Signal.clearData(this);
  }
}

/** The previews of all running jobs, within bounds. */
export class Previews {
  readonly #jobLimit: number;
  readonly #totalLimit: number;
  /** "broken" where a part is missing: what follows is of no use. */
  readonly #jobs = new Map<string, Parts | "broken">();
  #bytes = 0;

  constructor({ jobLimit = JOB_LIMIT, totalLimit = TOTAL_LIMIT } = {}) {
    this.#jobLimit = jobLimit;
    this.#totalLimit = totalLimit;
  }

  /** A job's preview; undefined where none of it can be played. */
  get(id: string): Preview | undefined {
    const parts = this.#jobs.get(id);
    return parts instanceof Parts && parts.length > 0 ? parts : undefined;
  }

  /**
   * Adds a part. One that was there already (two notebooks can hear the same kernel) changes
   * nothing, one that leaves a gap ends the preview, and one beyond a limit ends its growth.
   */
  add({ id, index, frames }: PreviewContent, part: ArrayBuffer | ArrayBufferView): void {
    const parts = this.#jobs.get(id) ?? new Parts();
    if (parts === "broken" || parts.full || index < parts.length) return;
    if (index > parts.length) {
      this.drop(id);
      this.#jobs.set(id, "broken");
      return;
    }
    const size = part.byteLength;
    this.#jobs.set(id, parts);
    parts.full = parts.bytes + size > this.#jobLimit || this.#bytes + size > this.#totalLimit;
    if (parts.full) return;
    this.#bytes += size;
    parts.add(copy(part), frames);
  }

  /** Forgets a job. */
  drop(id: string): void {
    const parts = this.#jobs.get(id);
    this.#jobs.delete(id);
    if (!(parts instanceof Parts)) return;
    this.#bytes -= parts.bytes;
    parts.close();
  }
}

/** A message's buffers are views of the whole message, which must not be kept. */
function copy(part: ArrayBuffer | ArrayBufferView): Uint8Array<ArrayBuffer> {
  const view = ArrayBuffer.isView(part)
    ? new Uint8Array(part.buffer, part.byteOffset, part.byteLength)
    : new Uint8Array(part);
  return new Uint8Array(view);
}
