/** Frames that can be gone through more than once, though their source gives them once. */
import type { FrameParams } from "../render/patch.ts";
import type { FrameSource } from "./frames.ts";
import { SegmentSpool } from "./spool.ts";

/** Keeps the frames of a source as they are pulled: packed ones in a file, once they are much. */
export class FrameRecord implements Disposable {
  readonly #source: FrameSource;
  readonly #frames: FrameParams[] = [];
  readonly #packed = new SegmentSpool();
  #pulling: Promise<void> | undefined;
  #ended = false;

  /** @param source The frames; from now on only the record pulls them. */
  constructor(source: FrameSource) {
    this.#source = source;
  }

  /** All frames from the first one on. Any number of such sources may be in use. */
  source(): FrameSource {
    let index = 0;
    return {
      frames: this.#source.frames,
      next: () => this.#at(index++),
      close() {},
    };
  }

  async #at(index: number): Promise<FrameParams | undefined> {
    while (index >= this.#frames.length && !this.#ended) {
      this.#pulling ??= this.#pull().finally(() => this.#pulling = undefined);
      await this.#pulling;
    }
    const frame = this.#frames[index];
    return frame?.packed ? { ...frame, values: this.#packed.get(index) } : frame;
  }

  async #pull(): Promise<void> {
    const next = await this.#source.next();
    if (!next) {
      this.#ended = true;
    } else if (next.packed) {
      this.#packed.set(this.#frames.length, next.values as Uint8Array<ArrayBuffer>);
      this.#frames.push({ ...next, values: undefined });
    } else {
      this.#frames.push(next);
    }
  }

  [Symbol.dispose](): void {
    this.#packed[Symbol.dispose]();
  }
}
