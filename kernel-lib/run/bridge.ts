/** The executor of other machines: it gives segments to the engine of a cluster. */
import { fileURLToPath } from "node:url";
import { deserialize, serialize } from "node:v8";
import { REMOTE } from "../own_files.ts";
import { uncloneable } from "../render/cloneable.ts";
import type { ResourceRead } from "../render/task.ts";
import { BridgeProcess } from "./bridge_process.ts";
import type {
  BridgeMessage,
  IdentifyQuestion,
  MachineParts,
  ProcessMessage,
  TaskRequest,
} from "./bridge_protocol.ts";
import type {
  Executor,
  Job,
  JobEvents,
  ScanResult,
  ScanTask,
  SegmentResult,
  SegmentTask,
} from "./executor.ts";
import { differences, failureError, unfit } from "./failure.ts";
import { encodeMessage, type Message, readMessages } from "./messages.ts";
import { JobSender, type ModuleFiles, type SentJob } from "./sent_job.ts";

/** The program of a task: the one place that knows where it is. */
export const ENTRY = fileURLToPath(REMOTE);

/** What a bridge needs to know of the job and of this machine. */
export interface BridgeOptions {
  /** What people call the video, for the engine's dashboard. @default the spec's title */
  name: string | undefined;
  /** What all machines must do alike. */
  question: IdentifyQuestion;
  /** Path or name of ffmpeg. */
  ffmpeg: string;
  /** Reads the module of an `update`, with all that it imports. */
  readModule(url: string): ModuleFiles;
  /** False if a file or URL that was read for a job is another one here. */
  isSame(job: Job, resource: ResourceRead): Promise<boolean>;
}

/** A task that the bridge has. */
interface Pending {
  /** What it is, for messages. */
  name: string;
  /** True once a worker has said that it is on it. */
  isBegun: boolean;
  report(done: number, where: string): void;
  resolve(result: { bytes: Uint8Array<ArrayBuffer>; where: string }): void;
  reject(error: unknown): void;
}

/** Renders segments on the machines of a cluster, each in a process of its own. */
export class BridgeExecutor implements Executor {
  readonly #executor: string;
  readonly #options: BridgeOptions;
  readonly #process: BridgeProcess;
  readonly #sender: JobSender;
  readonly #pending = new Map<string, Pending>();
  readonly #sent = new Set<string>();
  readonly #ready = Promise.withResolvers<void>();
  /** Of this machine, as all must have them. */
  #parts: Promise<MachineParts>;
  /** Resolves once all workers are known to give the same bytes as this machine. */
  #fit: Promise<void> | undefined;
  #checked = Promise.withResolvers<void>();
  #job: Job | undefined;
  #sentJob: SentJob | undefined;
  #events: JobEvents | undefined;
  #workers = 1;
  #nextId = 0;
  #failure: { reason: unknown } | undefined;
  readonly #end = new AbortController();
  #delivered = 0;

