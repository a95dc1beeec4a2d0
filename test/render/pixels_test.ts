/** Every frame is what a fresh view would draw. */
import assert from "node:assert/strict";
import { Drawing } from "../../kernel-lib/render/draw.ts";
import { readPatch } from "../../kernel-lib/render/patch.ts";
import { loadRaster } from "../../kernel-lib/render/raster.ts";
import { resourceLoader } from "../../kernel-lib/render/resources.ts";
import { importVega } from "../../kernel-lib/render/vega.ts";
import { FrameView } from "../../kernel-lib/render/view.ts";
import { assertFresh, countDifferences } from "../assert_fresh.ts";
import { drawFresh, type Pixels } from "../fresh.ts";
import { type SettledJob, settledJob } from "../settled.ts";
import { type Trap, traps } from "./traps.ts";

for (const [name, trap] of Object.entries(traps)) {
  Deno.test(`animate() draws ${name} as fresh views do`, async () => {
    await assertFresh(trap.spec, trap.frames);
  });
}

for (const [name, trap] of Object.entries(traps).filter(([, { needsNewView }]) => needsNewView)) {
  Deno.test(`FrameView.show() draws ${name} wrongly when it always patches in place`, async () => {
    const job = await settledJob(trap.spec, trap.frames);
    const fresh = await drawFresh(job, trap.frames);
    let differences = 0;
    for (const [index, pixels] of await drawPatched(job, trap, false)) {
      differences += countDifferences(fresh.get(index)!.rgba, pixels.rgba);
    }
    assert.notEqual(differences, 0);
  });
}

Deno.test("FrameView.show() patches in place where a new view is not needed", async () => {
  for (const [name, trap] of Object.entries(traps)) {
    if (trap.needsNewView || trap.movesScales) continue;
    const rungs: string[] = [];
    const job = await settledJob(trap.spec, trap.frames);
    await drawPatched(job, trap, true, (rung) => rungs.push(rung));
    assert.deepEqual(rungs, trap.frames.map((_, i) => i === 0 ? "newView" : "inPlace"), name);
  }
});

/** Draws all frames with one view in this thread. */
async function drawPatched(
  { spec, names, picture }: SettledJob,
  { frames }: Trap,
  rungB: boolean,
  onRung: (rung: string) => void = () => {},
): Promise<Map<number, Pixels>> {
  const vega = await importVega();
  const raster = await loadRaster("cairo");
  const source = { spec, names, baseURL: ".", localFiles: true, patchInPlace: true, rungB };
  const surface = raster.createSurface(picture.width, picture.height);
  const drawing = new Drawing(vega, surface, picture, resourceLoader(vega, ".", true));
  const patched = new FrameView(vega, source);
  const drawn = new Map<number, Pixels>();
  for (const [index, values] of frames.entries()) {
    onRung(await patched.show(readPatch(values, names, index)));
    await drawing.draw(patched.view);
    drawn.set(index, toRgba(surface.read(), surface.width, surface.height));
  }
  return drawn;
}

function toRgba(bgra: Uint8Array, width: number, height: number): Pixels {
  const rgba = new Uint8Array(bgra.length);
  for (let i = 0; i < bgra.length; i += 4) {
    rgba.set([bgra[i + 2], bgra[i + 1], bgra[i], 255], i);
  }
  return { width, height, rgba };
}
