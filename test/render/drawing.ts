/** Draws frames as a worker does, but in this thread. */
import { lockLayout, planPicture } from "../../kernel-lib/spec/layout.ts";
import { compileSpec } from "../../kernel-lib/spec/compile.ts";
import { namesOf } from "../../kernel-lib/spec/names.ts";
import { Drawing } from "../../kernel-lib/render/draw.ts";
import { measure } from "../../kernel-lib/render/measure.ts";
import { readPatch } from "../../kernel-lib/render/patch.ts";
import { loadRaster } from "../../kernel-lib/render/raster.ts";
import { resourceLoader } from "../../kernel-lib/render/resources.ts";
import { importVega } from "../../kernel-lib/render/vega.ts";
import { FrameView } from "../../kernel-lib/render/view.ts";
import type { Pixels } from "../fresh.ts";
import type { Trap } from "./trap.ts";

/**
 * Draws all frames with one view.
 *
 * @param rungB False patches in place whether that is right or not.
 * @param onRung Told how each frame was brought about.
 */
export async function drawPatched(
  { spec, frames }: Pick<Trap, "spec" | "frames">,
  rungB: boolean,
  onRung: (rung: string) => void = () => {},
): Promise<Map<number, Pixels>> {
  const vega = await importVega();
  const raster = await loadRaster("cairo");
  const compiled = await compileSpec(spec, {});
  const names = namesOf(compiled, spec);
  const source = { names, baseURL: ".", localFiles: true };
  const scanned = new FrameView(vega, {
    ...source,
    spec: compiled.spec,
    patchInPlace: false,
    rungB: true,
  });
  await scanned.show(readPatch(frames[0], names, 0));
  const layout = measure(scanned.view);
  const locked = lockLayout(compiled.spec, layout);
  const picture = planPicture(layout.size, {}, "white");
  const surface = raster.createSurface(picture.width, picture.height);
  const drawing = new Drawing(vega, surface, picture, resourceLoader(vega, ".", true));
  const patched = new FrameView(vega, { ...source, spec: locked, patchInPlace: true, rungB });
  const drawn = new Map<number, Pixels>();
  for (const [index, values] of frames.entries()) {
    onRung(await patched.show(readPatch(values, names, index)));
    await drawing.draw(patched.view);
    const { width, height } = surface;
    drawn.set(index, { width, height, rgba: toRgba(surface.read()) });
  }
  return drawn;
}

/** Cairo's bytes in the order of a canvas's. */
export function toRgba(bgra: Uint8Array): Uint8Array<ArrayBuffer> {
  const rgba = new Uint8Array(bgra.length);
  for (let i = 0; i < bgra.length; i += 4) {
    rgba[i] = bgra[i + 2];
    rgba[i + 1] = bgra[i + 1];
    rgba[i + 2] = bgra[i];
    rgba[i + 3] = 255;
  }
  return rgba;
}
