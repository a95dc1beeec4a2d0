/** One running job in the list of them. */
import type { TranslationBundle } from "@jupyterlab/translation";
import { fileName, renderName } from "../names.ts";
import type { Render } from "../tokens.ts";
import { fractionOf, percentOf, timeLeft } from "./words.ts";

/** What the row's buttons do. */
export interface RowActions {
  reveal(): void;
  /** Resolves to false if the job goes on. */
  cancel(): Promise<boolean>;
}

/** Elements that stay the same as long as the job runs. */
export class RenderRow {
  readonly node = document.createElement("li");
  readonly #trans: TranslationBundle;
  readonly #name = element("span", "name");
  readonly #notebook = element("span", "notebook");
  readonly #percent = element("span", "percent");
  readonly #left = element("span", "left");
  readonly #bar = document.createElement("progress");
  readonly #goTo = document.createElement("button");
  readonly #cancel = document.createElement("button");

  constructor(trans: TranslationBundle, actions: RowActions) {
    this.#trans = trans;
    this.#bar.max = 1;
    this.#goTo.type = this.#cancel.type = "button";
    this.#goTo.textContent = trans.__("Go to Cell");
    this.#goTo.className = this.#cancel.className = "jp-mod-styled jp-mod-minimal";
    this.#cancel.textContent = trans.__("Cancel");
    this.#goTo.addEventListener("click", actions.reveal);
    this.#cancel.addEventListener("click", async () => {
      this.#setCancelling(true);
      if (!(await actions.cancel())) this.#setCancelling(false);
    });
    const buttons = element("div", "buttons");
    buttons.append(this.#goTo, this.#cancel);
    this.node.append(this.#name, this.#notebook, this.#bar, this.#percent, this.#left, buttons);
  }

  update(render: Render): void {
    const trans = this.#trans;
    const { path } = render.panel.context;
    const name = renderName(render, trans);
    const fraction = fractionOf([render]);
    set(this.#name, name);
    set(this.#notebook, fileName(path));
    this.#notebook.title = path;
    set(this.#percent, fraction === undefined ? "" : trans.__("%1 %", percentOf(fraction)));
    set(this.#left, timeLeft(render, trans));
    if (fraction === undefined) this.#bar.removeAttribute("value");
    else this.#bar.value = fraction;
    this.#bar.setAttribute("aria-label", name);
    this.#goTo.setAttribute("aria-label", trans.__("Go to the cell of %1", name));
    this.#cancel.setAttribute("aria-label", trans.__("Cancel %1", name));
  }

  /** Not disabled, which would lose the focus. */
  #setCancelling(cancelling: boolean): void {
    this.#cancel.setAttribute("aria-disabled", String(cancelling));
    set(this.#cancel, cancelling ? this.#trans.__("Cancelling…") : this.#trans.__("Cancel"));
  }
}

function element(tag: "span" | "div", name: string): HTMLElement {
  const node = document.createElement(tag);
  node.className = `vega-reel-RenderList-${name}`;
  return node;
}

function set(node: HTMLElement, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}
