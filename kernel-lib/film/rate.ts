/** The frame rate of a video, from the times of its frames. */

/** How far a frame's time may be from its place, in frames. */
const JITTER = 0.1;

/** How far two rates may be apart that are one, as part of it: times are in whole ticks. */
const SAME = 0.01;

/**
 * Frames per second, to hundredths where the times are no more exact.
 *
 * @param times In seconds, in any order.
 * @returns Undefined of a single frame.
 */
export function rateOf(times: number[]): number | undefined {
  let [first, last] = [Infinity, -Infinity];
  for (const time of times) [first, last] = [Math.min(first, time), Math.max(last, time)];
  if (!(last > first)) return undefined;
  const rate = (times.length - 1) / (last - first);
  const rounded = Math.round(100 * rate) / 100;
  return Math.abs(rate - rounded) < 1e-3 * rate ? rounded : rate;
}

/** True if every frame is shown in the order in which it is decoded, each for the same time. */
export function isEven(times: number[], fps: number): boolean {
  return times.every((time, i) => Math.abs((time - times[0]) * fps - i) < JITTER);
}

/**
 * The rate that is known of a video, which is exact, unless its file is another one by now.
 *
 * @param measured What the file says.
 */
export function exactRate(
  measured: number | undefined,
  known: number | undefined,
): number | undefined {
  if (measured === undefined || known === undefined) return measured ?? known;
  return Math.abs(measured - known) <= SAME * known ? known : measured;
}
