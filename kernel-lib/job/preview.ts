/** The finished beginning of a video, to be played while the rest is being rendered. */
import type { EncodedVideoPacketSource, Output } from "mediabunny";
import { parseStream } from "./h264.ts";
import { addFrames, type TrackFormat } from "./mux.ts";
import type { SegmentSpool } from "./spool.ts";

/**
 * Takes the next bytes of a fragmented MP4 file.
 *
 * @param bytes They follow those of the calls before.
 * @param frames Frames of video that all bytes so far hold whole.
 * @returns Resolves when more may follow.
 */
export type PreviewSink = (bytes: Uint8Array<ArrayBuffer>, frames: number) => Promise<void>;

/** Jobs that are done sooner need no preview, in milliseconds. */
const AFTER = 2000;

/** The longest preview, in bytes: a viewer keeps all of it in memory. */
const MAX_BYTES = 32 * 2 ** 20;

/**
 * Sends finished segments on, in order, as far as there is no gap. The last of them is always one
 * behind: a fragment ends where the next one begins.
 */
export class Preview implements Disposable {
  readonly #format: TrackFormat;
  readonly #spool: SegmentSpool;
  readonly #sink: PreviewSink;
  readonly #after: number;
  readonly #start = performance.now();
  readonly #finished = new Set<number>();
  #file: { output: Output; source: EncodedVideoPacketSource; written: Uint8Array[] } | undefined;
  #next = 0;
  #frames = 0;
  #bytes = 0;
  #busy = false;

  /**
   * @param format What the video is.
   * @param spool Where finished segments are.
   * @param sink Takes the preview.
   * @param after Milliseconds until it begins. @default {2000}
   */
  constructor(format: TrackFormat, spool: SegmentSpool, sink: PreviewSink, after = AFTER) {
    this.#format = format;
    this.#spool = spool;
    this.#sink = sink;
    this.#after = after;
  }

  /** Makes known that a segment is in the spool. */
  finished(index: number): void {
    this.#finished.add(index);
    if (this.#busy || performance.now() - this.#start < this.#after) return;
    this.#busy = true;
    // A video without a preview is better than none: whatever goes wrong here ends it quietly.
    this.#send().then(() => this.#busy = false, () => {});
  }

  async #send(): Promise<void> {
    while (this.#finished.delete(this.#next) && this.#bytes < MAX_BYTES) {
      const stream = parseStream(this.#spool.get(this.#next++));
      const file = this.#file ??= await begin(this.#format.fps);
      await addFrames(file.source, stream, this.#frames, this.#format);
      const bytes = new Uint8Array(
        await new Blob(file.written.splice(0) as BlobPart[]).arrayBuffer(),
      );
      if (this.#frames > 0) await this.#sink(bytes, this.#frames);
      this.#frames += stream.units.length;
      this.#bytes += bytes.length;
    }
  }

  /** Ends the preview. */
  [Symbol.dispose](): void {
    this.#busy = true;
    this.#finished.clear();
    this.#file?.output.cancel().catch(() => {});
  }
}

async function begin(fps: number) {
  const { EncodedVideoPacketSource, Mp4OutputFormat, Output, StreamTarget } = await import(
    "mediabunny"
  );
  const written: Uint8Array[] = [];
  const output = new Output({
    format: new Mp4OutputFormat({ fastStart: "fragmented", minimumFragmentDuration: 0 }),
    target: new StreamTarget(new WritableStream({ write: ({ data }) => void written.push(data) })),
  });
  const source = new EncodedVideoPacketSource("avc");
  output.addVideoTrack(source, { frameRate: fps });
  await output.start();
  return { output, source, written };
}
