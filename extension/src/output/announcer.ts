/** What is said to those who listen to the page. */
import { element } from "./dom.ts";

/** The least time between two announcements, in milliseconds. */
const INTERVAL = 1000;

/** One live region for an output: it speaks seldom, and the latest words win. */
export class Announcer {
  readonly node: HTMLElement = element("div", "announcer");
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last = -Infinity;
  #words = "";

  constructor() {
    this.node.setAttribute("aria-live", "polite");
  }

  /** Says something, as soon as the last words are long enough ago. */
  say(words: string): void {
    this.#words = words;
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#last = performance.now();
        this.node.textContent = this.#words;
      },
      Math.max(0, this.#last + INTERVAL - performance.now()),
    );
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }
}
