/** The params of all frames, kept from the scan for the render. */
import type { FrameParams } from "../render/patch.ts";
import type { FrameSource } from "./frames.ts";
import { SegmentSpool } from "./spool.ts";

/** Keeps what frames give: packed in memory, and in a file once it is much. */
export class FrameStore implements Disposable {
  readonly #spool = new SegmentSpool();
  /** What stands in the user's own array, which is there anyway. */
  readonly #given = new Map<number, FrameParams>();

  /** Number of frames that are kept. */
  get frames(): number {
    return this.#spool.size + this.#given.size;
  }

  /**
   * Keeps the params of a frame.
   *
   * @param patch What `update` has made of them, if it was called.
   */
  set(frame: number, params: FrameParams, patch?: Uint8Array<ArrayBuffer>): void {
    if (patch) this.#spool.set(frame, patch);
    else if (params.packed) this.#spool.set(frame, params.values as Uint8Array<ArrayBuffer>);
    else this.#given.set(frame, params);
  }

  get(frame: number): FrameParams {
    return this.#given.get(frame) ??
      { values: this.#spool.get(frame), update: false, packed: true };
  }

  /** The frames in order, as often as one likes. */
  source(): FrameSource {
    let index = 0;
    return {
      frames: this.frames,
      next: () => Promise.resolve(index < this.frames ? this.get(index++) : undefined),
      close() {},
    };
  }

  [Symbol.dispose](): void {
    this.#given.clear();
    this.#spool[Symbol.dispose]();
  }
}
