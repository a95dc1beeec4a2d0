/** The names under which finished work is kept: hashes of all that decides what it is. */
import { readFileSync } from "node:fs";
import { unpack } from "../render/pack.ts";
import type { FrameParams } from "../render/patch.ts";
import type { Job } from "../render/task.ts";
import type { ScanTask, SegmentTask } from "../run/executor.ts";
import { identifyUpdate, type UpdateIdentity } from "./update.ts";
import { hashOf, ValueHash } from "./value_hash.ts";

/** The number is that of what is kept under a key; another one makes all keys anew. */
const KINDS = { scan: "scan 1", segment: "segment 1", seen: "seen 1" };

/**
 * Makes the keys of one job's tasks.
 *
 * In them is what decides the result: the spec with all that is settled in it, the picture, the
 * seed and all else that a job holds, but for what is listed here as deciding nothing; the code
 * and the machine that draw; the encoder; the index of the first frame, which seeds and times
 * come from; and the params of the frames. Of frames that still go through `update`, those are
 * what it is called with, together with its code and the context: so what it gives need not be
 * known. Not in them is what decides nothing: who renders, in which folder, the job's length.
 * What `update` and the spec read while they are at it, the job's length too, is not known
 * before: that is noted beside the result, and looked at when it is found again.
 */
export class TaskKeys {
  readonly #job: Job;
  readonly #hash: string;
  #update: Update | Error | undefined;

  /**
   * Hashes what all tasks of a job share.
   *
   * @param job The job.
   * @param machine What draws it, as `hashOf(await machineIdentity(...))` tells it.
   * @throws {Error} If the job cannot be hashed, or one of its fonts cannot be read.
   */
  constructor(job: Job, machine: string) {
    const {
      id: _id,
      // What is read there is noted with its content.
      baseURL: _baseURL,
      allow: _allow,
      frames: _frames,
      frameTimeout: _frameTimeout,
      update: _update,
      context: _context,
      encoding: _encoding,
      // What is kept has been held to them, or to those of all frames.
      limits: _limits,
      fonts,
      ...rest
    } = job;
    this.#job = job;
    const contents = Object.entries(fonts).map(([name, path]) => [name, readFileSync(path)]);
    this.#hash = hashOf([machine, rest, contents]);
  }

  /**
   * The key of a look at frames.
   *
   * @throws {Error} If the result may be another each time, or the params cannot be hashed.
   */
  scan({ job: _job, ...rest }: ScanTask): string {
    return this.#keyOf(KINDS.scan, rest, []);
  }

  /**
   * The key of a segment.
   *
   * @param task The segment; its place among the others does not matter.
   * @param encoderVersion What decides its bytes besides the encoder's arguments.
   * @throws {Error} As {@linkcode scan} does.
   */
  segment({ job: _job, index: _index, ...rest }: SegmentTask, encoderVersion: string): string {
    const { encoding } = this.#job;
    const args = "arguments" in encoding ? encoding.arguments : [];
    return this.#keyOf(KINDS.segment, rest, [encoding.kind, args, encoderVersion]);
  }

  /** False once `update` may be another one than was hashed. */
  get isCurrent(): boolean {
    return !this.#update || this.#update instanceof Error || this.#update.isCurrent();
  }

  #keyOf(kind: string, task: Pick<ScanTask | SegmentTask, "params">, more: unknown[]): string {
    const { params: given, ...rest } = task;
    const params = [given].flat();
    const key = new ValueHash().add(kind).add(this.#hash).add(more).add(rest);
    for (const one of params) key.add(unpacked(one));
    if (params.some(({ update }) => update)) {
      const { hash, context } = this.#updateOf();
      key.add([hash, context]);
    }
    return key.digest();
  }

  #updateOf(): Update {
    this.#update ??= readUpdate(this.#job);
    if (this.#update instanceof Error) throw this.#update;
    return this.#update;
  }
}

/** Equal values may have been packed to other bytes: V8 writes 1 and 1.0 in different ways. */
function unpacked({ packed, ...params }: FrameParams): FrameParams {
  return packed ? { ...params, values: unpack(params.values as Uint8Array<ArrayBuffer>) } : params;
}

/** `update` and what it is called with in every frame. */
interface Update extends UpdateIdentity {
  context: string;
}

function readUpdate({ update, context }: Job): Update | Error {
  try {
    return { ...identifyUpdate(update!), context: hashOf(context) };
  } catch (cause) {
    return new Error(`'update' may give something else each time: ${(cause as Error).message}`);
  }
}

/**
 * The key under which is noted that a job like this one was kept before.
 *
 * @param like What such jobs have in common.
 * @returns Undefined if that cannot be hashed.
 */
export function seenKey(like: unknown): string | undefined {
  try {
    return hashOf([KINDS.seen, like]);
  } catch {
    return undefined;
  }
}
