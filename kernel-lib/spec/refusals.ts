/** The ways to animate a Vega-Lite spec that are refused, each with its reason. A closed list. */

/** The reason, and what to do instead, by what was found. */
const REASONS = {
  timers: (found: string) =>
    `there must be one timer, as a video has one clock: the timers are '${found}'`,
  timeless: (found: string) =>
    `the timer '${found}' must have a 'time' encoding beside it, whose values it runs through, ` +
    `such as "time": {"field": "year"}: no view has one`,
  clocks: (found: string) =>
    `all 'time' encodings must be the same, as a video has one clock: there are ${found}`,
  field: (found: string) =>
    `'time' must be a field without 'bin' or 'aggregate', whose values are the steps of the ` +
    `animation: it is ${found}`,
  interpolation: (found: string) =>
    `'time' must not have 'key' or 'interpolate': Vega-Lite does not draw between the values of ` +
    `'${found}', make the states between them with tween()`,
  predicate: (found: string) =>
    `the timer '${found}' must not have a 'predicate': Vega-Lite has none, filter with an ` +
    `expression instead, such as "datum.year <= anim_value"`,
  step: (found: string) =>
    `a step of 'time' must be a positive number of milliseconds, by 'range' of its scale or ` +
    `'framesPerSecond' of the config's: current value is ${found}`,
  range: (found: string) =>
    `the 'range' of the time scale must be milliseconds, of each step as in {"step": 500} or of the ` +
    `whole as in [0, 5000]: current value is ${found}`,
  continuous: (found: string) =>
    `a 'time' of type "linear" passes between the values of '${found}', where no row is: filter ` +
    `with an expression, such as "datum.${found} <= anim_value", or leave the type out`,
  easing: (found: string) =>
    `'easing' must be the name of a d3-ease function, such as "easeCubicInOut", or an array of ` +
    `numbers from 0 to 1: current value is ${found}`,
  pause: (found: string) =>
    `'pause' must list values of the animation, each with a duration in milliseconds, such as ` +
    `{"value": 1965, "duration": 2000}: it has ${found}`,
  values: (found: string) => `the 'time' field '${found}' must have values: no row has one`,
} as const;

/** What can be refused. */
export type Refusal = keyof typeof REASONS;

/** @throws {TypeError} Always. */
export function refuse(why: Refusal, found: string): never {
  throw new TypeError(`Cannot animate the Vega-Lite spec as ${REASONS[why](found)}`);
}
