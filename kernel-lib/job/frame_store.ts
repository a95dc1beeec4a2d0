/** The params of all frames, kept from the scan for the render. */
import { pack } from "../render/pack.ts";
import type { FrameParams } from "../render/patch.ts";
import type { FrameSource } from "./frames.ts";
import { SegmentSpool } from "./spool.ts";

/** Keeps what frames give, packed: in memory, and in a file once it is much. */
export class FrameStore implements Disposable {
  readonly #spool = new SegmentSpool();

  /** Number of frames that are kept. */
  get frames(): number {
    return this.#spool.size;
  }

  /** Keeps the values of a frame for which `update` need not be called any more. */
  set(frame: number, packed: Uint8Array<ArrayBuffer>): void {
    this.#spool.set(frame, packed);
  }

  get(frame: number): FrameParams {
    return { values: this.#spool.get(frame), update: false, packed: true };
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
    this.#spool[Symbol.dispose]();
  }
}

/** The bytes of params that need no `update`. */
export function packed({ values, packed }: FrameParams, frame: number): Uint8Array<ArrayBuffer> {
  if (packed) return values as Uint8Array<ArrayBuffer>;
  return pack(values, `read the params of frame ${frame}`);
}
