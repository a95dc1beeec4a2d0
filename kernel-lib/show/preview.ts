/** Sends the beginning of a video to the notebook's front end. */
import type { Broadcast } from "./kernel.ts";
import { MODEL_VERSION, PREVIEW_COMM, type PreviewContent } from "./mime.ts";

/** The largest message, in bytes: messages of some MB can break the channel. */
const MESSAGE_BYTES = 256_000;

/** Bytes a second: servers may stop a kernel's messages above 1 MB/s. */
const RATE = 400_000;

/** The messages of one job's preview. */
export class PreviewChannel {
  readonly #broadcast: Broadcast;
  readonly #id: string;
  #index = 0;
  #frames = 0;
  #closed = false;

  /**
   * @param broadcast Sends a message to the front end.
   * @param id The job's id.
   */
  constructor(broadcast: Broadcast, id: string) {
    this.#broadcast = broadcast;
    this.#id = id;
  }

  /**
   * Sends the next bytes in messages that are neither too large nor too fast.
   *
   * @param bytes They follow those that were sent before.
   * @param frames Frames of video that all bytes so far hold whole.
   */
  async send(bytes: Uint8Array<ArrayBuffer>, frames: number): Promise<void> {
    for (let at = 0; at < bytes.length && !this.#closed; at += MESSAGE_BYTES) {
      const buffer = bytes.slice(at, at + MESSAGE_BYTES);
      if (at + buffer.length === bytes.length) this.#frames = frames;
      const data: PreviewContent = {
        version: MODEL_VERSION,
        id: this.#id,
        index: this.#index++,
        frames: this.#frames,
      };
      const content = { comm_id: PREVIEW_COMM, data };
      await this.#broadcast("comm_msg", content, { buffers: [buffer] });
      await new Promise((resolve) => {
        Deno.unrefTimer(setTimeout(resolve, 1000 * buffer.length / RATE));
      });
    }
  }

  /** Sends no more. */
  close(): void {
    this.#closed = true;
  }
}
