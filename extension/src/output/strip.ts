/** A tick for each segment. */
import { type SegmentRun, unpackSegments } from "../../../kernel-lib/show/mime.ts";
import { element, setAttribute, setText } from "./dom.ts";
import { tallyOf, ticksOf } from "./ticks.ts";
import type { Words } from "./words.ts";

/** The segments of a job, side by side, and in words. */
export class Strip {
  readonly node: HTMLElement;
  readonly #words: Words;
  readonly #ticks: HTMLElement = element("div", "ticks");
  readonly #text: HTMLElement = element("div", "tally");
  #packed = "";
  #where: string | undefined;

  constructor(words: Words) {
    this.#words = words;
    // To those who listen it is one picture.
    this.#ticks.setAttribute("role", "img");
    this.#text.setAttribute("aria-hidden", "true");
    this.node = element("div", "strip", this.#ticks, this.#text);
    this.node.hidden = true;
  }

  /**
   * Shows other states; ticks that are as they were are not touched.
   *
   * @param packed The states.
   * @param where The machines, where they are not the kernel's.
   */
  update(packed: string, where?: string): void {
    if (packed === this.#packed && where === this.#where) return;
    this.#packed = packed;
    this.#where = where;
    const runs: SegmentRun[] = unpackSegments(packed) ?? [];
    const states = ticksOf(runs);
    this.node.hidden = states.length === 0;
    while (this.#ticks.childElementCount > states.length) {
      this.#ticks.lastElementChild!.remove();
    }
    states.forEach((state, index) => {
      const tick = this.#ticks.children[index] ?? this.#ticks.appendChild(element("span", "tick"));
      setAttribute(tick, "data-state", state);
    });
    const words = this.#words.segments(tallyOf(runs));
    setText(this.#text, words);
    const title = where === undefined ? words : `${words}\n${where}`;
    setAttribute(this.#ticks, "aria-label", title);
    this.#ticks.title = title;
  }
}
