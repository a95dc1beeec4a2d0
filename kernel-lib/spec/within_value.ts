/** What Vega-Lite computes over all values of an animation together, kept within the one on show. */
import { isPlainObject } from "../render/plain_object.ts";
import type { AnimatedUnit } from "./animation.ts";
import type { VegaData } from "./compile.ts";

/** How often there are rows at a place of a line or an area, besides those that fill its gaps. */
const PRESENT = "animated_present";

/**
 * Stacks and fills gaps within one value, where Vega-Lite 6.5 does so over all values together: what
 * has no row at all at a value leaves no gap there. Steps that the user wrote stay.
 */
export function keepWithin(data: VegaData, field: string, unit: AnimatedUnit): void {
  const { fillsGaps } = unit;
  data.transform = data.transform?.flatMap((step) => {
    const [made] = [step.as].flat();
    const groupby = Array.isArray(step.groupby) ? step.groupby : [];
    const within = { ...step, groupby: groupby.includes(field) ? groupby : [...groupby, field] };
    if (isOwnStack(step)) return [showsSeveral(unit) ? step : within];
    const isOwnWindow = step.type === "window" && /^imputed_.*_value$/.test(String(made));
    if (fillsGaps && isOwnWindow) return [within];
    // Those that stacks need are grouped by the time already.
    const isOwnImpute = step.type === "impute" && (fillsGaps || groupby.includes(field));
    if (!isOwnImpute) return [step];
    const count = { ops: ["missing"], fields: ["_impute"], as: [PRESENT] };
    const asked = isPlainObject(step.keyvals) ? step.keyvals.signal : JSON.stringify(step.keyvals);
    const isAsked = asked ? ` || indexof(${asked}, datum[${JSON.stringify(step.key)}]) >= 0` : "";
    return [
      within,
      { type: "joinaggregate", groupby: [step.key, field], ...count },
      { type: "filter", expr: `datum[${JSON.stringify(PRESENT)}] > 0${isAsked}` },
    ];
  });
}

/** What a step does, whatever it is grouped by. */
export function signature(step: Record<string, unknown>): string {
  return JSON.stringify({ ...step, groupby: undefined });
}

/** True for a step that Vega-Lite makes for marks that stand on each other. */
export function isOwnStack({ type, as }: Record<string, unknown>): boolean {
  const [start, end] = [as].flat().map(String);
  return type === "stack" && /_start$/.test(start) && /_end$/.test(end);
}

/** True for a view that shows rows of several values at once, such as those up to now. */
export function showsSeveral({ filters }: AnimatedUnit): boolean {
  return !filters.some((expr) => /vlSelectionTest/.test(expr)) &&
    filters.some((expr) => /[<>]|inrange/.test(expr));
}