  /**
   * Starts the bridge, which connects while the caller goes on.
   *
   * @param executor What the option `executor` names.
   * @param options What it needs to know.
   * @throws {Error} If there is no Python.
   */
  constructor(executor: string, options: BridgeOptions) {
    this.#executor = executor;
    this.#options = options;
    this.#sender = new JobSender(options.readModule);
    this.#process = new BridgeProcess(executor, (message) => this.#receive(message));
    this.#process.send({
      type: "setup",
      setup: {
        deno: Deno.execPath(),
        entry: ENTRY,
        ffmpeg: options.ffmpeg,
        environment: language(),
      },
    });
    this.#parts = ownParts(options, this.#end.signal);
    for (const promise of [this.#ready.promise, this.#checked.promise, this.#parts]) {
      promise.catch(() => {});
    }
    this.#process.ended.then((words) =>
      this.#fail(
        new Error(
          `Cannot go on as the bridge to '${executor}' has ended and printed${
            words ? `: ${words}` : " nothing"
          }`,
        ),
      )
    );
  }

  /** How many segments are rendered at a time, now: workers come and go. */
  get workers(): number {
    return Math.max(1, this.#workers);
  }

  /** How many bytes of what tasks share were sent to workers. */
  get delivered(): number {
    return this.#delivered;
  }

  async open(job: Job, events: JobEvents): Promise<void> {
    this.#events = events;
    await this.#ready.promise;
    this.#fit ??= this.#check(this.#options.question);
    await this.#fit;
    const { encoding, picture } = job;
    if (encoding.kind === "h264" && encoding.arguments.includes("h264_nvenc")) {
      const { width, height } = picture!;
      const trial = { encoder: "nvenc" as const, arguments: encoding.arguments, width, height };
      await this.#check({ raster: job.raster, trial });
    }
    const before = this.#sentJob;
    this.#job = job;
    this.#sentJob = this.#sender.send(job);
    for (const [hash, bytes] of this.#sentJob.blobs) {
      if (this.#sent.has(hash)) continue;
      this.#sent.add(hash);
      await this.#process.send({ type: "blob", hash }, bytes);
    }
    const old = [...before?.blobs.keys() ?? []].filter((hash) => !this.#sentJob!.blobs.has(hash));
    for (const hash of old) this.#sent.delete(hash);
    if (old.length > 0) this.#process.send({ type: "forget", hashes: old });
  }

  async scan(task: ScanTask, signal: AbortSignal): Promise<ScanResult> {
    const { frames } = task;
    const name = `frames ${frames[0]} to ${frames[frames.length - 1]}`;
    const report = (done: number) => this.#events?.onScanned(frames[0], done);
    const { result, where } = await this.#do<ScanResult>("scan", name, task, report, signal);
    await this.#checkReads(result.reads, where);
    return result;
  }

  async render(
    task: SegmentTask,
    signal: AbortSignal,
    unbegun?: AbortSignal,
  ): Promise<SegmentResult> {
    unbegun?.throwIfAborted();
    const name = `frames ${task.first} to ${task.first + task.frames - 1}`;
    const report = (done: number, where: string) => this.#events?.onFrames(task.index, done, where);
    const { result, where } = await this.#do<SegmentResult>(
      "render",
      name,
      task,
      report,
      signal,
      unbegun,
    );
    await this.#checkReads(result.reads, where);
    return { ...result, where };
  }

  async close(): Promise<void> {
    this.#fail(new Error(`Cannot render as the bridge to '${this.#executor}' is closed`));
    this.#end.abort();
    await Promise.allSettled([this.#process.close(), this.#parts]);
  }

  async #do<Value>(
    action: TaskRequest["type"],
    name: string,
    task: ScanTask | SegmentTask,
    report: Pending["report"],
    signal: AbortSignal,
    unbegun?: AbortSignal,
  ): Promise<{ result: Value; where: string }> {
    signal.throwIfAborted();
    if (this.#failure) throw this.#failure.reason;
    const { hash, needs } = this.#sentJob!;
    const packed = packTask(task);
    const id = String(this.#nextId++);
    const { promise, resolve, reject } = Promise.withResolvers<
      { bytes: Uint8Array<ArrayBuffer>; where: string }
    >();
    promise.catch(() => {});
    const pending = { name, isBegun: false, report, resolve, reject };
    this.#pending.set(id, pending);
    const giveUp = (reason: unknown) => {
      this.#pending.delete(id);
      this.#process.send({ type: "cancel", id });
      reject(reason);
    };
    const abort = () => giveUp(signal.reason);
    const abortUnbegun = () => {
      if (!pending.isBegun) giveUp(unbegun!.reason);
    };
    signal.addEventListener("abort", abort, { once: true });
    unbegun?.addEventListener("abort", abortUnbegun, { once: true });
    try {
      await this.#process.send({
        type: "task",
        id,
        action,
        label: `${this.#options.name ?? titleOf(this.#job!)} ${
          action === "scan" ? "look at " : ""
        }${name}`,
        header: { type: action, job: hash },
        needs,
        timeout: this.#job!.frameTimeout,
      }, packed);
      const { bytes, where } = await promise;
      return { result: deserialize(bytes) as Value, where };
    } finally {
      signal.removeEventListener("abort", abort);
      unbegun?.removeEventListener("abort", abortUnbegun);
    }
  }

  /** Looks at all workers that there are; those that come later are looked at by their tasks. */
  async #check(question: IdentifyQuestion): Promise<void> {
    if (question !== this.#options.question) {
      this.#parts = ownParts({ ...this.#options, question }, this.#end.signal);
      this.#parts.catch(() => {});
    }
    const parts = await this.#parts;
    if (this.#failure) throw this.#failure.reason;
    this.#checked = Promise.withResolvers();
    this.#checked.promise.catch(() => {});
    await this.#process.send({ type: "check", id: "", identify: question, parts });
    await this.#checked.promise;
  }

  /** A file of the same name may be another one on another machine. */
  async #checkReads(reads: SegmentResult["reads"], where: string): Promise<void> {
    for (const resource of reads?.resources ?? []) {
      if (resource.hash === null || await this.#options.isSame(this.#job!, resource)) continue;
      throw new Error(
        `Cannot use what '${where}' has rendered as '${resource.uri}' is another file there`,
      );
    }
  }

  async #receive({ head, bytes }: Message<BridgeMessage>): Promise<void> {
    if (head.type === "ready") {
      this.#workers = head.workers;
      this.#ready.resolve();
    } else if (head.type === "workers") {
      this.#workers = head.workers;
    } else if (head.type === "failed") {
      this.#fail(new Error(`Cannot use the executor '${this.#executor}' as ${head.words}`));
    } else if (head.type === "checked") {
      this.#checked.resolve();
    } else if (head.type === "unfit") {
      const { where, parts, problem } = head;
      this.#fail(
        parts ? differences(where, parts, await this.#parts) : unfit(where, problem ?? "it failed"),
      );
    } else if (head.type === "progress") {
      const task = this.#pending.get(head.id);
      if (task) task.isBegun = true;
      task?.report(head.done, head.where);
    } else if (head.type === "delivered") {
      this.#delivered += head.size;
    } else if (head.type === "result" || head.type === "failure") {
      const task = this.#pending.get(head.id);
      this.#pending.delete(head.id);
      if (!task) return;
      for (const log of head.logs ?? []) this.#events?.onLog(...log);
      if (head.type === "result") task.resolve({ bytes, where: head.where });
      else task.reject(failureError(head, await this.#parts, task.name));
    }
  }

  /** Whatever is under way, and what comes, ends with this. */
  #fail(reason: unknown): void {
    this.#failure ??= { reason };
    this.#ready.reject(this.#failure.reason);
    this.#checked.reject(this.#failure.reason);
    for (const { reject } of this.#pending.values()) reject(this.#failure.reason);
    this.#pending.clear();
  }
}

/** The title of a compiled spec, if it has one that is a text. */
function titleOf({ spec }: Job): string {
  const title = spec.title as { text?: unknown } | string | undefined;
  const text = typeof title === "object" ? title.text : title;
  return typeof text === "string" ? text : "animation";
}

/** What times and numbers look like is as here, whatever a worker's machine is set to. */
function language(): Record<string, string> {
  const { locale, timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const name = `${locale.replaceAll("-", "_")}.UTF-8`;
  return { TZ: timeZone, LANG: name, LC_ALL: name };
}

/** The parts of this machine, told by the very program that others run. */
async function ownParts(
  { question, ffmpeg }: BridgeOptions,
  signal: AbortSignal,
): Promise<MachineParts> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--quiet", ENTRY],
    env: language(),
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    detached: true,
    signal,
  }).spawn();
  const input = child.stdin.getWriter();
  for (const part of encodeMessage({ type: "identify", ffmpeg, ...question })) {
    await input.write(part);
  }
  await input.close();
  const words = new Response(child.stderr).text();
  for await (const { head, bytes } of readMessages<ProcessMessage>(child.stdout)) {
    await child.status;
    if (head.type === "result") return JSON.parse(new TextDecoder().decode(bytes));
    if (head.type === "error") throw new Error(head.error.message);
  }
  throw new Error(`Cannot look at this machine as '${ENTRY}' printed: ${(await words).trim()}`);
}

/** @throws {TypeError} If a frame's params cannot be sent; the message names it. */
function packTask(task: ScanTask | SegmentTask): Uint8Array {
  try {
    return serialize(task);
  } catch (cause) {
    for (const [i, { values }] of task.params.entries()) {
      const broken = uncloneable(values, "");
      if (broken === undefined) continue;
      const frame = "first" in task ? task.first + i : task.frames[i];
      throw new TypeError(`Cannot read the params of frame ${frame} as ${broken}`, { cause });
    }
    throw cause;
  }
}
