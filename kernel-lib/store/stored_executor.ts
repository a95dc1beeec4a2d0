/** An executor that asks the store before it lets another one work. */
import { deserialize, serialize } from "node:v8";
import {
  type Encoding,
  newWork,
  type Reads,
  type ResourceRead,
  type SegmentStats,
} from "../render/task.ts";
import type {
  Executor,
  Job,
  JobEvents,
  ScanResult,
  ScanTask,
  SegmentResult,
  SegmentTask,
} from "../run/executor.ts";
import type { Entry } from "./entry.ts";
import { seenKey, TaskKeys } from "./keys.ts";
import { machineIdentity } from "./machine.ts";
import { SameResources } from "./same_resources.ts";
import type { SegmentStore } from "./segment_store.ts";
import { hashOf } from "./value_hash.ts";

/** What encodes segments; PNG is for formats that are encoded when they are joined. */
type SegmentEncoder = "nvenc" | "x264" | "png";

/** What a stored executor works with. */
export interface StoredExecutorOptions {
  /** How many segments the executor behind it renders at the same time. */
  workers: number;
  /** Makes the executor behind it. */
  create(): Executor;
  /** Throws where a segment is not what it must be; such a one is neither kept nor used. */
  check(segment: Pick<SegmentResult, "index" | "bytes" | "frames">): void;
  /** The encoder of segments that is most likely used. */
  encoder: "x264" | "png";
  /** What decides the bytes of a segment besides the arguments of its encoder. */
  encoderVersion(name: SegmentEncoder, signal: AbortSignal): Promise<string>;
  /** What this job has in common with those of which something may be in the store. */
  like: unknown;
}

/**
 * Keeps what an executor has rendered or measured, and gives it again for an equal task.
 *
 * Where a job like this one was kept before, the executor behind is only made once something has
 * to be done that is not in the store; else it starts at once, while the spec compiles. Whatever
 * goes wrong in the store, the job is done without it, and {@linkcode StoredExecutor.notKept} says
 * why.
 */
export class StoredExecutor implements Executor {
  readonly #store: SegmentStore;
  readonly #options: StoredExecutorOptions;
  readonly #seen: string | undefined;
  readonly #end = new AbortController();
  readonly #machine: Promise<string>;
  readonly #resources = new SameResources();
  readonly #encoders: Partial<Record<SegmentEncoder, Promise<string>>> = {};
  #encoder: Promise<string>;
  #inner: Executor | undefined;
  #opened: Promise<void> | undefined;
  #job: Job | undefined;
  #events: JobEvents | undefined;
  #keys: TaskKeys | undefined;
  #notKept: string | undefined;
  #isWritable = true;

