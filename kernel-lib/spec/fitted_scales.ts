/** Scales of fitted views are as Vega leaves them. */
import type { GroupSpec } from "../render/groups.ts";
import type { VegaScale, VegaSpec } from "./compile.ts";
import { mapGroups } from "./groups.ts";
import { isFitted } from "./layout.ts";

/** Scales that begin at zero unless told otherwise, by their types; one without a type is linear. */
const FROM_ZERO = ["linear", "pow", "sqrt", undefined];

/**
 * The spec with scales that have bins told not to begin at zero, where the view is fitted. Vega lets
 * them at first, but once they have bins not any more; a fitted view's scales are made a second time,
 * for the plot as it is then. Here that has its size from the start.
 *
 * @param spec The compiled spec; it is not changed.
 */
export function withFittedScales(spec: VegaSpec): VegaSpec {
  if (!isFitted(spec)) return spec;
  return mapGroups(
    spec as GroupSpec,
    (group) =>
      Array.isArray(group.scales) ? { ...group, scales: group.scales.map(withoutZero) } : group,
  ) as VegaSpec;
}

function withoutZero(scale: VegaScale): VegaScale {
  const { type, bins, zero } = scale;
  const isLetBe = bins === undefined || zero !== undefined || !FROM_ZERO.includes(type);
  return isLetBe ? scale : { ...scale, zero: false };
}
