/** The timer of an animated Vega-Lite spec: a selection param, and how its clock runs. */
import { isPlainObject } from "../render/plain_object.ts";
import { refuse } from "./refusals.ts";

/** How the clock runs. */
export interface Pace {
  /**
   * How the clock runs through its time: the name of a d3-ease function, or an array of the clock's
   * progress at equal distances of time; evenly when absent.
   */
  easing?: string | number[];
  /** Values at which the clock stands still, each for a duration in milliseconds. */
  pause: Pause[];
}

/** A value at which an animation stands still. */
export interface Pause {
  value: unknown;
  /** Milliseconds. */
  duration: number;
}

/** True for a param that a timer drives: https://vega.github.io/vega/docs/event-streams/ */
export function isTimer({ select }: Record<string, unknown>): boolean {
  return isPlainObject(select) &&
    [select.on].flat().some((stream) =>
      isPlainObject(stream) ? stream.type === "timer" : /^\s*timer\b/.test(String(stream))
    );
}

/**
 * Reads how the clock runs. Vega-Lite 6.5 has neither; they are as vega/vega-lite#9912 and #9916
 * plan them.
 *
 * @param select The timer's selection.
 * @throws {TypeError} If its easing or a pause is not such.
 */
export function readPace({ easing, pause }: Record<string, unknown>): Pace {
  return { easing: readEasing(easing), pause: readPause(pause) };
}

function readEasing(easing: unknown): Pace["easing"] {
  if (easing === undefined || easing === "easeLinear") return undefined;
  if (typeof easing === "string") return easing;
  const isPart = (at: unknown) => typeof at === "number" && at >= 0 && at <= 1;
  if (Array.isArray(easing) && easing.length > 1 && easing.every(isPart)) return easing;
  refuse("easing", JSON.stringify(easing));
}

function readPause(pause: unknown): Pause[] {
  const stops = pause === undefined ? [] : [pause].flat();
  return stops.map((stop: unknown) => {
    const { value, duration } = isPlainObject(stop) ? stop : {};
    if (
      value === undefined || typeof duration !== "number" || !(duration >= 0 && duration < Infinity)
    ) {
      refuse("pause", JSON.stringify(stop));
    }
    return { value, duration };
  });
}