  /**
   * @param store Where results are kept.
   * @param raster The canvas library that the executor behind draws with.
   * @param options The executor behind, and what is known of the job.
   */
  constructor(store: SegmentStore, raster: Job["raster"], options: StoredExecutorOptions) {
    this.#store = store;
    this.#options = options;
    this.#seen = seenKey(options.like);
    if (!this.#seen || !store.get(this.#seen)) this.#inner = options.create();
    this.#machine = Promise.try(async () => hashOf(await machineIdentity(raster)));
    this.#machine.catch(() => {});
    // It is asked while the spec compiles.
    this.#encoder = this.#encoderVersion(options.encoder);
  }

  /** Why not all results were kept or could be used again; undefined while they could. */
  get notKept(): string | undefined {
    return this.#notKept;
  }

  /** As many as the executor behind says, once it is there. */
  get workers(): number {
    return this.#inner?.workers ?? this.#options.workers;
  }

  async open(job: Job, events: JobEvents): Promise<void> {
    this.#job = job;
    this.#events = events;
    this.#opened = this.#inner?.open(job, events);
    this.#opened?.catch(() => {});
    this.#keys = await this.#attempt(async () => new TaskKeys(job, await this.#machine));
    const { encoding } = job;
    if (encoding.kind !== "png") this.#encoder = this.#encoderVersion(encoderOf(encoding));
    await this.#opened;
  }

  async scan(task: ScanTask, signal: AbortSignal): Promise<ScanResult> {
    const key = await this.#attempt(() => this.#keys?.scan(task));
    const found = key && await this.#find(key, ({ bytes }) => deserialize(bytes) as ScanResult);
    if (found) return found;
    const inner = await this.#start(signal);
    const { reads, ...result } = await inner.scan(task, signal);
    if (key) this.#keep(key, reads, () => serialize(result));
    return result;
  }

  async render(
    task: SegmentTask,
    signal: AbortSignal,
    unbegun?: AbortSignal,
  ): Promise<SegmentResult> {
    const { check } = this.#options;
    const { index, frames } = task;
    const key = await this.#attempt(async () => this.#keys?.segment(task, await this.#encoder));
    const bytes = key && await this.#find(key, ({ bytes }) => {
      check({ index, bytes, frames });
      return bytes;
    });
    if (bytes) return { index, bytes, frames, stats: noStats(), store: "reused" };
    const inner = await this.#start(signal);
    unbegun?.throwIfAborted();
    const result = await inner.render(task, signal, unbegun);
    if (!key) return result;
    check(result);
    return this.#keep(key, result.reads, () => result.bytes)
      ? { ...result, store: "kept" }
      : result;
  }

  async close(): Promise<void> {
    this.#end.abort();
    await Promise.allSettled([this.#inner?.close(), ...Object.values(this.#encoders)]);
  }

  #encoderVersion(name: SegmentEncoder): Promise<string> {
    const version = this.#encoders[name] ??= this.#options.encoderVersion(name, this.#end.signal);
    version.catch(() => {});
    return version;
  }

  /** Makes the executor behind, where it is not there yet. */
  async #start(signal: AbortSignal): Promise<Executor> {
    signal.throwIfAborted();
    this.#end.signal.throwIfAborted();
    this.#inner ??= this.#options.create();
    this.#opened ??= this.#inner.open(this.#job!, this.#events!);
    await this.#opened;
    return this.#inner;
  }

  /** What is under a key, if it still holds. */
  async #find<Value>(key: string, read: (entry: Entry) => Value): Promise<Value | undefined> {
    const entry = this.#store.get(key);
    if (!entry || !await this.#holds(entry.meta as Partial<Meta>)) return undefined;
    try {
      const value = read(entry);
      this.#note();
      return value;
    } catch {
      this.#store.remove(key);
      return undefined;
    }
  }

  /** True if what was read besides is as it was. */
  async #holds({ total, resources = [] }: Partial<Meta>): Promise<boolean> {
    if (total !== undefined && total !== (this.#job!.frames ?? null)) return false;
    const hold = await Promise.all(
      resources.map((resource) => this.#resources.isSame(this.#job!, resource)),
    );
    return hold.every((same) => same);
  }

  /** Keeps a result, if that can be. */
  #keep(key: string, reads: Reads | undefined, bytesOf: () => Uint8Array): boolean {
    if (!this.#isWritable) return false;
    if (!reads || !this.#keys!.isCurrent) {
      this.#notKept ??= reads ? "the module of 'update' has changed" : "what was read is not known";
      return false;
    }
    const meta: Meta = {
      ...(reads.frames ? { total: this.#job!.frames ?? null } : {}),
      ...(reads.resources.length > 0 ? { resources: reads.resources } : {}),
    };
    try {
      this.#store.put(key, { meta: { ...meta }, bytes: bytesOf() as Uint8Array<ArrayBuffer> });
      this.#note();
      return true;
    } catch (error) {
      this.#isWritable = false;
      this.#notKept ??= `'${this.#store.folder}' cannot be written: ${(error as Error).message}`;
      return false;
    }
  }

  /** Notes that something of a job like this one is in the store. */
  #note(): void {
    if (!this.#seen || !this.#isWritable || this.#store.has(this.#seen)) return;
    try {
      this.#store.put(this.#seen, { meta: {}, bytes: new Uint8Array() });
    } catch {
      // What is in the store can be read all the same.
    }
  }

  /** Does what has to be known for a key; without it, nothing is kept or used again. */
  async #attempt<Value>(action: () => Value | Promise<Value>): Promise<Value | undefined> {
    try {
      return await action();
    } catch (error) {
      if (!this.#end.signal.aborted) this.#notKept ??= (error as Error).message;
      return undefined;
    }
  }
}

function encoderOf(encoding: Exclude<Encoding, { kind: "png" }>): SegmentEncoder {
  if (encoding.kind === "pictures") return "png";
  return encoding.arguments.includes("h264_nvenc") ? "nvenc" : "x264";
}

/** What is noted beside a result, where it depends on it. */
interface Meta {
  /** The number of frames of the job; null where it was not known. */
  total?: number | null;
  resources?: ResourceRead[];
}

/** Nothing was drawn, so there is nothing to count. */
function noStats(): SegmentStats {
  const stages = { update: 0, dataflow: 0, draw: 0, read: 0, convert: 0, encode: 0 };
  const patching = { inPlace: 0, newView: 0 };
  return { stages, work: newWork(), patching, checked: 0, frameTimes: [] };
}
