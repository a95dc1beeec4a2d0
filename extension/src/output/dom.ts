/** Elements of an output. */
import type { LabIcon } from "@jupyterlab/ui-components";

/** Makes an element of the output; its class is `vega-reel-` and the name. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  name: string,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  made.className = `vega-reel-${name}`;
  made.append(...children);
  return made;
}

/** Makes a button with an icon; its label is also its tooltip. */
export function iconButton(icon: LabIcon, label: string, onClick: () => void): HTMLButtonElement {
  const button = element("button", "icon-button");
  button.type = "button";
  button.addEventListener("click", onClick);
  setIcon(button, icon, label);
  return button;
}

/** Makes a button with an icon and words. */
export function wordButton(icon: LabIcon, label: string, onClick: () => void): HTMLButtonElement {
  const button = element("button", "word-button", picture(icon), element("span", "label", label));
  button.type = "button";
  button.addEventListener("click", onClick);
  return button;
}

/** Gives a button with words other ones, and another icon. */
export function setWords(button: HTMLButtonElement, icon: LabIcon, label: string): void {
  if (button.textContent === label) return;
  button.replaceChildren(picture(icon), element("span", "label", label));
}

/** Gives an element another icon and label. */
export function setIcon(control: HTMLElement, icon: LabIcon, label: string): void {
  control.replaceChildren(picture(icon));
  setLabel(control, label);
}

/** Gives an element that shows no words a name, which is also its tooltip. */
export function setLabel(control: HTMLElement, label: string): void {
  control.title = label;
  control.setAttribute("aria-label", label);
}

/** Sets the text of an element where it is another one. */
export function setText(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

/** Sets an attribute where it has another value; `undefined` removes it. */
export function setAttribute(target: Element, name: string, value: string | undefined): void {
  if (value === undefined) target.removeAttribute(name);
  else if (target.getAttribute(name) !== value) {
    target.setAttribute(name, value);
  }
}

function picture(icon: LabIcon): HTMLElement {
  const made = icon.element({ tag: "span", className: "vega-reel-icon" });
  made.setAttribute("aria-hidden", "true");
  return made;
}
