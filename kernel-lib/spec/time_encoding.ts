/** The `time` encoding of an animated Vega-Lite spec. */
import { isPlainObject } from "../render/plain_object.ts";
import { compileVegaLite, type VegaScale } from "./compile.ts";
import { refuse } from "./refusals.ts";

type Time = Record<string, unknown>;

/** Milliseconds of an animation with a continuous scale: Vega-Lite's `animationDuration`. */
const DURATION = 5000;

/**
 * The one `time` encoding that all views have: there is one clock.
 *
 * @param times The encodings of all views, at least one.
 * @throws {TypeError} If they differ, or have no plain field.
 */
export function oneTime(times: Time[]): Time {
  for (const time of times) {
    if ("key" in time || "interpolate" in time) refuse("interpolation", String(time.field));
    if (typeof time.field !== "string" || time.bin || time.aggregate) {
      refuse("field", JSON.stringify(time));
    }
  }
  const signature = ({ rescale: _rescale, ...rest }: Time) => JSON.stringify(rest);
  const other = times.find((time) => signature(time) !== signature(times[0]));
  if (other) refuse("clocks", `${signature(times[0])} and ${signature(other)}`);
  return times[0];
}

/**
 * The time scale as Vega-Lite compiles it, from values to milliseconds, and the field as rows have it
 * in Vega. A step as the range, and a continuous scale's range, Vega-Lite 6.5 compiles to what Vega
 * does not take.
 *
 * @param time The encoding.
 * @param config The spec's own config.
 */
export async function timeScale(
  time: Time,
  config: unknown,
): Promise<{ scale: VegaScale; field: string }> {
  const own = isPlainObject(time.scale) ? time.scale : {};
  const { domain: _domain, ...open } = own;
  const compile = async (scale: Time) => {
    const view = { data: { name: "d" }, mark: "point", encoding: { time: { ...time, scale } } };
    const { scales } = await compileVegaLite(config === undefined ? view : { ...view, config });
    return scales!.find(({ name }) => name === "time")!;
  };
  const scale = await compile(own);
  const { domain } = await compile(open);
  if (isPlainObject(own.range) && typeof own.range.step === "number") {
    scale.range = { step: own.range.step };
  } else if (scale.type === "linear" && own.range === undefined) {
    const settings = isPlainObject(config) && isPlainObject(config.scale) ? config.scale : {};
    const seconds = settings.animationDuration;
    scale.range = [0, typeof seconds === "number" ? 1000 * seconds : DURATION];
  }
  return { scale, field: String((domain as Time).field) };
}
