/** Draws frames as a worker does, but in this thread. */
import type { Picture } from "../../kernel-lib/render/task.ts";
import { compileSpec, type VegaSpec } from "../../kernel-lib/spec/compile.ts";
import { namesOf } from "../../kernel-lib/spec/names.ts";
import { Drawing } from "../../kernel-lib/render/draw.ts";
import { type Names, readPatch } from "../../kernel-lib/render/patch.ts";
import { loadRaster } from "../../kernel-lib/render/raster.ts";
import { resourceLoader } from "../../kernel-lib/render/resources.ts";
import { importVega } from "../../kernel-lib/render/vega.ts";
import { FrameView } from "../../kernel-lib/render/view.ts";
import type { Pixels, Values } from "../fresh.ts";

/** What of a job is needed to draw its frames. */
export interface PlainJob {
  spec: VegaSpec;
  names: Names;
  picture: Picture;
}

/** A job of a small spec, in a picture of a fixed size, without a look at its frames. */
export async function plainJob(written: Record<string, unknown>): Promise<PlainJob> {
  const compiled = await compileSpec(written, {});
  const size = { width: 400, height: 300 };
  const { width = 160, height = 120 } = compiled.spec as { width?: number; height?: number };
  const padding = { left: 50, top: 50, right: 350 - width, bottom: 250 - height };
  return {
    spec: { ...compiled.spec, width, height, autosize: "none", padding },
    names: structuredClone(namesOf(compiled, compiled.source)),
    picture: {
      ...size,
      viewWidth: size.width,
      viewHeight: size.height,
      scale: 1,
      left: 0,
      top: 0,
      background: "white",
    },
  };
}

/**
 * Draws all frames with one view.
 *
 * @param rungB False patches in place whether that is right or not.
 * @param onRung Told how each frame was brought about.
 */
export async function drawPatched(
  { spec, names, picture }: PlainJob,
  frames: Values[],
  rungB: boolean,
  onRung: (rung: string) => void = () => {},
): Promise<Map<number, Pixels>> {
  const vega = await importVega();
  const raster = await loadRaster("cairo");
  const { width, height } = picture;
  const surface = raster.createSurface(width, height);
  const drawing = new Drawing(
    vega,
    surface,
    picture,
    resourceLoader(vega, { baseURL: ".", localFiles: true }),
  );
  // A view writes into the values of some signals.
  const source = {
    spec: structuredClone(spec),
    names,
    baseURL: ".",
    localFiles: true,
    patchInPlace: true,
    rungB,
  };
  const patched = new FrameView(vega, source);
  const drawn = new Map<number, Pixels>();
  for (const [index, values] of frames.entries()) {
    onRung(await patched.show(readPatch(values, names, index)));
    await drawing.draw(patched.view);
    drawn.set(index, { width, height, rgba: toRgba(surface.read()) });
  }
  patched.close();
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
