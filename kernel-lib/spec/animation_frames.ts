/** The frames that follow from an animated Vega-Lite spec and its data. */
import type { Names } from "../render/patch.ts";
import { resourceLoader, type Resources } from "../render/resources.ts";
import { importVega, type Vega } from "../render/vega.ts";
import { TIME_SCALE, type TimeRows } from "./animated_marks.ts";
import type { Animation } from "./animation.ts";
import { frameValues, type TimeScale } from "./clock.ts";
import type { VegaSpec } from "./compile.ts";
import { refuse } from "./refusals.ts";
import type { Pace } from "./timer.ts";

/** What follows from an animation. */
export interface AnimationFrames {
  /** The spec, whose own value of the timer's param is the first one. */
  spec: VegaSpec;
  /**
   * One set of params for each frame.
   *
   * @throws {Error} If the data have no values, or could not be loaded.
   */
  params(): Record<string, unknown>[];
}

/** A compiled spec whose marks are animated, with its rows, and how it is animated. */
export interface Animated {
  spec: VegaSpec;
  animation: Animation;
  times: TimeRows[];
}

/**
 * Computes the frames of an animation.
 *
 * @param animated The spec and its animation.
 * @param names What a frame may give; it has the animation's param.
 * @param resources Where data come from that the spec does not hold.
 * @param fps Frames per second.
 * @throws {TypeError} If the animation's easing or a pause is not known.
 * @throws {RangeError} If there would be too many frames.
 */
export async function animationFrames(
  animated: Animated,
  names: Names,
  resources: Resources,
  fps: number,
): Promise<AnimationFrames> {
  const { spec, animation } = animated;
  const { param } = animation;
  const { dataset, unit, fields } = names.selections[param];
  const values = await valuesOf(animated, resources, fps);
  const first = values.slice(0, 1).map((value) => ({ unit, fields, values: [value] }));
  const data = spec.data?.map((other) =>
    other.name === dataset ? { ...other, values: first } : other
  );
  return {
    spec: { ...spec, data, scales: spec.scales?.filter(({ name }) => name !== TIME_SCALE) },
    params() {
      const [missing] = Object.entries(names.missing);
      if (values.length === 0 && missing) {
        throw new Error(`Cannot animate as dataset '${missing[0]}' is not given and ${missing[1]}`);
      }
      if (values.length === 0) refuse("values", animation.field);
      return values.map((value) => ({ [param]: value }));
    },
  };
}

/** Computes the spec's data, without its marks, and the value that each frame shows. */
async function valuesOf(
  { spec, animation: { pace: { easing, pause } }, times }: Animated,
  resources: Resources,
  fps: number,
): Promise<unknown[]> {
  const vega = await importVega();
  const ease = easeOf(vega, easing);
  const { marks: _marks, axes: _axes, legends: _legends, title: _title, ...rest } = spec;
  const silent = Object.fromEntries(
    ["level", "error", "warn", "info", "debug"].map((name) => [name, () => silent]),
  );
  const data = [
    ...(spec.data ?? []),
    ...times.map(({ root, ...rows }) => ({
      ...spec.data?.find(({ name }) => name === root),
      ...rows,
    })),
  ];
  const view = new vega.View(vega.parse({ ...rest, data }), {
    renderer: "none",
    loader: resourceLoader(vega, resources),
    // What is wrong with the spec is told when its first frame is drawn.
    logger: silent as never,
  });
  try {
    await view.runAsync();
    return frameValues(view.scale(TIME_SCALE) as TimeScale, { pause, ease }, fps);
  } finally {
    view.finalize();
  }
}

/** Vega's easing functions are those of d3-ease, by the same names. */
function easeOf(
  vega: Vega,
  easing: Pace["easing"],
): ((progress: number) => number) | undefined {
  if (easing === undefined) return undefined;
  if (Array.isArray(easing)) {
    const interpolate = vega.expressionFunction("interpolateLinear");
    return (progress) => interpolate!(easing, progress);
  }
  const known = easing.startsWith("ease") ? vega.expressionFunction(easing) : undefined;
  return known ?? refuse("easing", JSON.stringify(easing));
}
