/** Frames of Vega-Lite's own animation, drawn with its clock stopped at their times. */
import * as vega from "vega";
import { compile } from "vega-lite";
import type { Pixels } from "./fresh.ts";
import { pixelsOf } from "./fresh.ts";

/**
 * Draws what Vega-Lite's own compiled spec shows at some times.
 *
 * @param spec A Vega-Lite spec that Vega-Lite itself can animate.
 * @param clocks The times, in milliseconds.
 * @param change Changes the compiled spec before it is drawn.
 */
export async function drawAtClocks(
  // deno-lint-ignore no-explicit-any
  spec: any,
  clocks: number[],
  // deno-lint-ignore no-explicit-any
  change: (compiled: any) => void = () => {},
): Promise<Pixels[]> {
  const compiled = compile(structuredClone(spec)).spec;
  change(compiled);
  const drawn: Pixels[] = [];
  for (const clock of clocks) {
    const view = new vega.View(vega.parse(compiled), { renderer: "none" });
    try {
      await view.runAsync();
      await view.signal("is_playing", false).runAsync();
      await view.signal("anim_clock", clock).runAsync();
      drawn.push(pixelsOf(await view.toCanvas()));
    } finally {
      view.finalize();
    }
  }
  return drawn;
}
