/** One notebook: hears what its kernel says of jobs, and keeps its outputs true. */
import type { ISessionContext } from "@jupyterlab/apputils";
import type { ICellModel, ICodeCellModel } from "@jupyterlab/cells";
import type { NotebookPanel } from "@jupyterlab/notebook";
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import type { Contents, Kernel, KernelMessage, Session } from "@jupyterlab/services";
import type { TranslationBundle } from "@jupyterlab/translation";
import { JSONExt, type PartialJSONValue } from "@lumino/coreutils";
import type { IDisposable } from "@lumino/disposable";
import { Signal } from "@lumino/signaling";
import { bundleOf, type JobModel, MIME_TYPE } from "../../kernel-lib/show/mime.ts";
import { interruption } from "./interruption.ts";
import { type JobMessage, type PreviewMessage, readMessage } from "./messages.ts";
import { type JobOutput, jobOutputAt, jobOutputs } from "./outputs.ts";
import {
  doneModel,
  interruptedModel,
  isNewer,
  type KernelState,
  LOOK_EVERY,
  nextStep,
} from "./reconcile.ts";
import { findVideo } from "./video_file.ts";

/** How often the silent jobs are thought about, in ms. */
const TICK = 1000;

/** How long a job that no output holds is not searched for again, in ms: it costs a look at all. */
const SEARCH_AGAIN = 2000;

/** What a notebook's watch tells. */
export interface WatchEvents {
  /** A job's message has come; `shown` if the notebook has its output. */
  heard(job: JobModel, panel: NotebookPanel, shown: boolean): void;
  /** A job that was silent for too long is over. */
  over(job: JobModel, panel: NotebookPanel): void;
  preview(message: PreviewMessage): void;
}

/** A job that is said to run. */
interface Claim {
  job: JobModel;
  /** When it was last heard, or could first have been. */
  heard: number;
  /** When its video is to be looked for. */
  look: number;
  /** True once its kernel is known to have ended. */
  gone: boolean;
  /** True while the server is asked. */
  asking: boolean;
}

