/** Which ticks stand for a job's segments. */
import type { SegmentRun, SegmentState } from "../../../kernel-lib/show/mime.ts";

/** The most ticks that are shown; of more segments, neighbouring ones share a tick. */
export const MAX_TICKS = 200;

/** How many segments are in each state. */
export type Tally = Record<SegmentState, number>;

/** Counts segments by their state. */
export function tallyOf(runs: readonly SegmentRun[]): Tally {
  const tally: Tally = {
    waiting: 0,
    rendering: 0,
    done: 0,
    reused: 0,
    failed: 0,
  };
  for (const { state, count } of runs) tally[state] += count;
  return tally;
}

/**
 * The states of the ticks. A tick that several segments share is failed if one of them is, done if
 * all have ended well (reused if all are), waiting if all wait, and otherwise rendering.
 *
 * @param runs The segments, in order.
 * @param max The most ticks.
 */
export function ticksOf(runs: readonly SegmentRun[], max: number = MAX_TICKS): SegmentState[] {
  const total = runs.reduce((sum, { count }) => sum + count, 0);
  const share = Math.max(1, Math.ceil(total / max));
  const seen = Array.from({ length: Math.ceil(total / share) }, () => new Set<SegmentState>());
  let first = 0;
  for (const { state, count } of runs) {
    const last = Math.floor((first + count - 1) / share);
    for (let tick = Math.floor(first / share); tick <= last; tick++) {
      seen[tick].add(state);
    }
    first += count;
  }
  return seen.map(together);
}

function together(states: Set<SegmentState>): SegmentState {
  const [only] = states;
  if (states.size === 1) return only;
  if (states.has("failed")) return "failed";
  return states.has("waiting") || states.has("rendering") ? "rendering" : "done";
}
