/** An output that cannot be shown. */
import { element } from "./dom.ts";
import type { View } from "./view.ts";

/** Says quietly why. */
export class Notice implements View {
  readonly stage: HTMLElement;
  readonly controls: HTMLElement = element("div", "buttons");
  readonly facts: HTMLElement = element("div", "text");

  constructor(words: string) {
    this.stage = element("div", "notice", words);
  }

  update(): void {}

  dispose(): void {}
}
