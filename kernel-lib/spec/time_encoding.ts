/** The `time` encoding of an animated Vega-Lite spec. */
import { describe } from "../render/describe.ts";
import { isPlainObject } from "../render/plain_object.ts";
import { compileVegaLite, type VegaScale } from "./compile.ts";
import { refuse } from "./refusals.ts";

type Time = Record<string, unknown>;

/** Milliseconds of an animation with a continuous scale: Vega-Lite's `animationDuration`. */
const DURATION = 5000;

/**
 * Checks that all views have one and the same `time` encoding: there is one clock.
 *
 * @param times The encodings of all views, at least one.
 * @throws {TypeError} If they differ, or have no plain field.
 */
export function checkTimes(times: Time[]): void {
  for (const time of times) {
    if ("key" in time || "interpolate" in time) refuse("interpolation", String(time.field));
    if (typeof time.field !== "string" || time.bin || time.aggregate) {
      refuse("field", JSON.stringify(time));
    }
  }
  const signature = ({ rescale: _rescale, ...rest }: Time) => JSON.stringify(rest);
  const other = times.find((time) => signature(time) !== signature(times[0]));
  if (other) refuse("clocks", `${signature(times[0])} and ${signature(other)}`);
}

/** The kinds of time scales: of steps, or without. All others are no scales of time to Vega-Lite. */
const KINDS = ["band", "linear"];

/**
 * The time scale as Vega-Lite compiles it, from values to milliseconds, and the field as rows have it
 * in Vega. A step as the range, a continuous scale's range, and years and the like in UTC, Vega-Lite
 * 6.5 compiles to what Vega does not take.
 *
 * @param encoding The encoding of a view, with its time.
 * @param config The spec's config.
 * @throws {TypeError} If a step, or the whole, has no duration.
 */
export async function timeScale(
  encoding: Time,
  config: unknown,
): Promise<{ scale: VegaScale; field: string }> {
  const time = encoding.time as Time;
  const own = isPlainObject(time.scale) ? time.scale : {};
  if (!isRange(own.range)) refuse("range", JSON.stringify(own.range));
  const { domain: _domain, ...open } = own;
  // Values can be sorted by what another channel shows.
  const { [sortedBy(time.sort)]: other } = encoding;
  const compile = async (changed: Time) => {
    const sorted = other ? { [sortedBy(time.sort)]: other } : {};
    const shown = { ...sorted, time: { ...time, ...changed } };
    const view = { data: { name: "d" }, mark: "point", encoding: shown };
    const { scales } = await compileVegaLite(config === undefined ? view : { ...view, config });
    return scales!.find(({ name }) => name === "time")!;
  };
  let scale = await compile({ scale: own });
  if (!KINDS.includes(scale.type!)) scale = await compile({ scale: own, type: "ordinal" });
  const { domain } = await compile({ scale: open });
  if (isPlainObject(own.range) && "step" in own.range) {
    scale.range = { step: own.range.step };
  } else if (scale.type === "linear" && own.range === undefined) {
    const settings = isPlainObject(config) && isPlainObject(config.scale) ? config.scale : {};
    const seconds = settings.animationDuration;
    scale.range = [0, typeof seconds === "number" ? 1000 * seconds : DURATION];
  }
  const step = isPlainObject(scale.range) ? scale.range.step : 1;
  if (!(typeof step === "number" && step > 0 && step < Infinity)) refuse("step", describe(step));
  return { scale, field: String((domain as Time).field) };
}

/** True for milliseconds: of a step, or of the beginning and the end. */
function isRange(range: unknown): boolean {
  if (range === undefined || (isPlainObject(range) && "step" in range)) return true;
  const isTime = (at: unknown) => typeof at === "number" && at >= 0 && at < Infinity;
  return Array.isArray(range) && range.length === 2 && range.every(isTime) && range[0] !== range[1];
}

/** The channel by which values are sorted, if any: https://vega.github.io/vega-lite/docs/sort.html */
function sortedBy(sort: unknown): string {
  const channel = isPlainObject(sort) ? sort.encoding : sort;
  return typeof channel === "string" ? channel.replace(/^-/, "") : "";
}
