/** The list of running jobs. */
import type { ITranslator, TranslationBundle } from "@jupyterlab/translation";
import { type ISignal, Signal } from "@lumino/signaling";
import { Widget } from "@lumino/widgets";
import type { IRenders, Render } from "../tokens.ts";
import { DOMAIN } from "../translation.ts";
import { RenderRow } from "./row.ts";

/** One row for each running job, brought up to date in place. */
export class RenderList extends Widget {
  /** True if the focus was in the list when it was last looked at, also when it is closed. */
  hadFocus = false;
  readonly #renders: IRenders;
  readonly #trans: TranslationBundle;
  readonly #list = document.createElement("ul");
  readonly #rows = new Map<string, RenderRow>();
  readonly #left = new Signal<this, void>(this);

  constructor(renders: IRenders, translator: ITranslator) {
    super();
    this.#renders = renders;
    this.#trans = translator.load(DOMAIN);
    this.addClass("vega-reel-RenderList");
    this.node.setAttribute("role", "dialog");
    this.node.setAttribute("aria-label", this.#trans.__("Running renders"));
    this.node.append(this.#list);
    this.node.addEventListener("focusin", () => (this.hadFocus = true));
    this.node.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget) {
        this.hadFocus = this.node.contains(relatedTarget as Node);
      }
    });
    renders.changed.connect(this.#update, this);
    this.#update();
  }

  /** Emitted when the user goes to a cell. */
  get left(): ISignal<this, void> {
    return this.#left;
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.#renders.changed.disconnect(this.#update, this);
    super.dispose();
  }

  focusFirst(): void {
    this.#list.querySelector("button")?.focus();
  }

  #update(): void {
    const { running } = this.#renders;
    const ids = new Set(running.map(({ model }) => model.id));
    let lost = false;
    for (const [id, row] of this.#rows) {
      if (ids.has(id)) continue;
      lost ||= row.node.contains(document.activeElement);
      row.node.remove();
      this.#rows.delete(id);
    }
    for (const render of running) this.#row(render).update(render);
    if (lost) this.focusFirst();
  }

  #row({ model: { id } }: Render): RenderRow {
    const known = this.#rows.get(id);
    if (known) return known;
    const row = new RenderRow(this.#trans, {
      reveal: () => this.#reveal(id),
      cancel: () => this.#renders.cancel(id),
    });
    this.#rows.set(id, row);
    this.#list.append(row.node);
    return row;
  }

  #reveal(id: string): void {
    const place = this.#renders.placeOfJob(id);
    if (!place) return;
    // The focus goes to the cell, not back to the button.
    this.hadFocus = false;
    this.#left.emit();
    void this.#renders.reveal(place);
  }
}
