/** Holds frames to a layout that was settled from some of them. */
import type { GroupSpec } from "./groups.ts";
import { type Extremes, measureReach } from "./measure.ts";
import type { View } from "./vega.ts";

/** The name by which the error is known once it has crossed to another thread or machine. */
export const LAYOUT_EXCEEDED = "LayoutExceededError";

/** A frame needs more room, or less, than the layout was made for: all must be looked at. */
export class LayoutExceededError extends Error {
  override name = LAYOUT_EXCEEDED;
}

/** Rounding may differ where a group's place does, in pixels. */
const TOLERANCE = 1e-6;

/**
 * Checks that a frame changes nothing about the layout.
 *
 * @param view A view that has run.
 * @param spec The spec that it shows.
 * @param frame The frame that it shows.
 * @param limits What was measured of the frames that the layout was settled from.
 * @throws {LayoutExceededError} If something reaches further than in any of those, or moves that
 * did not.
 */
export function checkLimits(view: View, spec: GroupSpec, frame: number, limits: Extremes): void {
  for (const [name, value] of Object.entries(measureReach(view, spec))) {
    const known = limits[name];
    const stays = known !== undefined && value <= known.max + TOLERANCE &&
      (known.min !== known.max || name.startsWith("mark ") || value >= known.min - TOLERANCE);
    if (stays) continue;
    throw new LayoutExceededError(
      `Cannot keep the layout as '${name}' of frame ${frame} comes to ${value}: ` +
        `it was ${known ? `${known.min} to ${known.max}` : "not there"} in the frames looked at`,
    );
  }
}
