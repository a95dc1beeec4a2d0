/** The running jobs in few words. */
import type { TranslationBundle } from "@jupyterlab/translation";
import { renderName } from "../names.ts";
import type { Render } from "../tokens.ts";

/** How much of the jobs is drawn, from 0 to 1; undefined where that is not known of any of them. */
export function fractionOf(renders: readonly Render[]): number | undefined {
  const [frames, total] = renders.reduce(
    ([frames, total], { model }) => {
      return model.total === null ? [frames, total] : [frames + model.frames, total + model.total];
    },
    [0, 0],
  );
  return total > 0 ? Math.min(1, frames / total) : undefined;
}

/** A fraction as a whole number of hundredths: never 100 before the end. */
export function percentOf(fraction: number): number {
  return Math.floor(fraction * 100);
}

/** What runs and how far it is: `wave.mp4 43 %`. */
export function summary(renders: readonly Render[], trans: TranslationBundle): string {
  const what = renders.length === 1
    ? renderName(renders[0], trans)
    : trans._n("%1 render", "%1 renders", renders.length);
  const fraction = fractionOf(renders);
  if (fraction === undefined) return what;
  const percent = percentOf(fraction);
  return renders.length === 1
    ? trans.__("%1 %2 %", what, percent)
    : trans.__("%1, %2 %", what, percent);
}

/** The time that a job still takes: `38 s left`; empty while that is not known. */
export function timeLeft({ model }: Render, trans: TranslationBundle): string {
  if (model.secondsLeft === null) return "";
  const seconds = Math.ceil(model.secondsLeft);
  if (seconds < 100) return trans.__("%1 s left", seconds);
  const minutes = Math.round(seconds / 60);
  if (minutes < 100) return trans.__("%1 min left", minutes);
  return trans.__("%1 h left", Math.round(minutes / 60));
}
