/** The running exports in the status bar. */
import type { TranslationBundle } from "@jupyterlab/translation";
import { Widget } from "@lumino/widgets";
import { reelIcon } from "../icon.ts";
import type { Export, Exports } from "./exports.ts";

/** Says how far the first of the exports is, with a button that cancels it. */
export class ExportItem extends Widget {
  readonly #exports: Exports;
  readonly #trans: TranslationBundle;
  readonly #text = document.createElement("span");
  readonly #cancel = document.createElement("button");

  constructor(exports: Exports, trans: TranslationBundle) {
    super();
    this.#exports = exports;
    this.#trans = trans;
    this.addClass("vega-reel-ExportItem");
    this.#text.className = "jp-StatusBar-TextItem";
    this.#text.setAttribute("role", "status");
    this.#cancel.type = "button";
    this.#cancel.className = "jp-mod-styled jp-mod-minimal";
    this.#cancel.textContent = trans.__("Cancel");
    this.#cancel.addEventListener("click", () => {
      const [first] = exports.running;
      if (first) void exports.cancel(first);
    });
    this.node.append(reelIcon.element({ tag: "span" }), this.#text, this.#cancel);
    exports.changed.connect(this.#update, this);
    this.#update();
  }

  override dispose(): void {
    this.#exports.changed.disconnect(this.#update, this);
    super.dispose();
  }

  #update(): void {
    const [first] = this.#exports.running;
    if (!first) return;
    const words = progressWords(first, this.#trans);
    if (this.#text.textContent !== words) this.#text.textContent = words;
    // Not disabled, which would lose the focus.
    this.#cancel.setAttribute("aria-disabled", String(first.isCancelling));
    this.#cancel.setAttribute(
      "aria-label",
      this.#trans.__("Cancel the export of %1", first.notebook),
    );
  }
}

/** How far an export is: `Exporting talk.ipynb: joining 3 of 9`. */
function progressWords({ notebook, told, isCancelling }: Export, trans: TranslationBundle): string {
  const what = trans.__("Exporting %1", notebook);
  if (isCancelling) return trans.__("%1: cancelling…", what);
  if (told?.type !== "progress" || told.total === 0) return what;
  return told.phase === "cards"
    ? trans.__("%1: card %2 of %3", what, told.done + 1, told.total)
    : trans.__("%1: video %2 of %3", what, told.done, told.total);
}