/** Watches a notebook, from before its model is loaded until it is closed. */
export class NotebookWatch implements IDisposable {
  readonly panel: NotebookPanel;
  readonly #contents: Contents.IManager;
  readonly #trans: TranslationBundle;
  readonly #events: WatchEvents;
  readonly #claims = new Map<string, Claim>();
  /** Where outputs were last; those that were not found, and when. */
  readonly #places = new Map<
    string,
    { cell: ICodeCellModel; index: number } | { missed: number }
  >();
  /** Messages that came before the notebook was loaded. */
  readonly #early = new Map<string, JobMessage>();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(
    panel: NotebookPanel,
    {
      contents,
      trans,
      events,
    }: {
      contents: Contents.IManager;
      trans: TranslationBundle;
      events: WatchEvents;
    },
  ) {
    this.panel = panel;
    this.#contents = contents;
    this.#trans = trans;
    this.#events = events;
    const { context, sessionContext } = panel;
    sessionContext.iopubMessage.connect(this.#onMessage, this);
    sessionContext.statusChanged.connect(this.#onStatus, this);
    sessionContext.connectionStatusChanged.connect(this.#onConnection, this);
    sessionContext.kernelChanged.connect(this.#onKernel, this);
    void context.ready.then(() => {
      if (this.isDisposed || panel.isDisposed) return;
      for (const message of this.#early.values()) this.#show(message);
      this.#early.clear();
      const { cells } = context.model;
      this.#scan(cells);
      // Pasted, or read from the file again: their outputs can be old.
      cells.changed.connect((_, { newValues }) => this.#scan(newValues), this);
    });
  }

  isDisposed = false;

  dispose(): void {
    if (this.isDisposed) return;
    this.isDisposed = true;
    clearInterval(this.#timer);
    Signal.clearData(this);
  }

  /** The output of a job in this notebook. */
  find(id: string): JobOutput | undefined {
    const known = this.#places.get(id);
    if (known && "cell" in known) {
      const output = jobOutputAt(known.cell, known.index);
      if (output?.job.id === id) return output;
    } else if (known && performance.now() - known.missed < SEARCH_AGAIN) {
      return undefined;
    }
    this.#places.set(id, { missed: performance.now() });
    const { model } = this.panel.context;
    for (const found of model && !model.isDisposed ? jobOutputs(model.cells) : []) {
      if (found.job.id !== id) continue;
      this.#places.set(id, found);
      return found;
    }
  }

  #onMessage(_: ISessionContext, message: KernelMessage.IMessage): void {
    const read = readMessage(message as KernelMessage.IIOPubMessage);
    if (read?.kind === "preview") this.#events.preview(read);
    if (read?.kind !== "job") return;
    if (message.header.msg_type === "display_data") {
      this.#places.delete(read.job.id);
    }
    const shown = this.#show(read);
    this.#events.heard(read.job, this.panel, shown);
    if (read.job.state === "running") {
      this.#claim(read.job, performance.now() + LOOK_EVERY);
    } else this.#settle(read.job.id);
  }

  /**
   * Brings an output up to date where JupyterLab did not: it knows only the displays that began in
   * this page.
   */
  #show(message: JobMessage): boolean {
    if (!this.panel.context.isReady) {
      this.#early.set(message.job.id, message);
      return false;
    }
    const found = this.find(message.job.id);
    if (found) this.#set(found, message.data);
    return found !== undefined;
  }

  #set({ output }: JobOutput, data: Record<string, unknown>): void {
    const [now, then] = [data[MIME_TYPE], output.data[MIME_TYPE]] as PartialJSONValue[];
    if (this.panel.context.model.readOnly || JSONExt.deepEqual(now, then)) {
      return;
    }
    output.setData({ data: data as IRenderMime.IMimeModel["data"] });
  }

  /** Takes note of all outputs that say that their job runs. */
  #scan(cells: Iterable<ICellModel>): void {
    for (const found of jobOutputs(cells)) {
      const { job } = found;
      this.#places.set(job.id, found);
      if (job.state === "running" && !this.#claims.has(job.id)) {
        this.#claim(job, performance.now());
      }
    }
  }

  #claim(job: JobModel, look: number): void {
    const heard = performance.now();
    const { asking = false } = this.#claims.get(job.id) ?? {};
    this.#claims.set(job.id, { job, heard, look, gone: false, asking });
    this.#timer ??= setInterval(() => this.#check(), TICK);
  }

  #settle(id: string): void {
    this.#claims.delete(id);
    if (this.#claims.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #check(): void {
    const kernel = kernelState(this.panel.sessionContext);
    const now = performance.now();
    for (const claim of this.#claims.values()) {
      if (claim.asking) continue;
      const step = nextStep(claim.gone ? "gone" : kernel, now - claim.heard, now >= claim.look);
      if (step !== "wait") void this.#look(claim, step === "over");
    }
  }

  /** Looks whether the job's video is there; if not, and it is over, it was interrupted. */
  async #look(claim: Claim, over: boolean): Promise<void> {
    const { job, heard } = claim;
    claim.asking = true;
    claim.look = performance.now() + LOOK_EVERY;
    try {
      const file = await findVideo(this.#contents, this.panel.context.path, job);
      const current = this.#claims.get(job.id);
      if (this.isDisposed || !current) return;
      if (file && isNewer(file, job)) return this.#end(doneModel(job, file));
      // Its message may have come meanwhile.
      if (over && current.heard === heard) {
        this.#end(interruptedModel(job, interruption(job, this.#trans)));
      }
    } catch {
      // The server does not answer now: asked again.
    } finally {
      const current = this.#claims.get(job.id);
      if (current) current.asking = false;
    }
  }

  #end(job: JobModel): void {
    this.#settle(job.id);
    const found = this.find(job.id);
    if (found?.job.state === "running") this.#set(found, bundleOf(job));
    this.#events.over(job, this.panel);
  }

  #onStatus(_: ISessionContext, status: Kernel.Status): void {
    if (isEnd(status)) this.#lose();
  }

  #onKernel(
    _: ISessionContext,
    { oldValue, newValue }: Session.ISessionConnection.IKernelChangedArgs,
  ) {
    if (oldValue && oldValue.id !== newValue?.id) this.#lose();
  }

  /** The jobs have ended with their kernel. */
  #lose(): void {
    for (const claim of this.#claims.values()) claim.gone = true;
    this.#check();
  }

  #onConnection(_: ISessionContext, status: Kernel.ConnectionStatus): void {
    if (status !== "connected") return;
    for (const claim of this.#claims.values()) claim.heard = performance.now();
  }
}

function kernelState({ session, isReady }: ISessionContext): KernelState {
  if (!session?.kernel) return isReady ? "gone" : "unknown";
  const { status, connectionStatus } = session.kernel;
  if (isEnd(status)) return "gone";
  if (connectionStatus !== "connected") return "unknown";
  return status === "idle" || status === "busy" ? status : "unknown";
}

/** True if the process that was the kernel has ended. */
function isEnd(status: Kernel.Status): boolean {
  return ["dead", "terminating", "restarting", "autorestarting"].includes(status);
}
