/** What the parts of a film have in common once they are joined. */
import { DEFAULT_CRF, type Preset } from "../job/encoder.ts";
import type { Clip } from "./clip.ts";
import { conformedParameters, type Shape } from "./conform.ts";

const PRESETS: Preset[] = ["standard", "draft", "fine"];

/**
 * The size and rate that hold all parts, and the preset with which the fewest of them have to be
 * encoded anew.
 */
export async function shapeOf(
  clips: Clip[],
  { width, height, fps, preset, crf }: Partial<Shape>,
  signal: AbortSignal,
): Promise<Shape> {
  const even = (pixels: number) => pixels + pixels % 2;
  const size = {
    width: width ?? even(Math.max(...clips.map(({ width }) => width))),
    height: height ?? even(Math.max(...clips.map(({ height }) => height))),
    fps: fps ?? (Math.max(...clips.map(({ fps = 0 }) => fps)) || 30),
  };
  const chosen = preset ?? await commonPreset(clips, size, signal);
  return { ...size, preset: chosen, crf: crf ?? DEFAULT_CRF[chosen] };
}

/** True where a part has the size and the rate already. */
export function fits(
  clip: Clip,
  { width, height, fps }: Pick<Shape, "width" | "height" | "fps">,
): boolean {
  // A single frame has no rate.
  return clip.width === width && clip.height === height && (clip.fps ?? fps) === fps;
}

async function commonPreset(
  clips: Clip[],
  size: { width: number; height: number; fps: number },
  signal: AbortSignal,
): Promise<Preset> {
  const own = clips.map((clip) => fits(clip, size) ? clip.track?.parameters : undefined);
  if (own.every((parameters) => parameters === undefined)) return "standard";
  let best: Preset = "standard";
  let most = 0;
  for (const preset of PRESETS) {
    const shape = { ...size, preset, crf: DEFAULT_CRF[preset] };
    const parameters = await conformedParameters(shape, signal);
    const count = own.filter((other) => other === parameters).length;
    if (count > most) [best, most] = [preset, count];
    if (most === clips.length) break;
  }
  return best;
}
