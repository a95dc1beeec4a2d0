/** What goes through bridge, check, store and join where rendering takes no time. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { encodeArguments, ffmpegCommand } from "../../kernel-lib/job/encoder.ts";
import { checkSegment, writeVideo } from "../../kernel-lib/job/join.ts";
import { SegmentSpool } from "../../kernel-lib/job/spool.ts";
import { Encoder } from "../../kernel-lib/render/encode.ts";
import { BridgeProcess } from "../../kernel-lib/run/bridge_process.ts";
import { SegmentStore } from "../../kernel-lib/store/segment_store.ts";
import { type Spread, spreadOf } from "../timing.ts";
import { SEGMENT_FRAMES } from "./jobs.ts";

/** The bridge's limit with segments of one size. */
export interface Limit {
  name: string;
  /** Kilobytes of a segment. */
  kilobytes: number;
  /** Segments a second through bridge, check, store and join. */
  segments: Spread;
  /** Megabytes a second. */
  megabytes: Spread;
}

const SIZE = { width: 320, height: 240 };

/** Bytes of the params that a task brings. */
const PARAMS = 2000;

/** How many tasks are under way. */
const UNDER_WAY = 8;

/** Measures one engine with segments of about so many bytes. */
export async function measureLimit(
  name: string,
  executor: string,
  bytes: number,
  segments: number,
  repeats: number,
  folder: string,
): Promise<Limit> {
  const segment = await encodeNoise(bytes);
  await using bridge = await IdleBridge.start(executor, segment);
  // The first one brings the bytes to the worker.
  await bridge.render(0);
  const rates = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const seconds = await renderAll(bridge, segments, join(folder, `${name}-${bytes}-${repeat}`));
    rates.push(segments / seconds);
  }
  const megabytes = rates.map((rate) => rate * segment.length / 1e6);
  return {
    name,
    kilobytes: segment.length / 1000,
    segments: spreadOf(rates),
    megabytes: spreadOf(megabytes),
  };
}

/** A job's way from its first task to its file; returns how many seconds it took. */
async function renderAll(bridge: IdleBridge, segments: number, folder: string): Promise<number> {
  const store = new SegmentStore(folder);
  using spool = new SegmentSpool();
  const start = performance.now();
  let next = 0;
  const worker = async () => {
    while (next < segments) {
      const index = next++;
      const bytes = await bridge.render(index);
      checkSegment(bytes, index, SEGMENT_FRAMES);
      const key = createHash("sha256").update(`${folder} ${index}`).digest("hex");
      store.put(key, { meta: {}, bytes });
      spool.set(index, bytes);
    }
  };
  await Promise.all(Array.from({ length: UNDER_WAY }, worker));
  const sources = Array.from({ length: segments }, (_, index) => ({
    ...{ frames: SEGMENT_FRAMES, read: () => spool.get(index) },
  }));
  const format = { ...SIZE, fps: 30, frames: SEGMENT_FRAMES * segments };
  await writeVideo(`${folder}.mp4`, sources, format, new AbortController().signal);
  return (performance.now() - start) / 1000;
}

/** A bridge whose tasks give bytes that lie at the worker already. */
class IdleBridge implements AsyncDisposable {
  readonly #process: BridgeProcess;
  readonly #need: [hash: string, size: number];
  readonly #waiting = new Map<string, PromiseWithResolvers<Uint8Array<ArrayBuffer>>>();
  #nextId = 0;

  private constructor(executor: string, bytes: Uint8Array, ready: PromiseWithResolvers<void>) {
    this.#need = [createHash("sha256").update(bytes).digest("hex"), bytes.length];
    this.#process = new BridgeProcess(executor, ({ head, bytes }) => {
      if (head.type === "ready") ready.resolve();
      else if (head.type === "failed") ready.reject(new Error(head.words));
      else if (head.type === "result") this.#waiting.get(head.id)?.resolve(bytes);
      else if (head.type === "failure") {
        this.#waiting.get(head.id)?.reject(new Error(JSON.stringify(head)));
      }
    });
    const setup = { deno: "", entry: "", ffmpeg: "", environment: {} };
    this.#process.send({ type: "setup", setup });
    this.#process.send({ type: "blob", hash: this.#need[0] }, bytes);
  }

  static async start(executor: string, bytes: Uint8Array): Promise<IdleBridge> {
    const ready = Promise.withResolvers<void>();
    const bridge = new IdleBridge(executor, bytes, ready);
    await ready.promise;
    return bridge;
  }

  async render(index: number): Promise<Uint8Array<ArrayBuffer>> {
    const id = String(this.#nextId++);
    const result = Promise.withResolvers<Uint8Array<ArrayBuffer>>();
    this.#waiting.set(id, result);
    this.#process.send({
      ...{ type: "task", id, action: "idle", label: `segment ${index}` },
      ...{ header: { type: "idle" }, needs: [this.#need], timeout: undefined },
    }, new Uint8Array(PARAMS));
    try {
      return await result.promise;
    } finally {
      this.#waiting.delete(id);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.close();
  }
}

/** A real segment of about so many bytes: frames that are noise for a part of their height. */
async function encodeNoise(bytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const args = encodeArguments("x264", { ...SIZE, fps: 30, crf: 21 });
  const encoder = new Encoder(ffmpegCommand(), args);
  const pixels = SIZE.width * SIZE.height;
  const noise = pixels * Math.min(1, bytes / 700_000);
  for (let i = 0; i < SEGMENT_FRAMES; i++) {
    const frame = new Uint8Array(pixels * 3 / 2);
    for (let j = 0; j < noise; j++) frame[j] = Math.random() * 256;
    await encoder.write(frame);
  }
  return await encoder.finish();
}
