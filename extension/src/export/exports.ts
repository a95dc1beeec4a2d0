/** Exports of notebooks: each has a kernel of its own, which is shut down at its end. */
import type { Contents, KernelSpec, Session } from "@jupyterlab/services";
import { UUID } from "@lumino/coreutils";
import { type ISignal, Signal } from "@lumino/signaling";
import { fileName } from "../names.ts";
import { exportCode, readTold, type Told } from "./code.ts";

/** The type of an export's session; by that they are found again after a reload. */
const TYPE = "vega-reel-export";

/** How long an export may take to stop by itself once it is cancelled, in ms. */
const PATIENCE = 8000;

/** A running export. */
export interface Export {
  /** The file name of the notebook. */
  readonly notebook: string;
  /** What was told last; undefined before the first word. */
  readonly told: Told | undefined;
  readonly isCancelling: boolean;
}

/** How an export ended. */
export interface Ended {
  export: Export;
  told: Exclude<Told, { type: "progress" }>;
  /** Path of the notebook's folder from the server's root, with a `/` at its end if it has any. */
  folder: string;
}

interface Running extends Export {
  told: Told | undefined;
  isCancelling: boolean;
  session: Session.ISessionConnection;
  folder: string;
}

/** What is needed of the Lab. */
export interface ExportsOptions {
  sessions: Session.IManager;
  specs: KernelSpec.IManager;
  contents: Contents.IManager;
}

/** Starts, watches and ends exports. */
export class Exports {
  readonly #options: ExportsOptions;
  readonly #running = new Set<Running>();
  readonly #changed = new Signal<Exports, void>(this);
  readonly #ended = new Signal<Exports, Ended>(this);

  constructor(options: ExportsOptions) {
    this.#options = options;
    void this.#findLeft();
  }

  get running(): readonly Export[] {
    return [...this.#running];
  }

  /** Emitted when an export begins, goes on or ends. */
  get changed(): ISignal<Exports, void> {
    return this.#changed;
  }

  get ended(): ISignal<Exports, Ended> {
    return this.#ended;
  }

  /**
   * Exports a notebook to a video beside it, of the same name where that is free.
   *
   * @param path Path of the notebook from the server's root.
   * @param kernel Name of the notebook's kernel, if it has one.
   * @throws If there is no kernel for it.
   */
  async start(path: string, kernel: string | undefined): Promise<void> {
    const { sessions, contents } = this.#options;
    const local = contents.localPath(path);
    const notebook = fileName(local);
    const session = await sessions.startNew({
      // Not the notebook's own path, whose session is another; its folder is where the kernel runs.
      path: `${local}-export-${UUID.uuid4()}`,
      name: notebook,
      type: TYPE,
      kernel: { name: await this.#kernelName(kernel) },
    });
    const one = this.#watch(session);
    try {
      const future = session.kernel!.requestExecute({
        code: exportCode(notebook),
        store_history: false,
        stop_on_error: false,
      });
      const { content } = await future.done;
      // The code itself tells of its errors; this is one of the kernel's.
      if (content.status !== "ok") {
        const { evalue = content.status } = content as { evalue?: string };
        one.told = { type: "failed", message: evalue };
      }
    } catch (error) {
      // A kernel that is shut down answers nothing any more.
      if (one.told?.type === "progress" || one.told === undefined) {
        const message = error instanceof Error ? error.message : String(error);
        one.told = one.isCancelling ? { type: "cancelled" } : { type: "failed", message };
      }
    } finally {
      await this.#end(one);
    }
  }

  /** Stops an export; what it has written so far is removed by the library. */
  async cancel(one: Export): Promise<void> {
    const running = [...this.#running].find((other) => other === one);
    if (!running || running.isCancelling) return;
    running.isCancelling = true;
    this.#changed.emit();
    // One that cannot be asked is ended all the same.
    await running.session.kernel?.interrupt().catch(() => {});
    setTimeout(() => {
      if (this.#running.has(running)) void this.#end(running);
    }, PATIENCE);
  }

  /** The notebook's kernel if it runs TypeScript, else the first that does. */
  async #kernelName(wanted: string | undefined): Promise<string> {
    const { specs } = this.#options;
    await specs.ready;
    const known = Object.values(specs.specs?.kernelspecs ?? {});
    const fitting = known.filter((spec) => spec?.language === "typescript");
    const chosen = fitting.find((spec) => spec!.name === wanted) ?? fitting[0];
    if (!chosen) throw new Error("there is no Deno kernel");
    return chosen.name;
  }

  #watch(session: Session.ISessionConnection): Running {
    const folder = session.path.slice(0, session.path.lastIndexOf("/") + 1);
    const notebook = session.name;
    const one: Running = {
      notebook,
      told: undefined,
      isCancelling: false,
      session,
      folder,
    };
    session.iopubMessage.connect((_, message) => {
      const told = readTold(message);
      if (!told) return;
      one.told = told;
      this.#changed.emit();
    });
    this.#running.add(one);
    this.#changed.emit();
    return one;
  }

  async #end(one: Running): Promise<void> {
    if (!this.#running.delete(one)) return;
    const { told, session, folder } = one;
    this.#changed.emit();
    const isEnd = told !== undefined && told.type !== "progress";
    // Without a word it was shut down, here or elsewhere.
    this.#ended.emit({
      export: one,
      folder,
      told: isEnd ? told : { type: "cancelled" },
    });
    await session.shutdown().catch(() => {});
  }

  /** After a reload, goes on with the exports that run, and ends the kernels of those that do not. */
  async #findLeft(): Promise<void> {
    const { sessions } = this.#options;
    await sessions.ready;
    for (const model of [...sessions.running()].filter(({ type }) => type === TYPE)) {
      const session = sessions.connectTo({ model });
      const one = this.#watch(session);
      const look = () => {
        const status = session.kernel?.status ?? "dead";
        if (status === "idle" || status === "dead") void this.#end(one);
      };
      session.statusChanged.connect(look);
      look();
    }
  }
}
