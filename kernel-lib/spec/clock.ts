/** The clock of an animated Vega-Lite spec: which value each frame of the video shows. */
import { refuse } from "./refusals.ts";
import type { Pace, Pause } from "./timer.ts";

/** A Vega scale from values to the milliseconds at which they are shown. */
export interface TimeScale {
  (value: unknown): number | undefined;
  domain(): unknown[];
  range(): number[];
  invert(milliseconds: number): unknown;
  /** Only a scale of steps has it. */
  bandwidth?(): number;
}

/** The most frames that a video may have. */
const MAX_FRAMES = 10_000_000;

/** Far less than a step, and more than what a frame's time loses to rounding; in milliseconds. */
const ROUNDING = 1e-6;

/**
 * The value that each frame shows: frame `k` that which Vega-Lite's own timer would show at the
 * time `k / fps`. The last frame is the last one before the timer would begin again.
 *
 * @param scale When each value is shown.
 * @param pause Values at which the clock stands still.
 * @param ease The clock's own progress by that of time, both from 0 to 1; even when undefined.
 * @param fps Frames per second.
 * @returns One value for each frame, dates as timestamps; none where the scale has no values.
 * @throws {TypeError} If the clock should stand still at what is no value.
 * @throws {RangeError} If there would be too many frames.
 */
export function frameValues(
  scale: TimeScale,
  { pause, ease }: Pick<Pace, "pause"> & { ease?: (progress: number) => number },
  fps: number,
): unknown[] {
  const domain = scale.domain().filter((value) => !isMissing(value));
  if (domain.length === 0) return [];
  const span = Math.max(...scale.range());
  const clockAt = ease ? (time: number) => span * ease(time / span) : (time: number) => time;
  const stops = pause
    .map((stop) => ({ ...stop, at: timeOf(scale, stop, span, clockAt) }))
    .sort((a, b) => a.at - b.at);
  const total = stops.reduce((sum, { duration }) => sum + duration, span);
  const frames = Math.max(1, Math.ceil((total - ROUNDING) * fps / 1000));
  if (!(frames <= MAX_FRAMES)) {
    throw new RangeError(
      `Cannot animate as there must be at most ${MAX_FRAMES} frames: ` +
        `the animation lasts ${total / 1000} seconds`,
    );
  }
  const slack = scale.bandwidth ? ROUNDING : 0;
  return Array.from({ length: frames }, (_, frame) => {
    let time = 1000 * frame / fps;
    for (const { at, duration } of stops) if (time > at) time = Math.max(at, time - duration);
    const clock = Math.max(0, Math.min(span, clockAt(time) + slack));
    const value = scale.invert(clock);
    const shown = isMissing(value) ? least(domain) : value;
    return shown instanceof Date ? shown.getTime() : shown;
  });
}

/** When the clock comes to a value, in milliseconds. */
function timeOf(
  scale: TimeScale,
  { value }: Pause,
  span: number,
  clockAt: (time: number) => number,
): number {
  const known = scale.domain().find((other) => isSame(other, value));
  const at = scale.bandwidth && known === undefined ? undefined : scale(known ?? value);
  if (at === undefined || !(at >= 0 && at <= span)) refuse("pause", JSON.stringify(value));
  let time = clockAt(at) === at ? at : 0;
  // An eased clock has no simple inverse, and a millisecond is less than a frame.
  while (time < span && clockAt(time) < at) time++;
  return time;
}

/** True for the same value; a date may be written as text. Vega reads dates as timestamps. */
function isSame(a: unknown, b: unknown): boolean {
  const value = a instanceof Date ? a.getTime() : a;
  return value === b || (typeof b === "string" && value === Date.parse(b));
}

/** True for what is no value: null, a date that could not be read, and the like. */
function isMissing(value: unknown): boolean {
  return value === null || value === undefined || Number.isNaN(value) ||
    (value instanceof Date && Number.isNaN(value.getTime()));
}

/** What Vega-Lite's timer shows where its clock is at no value. */
function least(values: unknown[]): unknown {
  return values.reduce((a, b) => (b as number) < (a as number) ? b : a);
}
