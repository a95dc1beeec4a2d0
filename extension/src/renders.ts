/** The running jobs of all open notebooks. */
import type { JupyterFrontEnd } from "@jupyterlab/application";
import type { ISessionContextDialogs } from "@jupyterlab/apputils";
import { CodeCell } from "@jupyterlab/cells";
import { type INotebookTracker, NotebookActions, type NotebookPanel } from "@jupyterlab/notebook";
import type { Contents } from "@jupyterlab/services";
import type { ITranslator, TranslationBundle } from "@jupyterlab/translation";
import { type ISignal, Signal } from "@lumino/signaling";
import type { JobModel } from "../../kernel-lib/show/mime.ts";
import { interruptKernels } from "./cancel.ts";
import { Previews } from "./preview.ts";
import type { IRenders, Place, Preview, Render } from "./tokens.ts";
import { DOMAIN } from "./translation.ts";
import { NotebookWatch, type WatchEvents } from "./watch.ts";

/** What is needed of the Lab. */
export interface RendersOptions {
  tracker: INotebookTracker;
  shell: JupyterFrontEnd.IShell;
  contents: Contents.IManager;
  dialogs?: ISessionContextDialogs;
  translator: ITranslator;
}

/** A running job; `shown` if the notebook has its output. */
interface Heard extends Render {
  shown: boolean;
}

/** Hears all notebooks' kernels. */
export class Renders implements IRenders {
  readonly #options: RendersOptions;
  readonly #trans: TranslationBundle;
  readonly #watches = new Map<NotebookPanel, NotebookWatch>();
  readonly #running = new Map<string, Heard>();
  readonly #previews = new Previews();
  readonly #changed = new Signal<IRenders, void>(this);
  readonly #ended = new Signal<IRenders, Render>(this);

  constructor(options: RendersOptions) {
    this.#options = options;
    this.#trans = options.translator.load(DOMAIN);
    const { tracker } = options;
    tracker.forEach((panel) => this.#watch(panel));
    tracker.widgetAdded.connect((_, panel) => this.#watch(panel));
  }

  get running(): readonly Render[] {
    return [...this.#running.values()];
  }

  get changed(): ISignal<IRenders, void> {
    return this.#changed;
  }

  get ended(): ISignal<IRenders, Render> {
    return this.#ended;
  }

  placeOf(node: HTMLElement): Place | undefined {
    for (const panel of this.#watches.keys()) {
      const cell = panel.content.widgets.find((cell) => cell.node.contains(node));
      if (cell instanceof CodeCell) return { panel, cell };
    }
  }

  placeOfJob(id: string): Place | undefined {
    for (const [panel, watch] of this.#watches) {
      const model = watch.find(id)?.cell;
      const cell = model && panel.content.widgets.find((cell) => cell.model === model);
      if (cell instanceof CodeCell) return { panel, cell };
    }
  }

  preview(id: string): Preview | undefined {
    return this.#previews.get(id);
  }

  cancel(...ids: string[]): Promise<boolean> {
    const chosen = this.running.filter(({ model }) => ids.includes(model.id));
    return interruptKernels(chosen, this.running, this.#options.translator);
  }

  async runAgain({ panel, cell }: Place): Promise<void> {
    const { dialogs, translator } = this.#options;
    const { content, sessionContext } = panel;
    await NotebookActions.runCells(content, [cell], sessionContext, dialogs, translator);
  }

  async reveal({ panel, cell }: Place): Promise<void> {
    this.#options.shell.activateById(panel.id);
    await panel.revealed;
    const { content } = panel;
    content.mode = "command";
    content.activeCellIndex = content.widgets.indexOf(cell);
    await content.scrollToCell(cell, "smart");
    content.activate();
  }

  #watch(panel: NotebookPanel): void {
    if (this.#watches.has(panel)) return;
    const events: WatchEvents = {
      heard: (job, panel, shown) => this.#heard(job, panel, shown),
      over: (job, panel) => {
        if (this.#running.get(job.id)?.panel === panel) this.#end(job);
      },
      preview: ({ content, part }) => this.#previews.add(content, part),
    };
    const { contents } = this.#options;
    const watch = new NotebookWatch(panel, {
      contents,
      trans: this.#trans,
      events,
    });
    this.#watches.set(panel, watch);
    panel.disposed.connect(() => this.#unwatch(watch));
  }

  /** The jobs of a closed notebook run on, but nothing is heard of them any more. */
  #unwatch(watch: NotebookWatch): void {
    watch.dispose();
    this.#watches.delete(watch.panel);
    for (const { model, panel } of this.running) {
      if (panel === watch.panel) this.#forget(model.id);
    }
    this.#changed.emit();
  }

  #heard(job: JobModel, panel: NotebookPanel, shown: boolean): void {
    if (job.state !== "running") return this.#end(job);
    const known = this.#running.get(job.id);
    // Notebooks can share a kernel: the job belongs to the first that shows it.
    const owner = known && (known.shown || !shown) ? known : { panel, shown };
    this.#running.set(job.id, { ...owner, model: job });
    this.#changed.emit();
  }

  #end(job: JobModel): void {
    const known = this.#running.get(job.id);
    this.#forget(job.id);
    if (!known) return;
    this.#changed.emit();
    this.#ended.emit({ ...known, model: job });
  }

  #forget(id: string): void {
    this.#running.delete(id);
    this.#previews.drop(id);
  }
}
