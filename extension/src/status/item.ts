/** The running jobs in the status bar. */
import { showPopup } from "@jupyterlab/statusbar";
import type { ITranslator } from "@jupyterlab/translation";
import { Widget } from "@lumino/widgets";
import { reelIcon } from "../icon.ts";
import type { IRenders } from "../tokens.ts";
import { DOMAIN } from "../translation.ts";
import { RenderList } from "./list.ts";
import { summary } from "./words.ts";

/** A button that says how far the running jobs are, and opens the list of them. */
export class StatusItem extends Widget {
  readonly #renders: IRenders;
  readonly #translator: ITranslator;
  readonly #button = document.createElement("button");
  readonly #text = document.createElement("span");
  #popup: Widget | undefined;

  constructor(renders: IRenders, translator: ITranslator) {
    super();
    this.#renders = renders;
    this.#translator = translator;
    this.addClass("vega-reel-StatusItem");
    this.addClass("jp-mod-highlighted");
    const button = this.#button;
    button.type = "button";
    button.className = "jp-StatusBar-TextItem";
    button.title = translator.load(DOMAIN).__("Show the running renders");
    button.setAttribute("aria-haspopup", "dialog");
    button.setAttribute("aria-expanded", "false");
    button.append(reelIcon.element({ tag: "span" }), this.#text);
    button.addEventListener("click", () => this.#toggle());
    this.node.append(button);
    renders.changed.connect(this.#update, this);
    this.#update();
  }

  override dispose(): void {
    this.#popup?.dispose();
    this.#renders.changed.disconnect(this.#update, this);
    super.dispose();
  }

  #update(): void {
    const { running } = this.#renders;
    if (running.length === 0) this.#popup?.dispose();
    else {
      this.#text.textContent = summary(running, this.#translator.load(DOMAIN));
    }
  }

  #toggle(): void {
    if (this.#popup) return this.#popup.dispose();
    const list = new RenderList(this.#renders, this.#translator);
    const popup = showPopup({
      body: list,
      anchor: this,
      align: "right",
      hasDynamicSize: true,
    });
    this.#popup = popup;
    this.#button.setAttribute("aria-expanded", "true");
    list.left.connect(() => popup.dispose());
    // The list is gone before its popup is.
    list.disposed.connect(() => {
      if (list.hadFocus) this.#button.focus();
    });
    popup.disposed.connect(() => {
      this.#popup = undefined;
      this.#button.setAttribute("aria-expanded", "false");
    });
    list.focusFirst();
  }
}
