/** Every frame is what a fresh view would draw. */
import assert from "node:assert/strict";
import { animate } from "vega-reel";
import { compileSpec } from "../../kernel-lib/spec/compile.ts";
import { namesOf } from "../../kernel-lib/spec/names.ts";
import { toYuv420 } from "../../kernel-lib/render/convert.ts";
import { readPatch } from "../../kernel-lib/render/patch.ts";
import { importVega } from "../../kernel-lib/render/vega.ts";
import { OPERATORS } from "../../kernel-lib/render/operators.ts";
import { inPlaceRung } from "../../kernel-lib/render/rung.ts";
import { withPlaces } from "../../kernel-lib/render/values.ts";
import { drawFresh, padToEven } from "../fresh.ts";
import { runFfmpeg } from "../video.ts";
import { drawPatched } from "./drawing.ts";
import { rowTraps } from "./row_traps.ts";
import { traps } from "./traps.ts";

const all = { ...traps, ...rowTraps };

for (const [name, trap] of Object.entries(traps)) {
  Deno.test(`animate() draws ${name} as fresh views do`, async () => {
    const folder = await Deno.makeTempDir();
    try {
      // Without loss, the file holds the very pixels that were drawn.
      const video = await animate(trap.spec, trap.frames, {
        output: `${folder}/trap.mp4`,
        crf: 0,
        segmentFrames: 3,
        workers: 2,
        raster: "cairo",
        show: false,
      });
      const { stdout } = await runFfmpeg([
        ...["-v", "error", "-i", video.path, "-f", "rawvideo", "-pix_fmt", "yuv420p", "pipe:1"],
      ]);
      const size = video.width * video.height * 3 / 2;
      assert.equal(stdout.length, size * trap.frames.length);
      const order = trap.frames.map((_, i) => i).reverse();
      for (const [index, fresh] of await drawFresh(trap.spec, trap.frames, order)) {
        const pixels = padToEven(fresh);
        assert.deepEqual([video.width, video.height], [pixels.width, pixels.height]);
        const expected = new Uint8Array(size);
        toYuv420(pixels.rgba, expected, pixels.width, pixels.height, "rgba");
        const actual = stdout.subarray(index * size, (index + 1) * size);
        assert.equal(countDifferences(expected, actual), 0, `frame ${index} differs`);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

for (const [name, trap] of Object.entries(all).filter(([, { needsNewView }]) => needsNewView)) {
  Deno.test(`FrameView.show() draws ${name} wrongly when it always patches in place`, async () => {
    const fresh = await drawFresh(trap.spec, trap.frames);
    let differences = 0;
    for (const [index, pixels] of await drawPatched(trap, false)) {
      differences += countDifferences(padToEven(fresh.get(index)!).rgba, pixels.rgba);
    }
    assert.notEqual(differences, 0);
  });
}

for (const [name, trap] of Object.entries(rowTraps)) {
  Deno.test(`FrameView.show() draws ${name} as fresh views do`, async () => {
    const fresh = await drawFresh(trap.spec, trap.frames);
    for (const [index, pixels] of await drawPatched(trap, true)) {
      const expected = padToEven(fresh.get(index)!).rgba;
      assert.equal(countDifferences(expected, pixels.rgba), 0, `frame ${index} differs`);
    }
  });
}

Deno.test("FrameView.show() patches in place where a new view is not needed", async () => {
  for (const [name, trap] of Object.entries(all)) {
    if (trap.needsNewView || trap.movesScales) continue;
    const rungs: string[] = [];
    await drawPatched(trap, true, (rung) => rungs.push(rung));
    assert.deepEqual(rungs, trap.frames.map((_, i) => i === 0 ? "newView" : "inPlace"), name);
  }
});

Deno.test("every row of the table of operators has a trap that is patched in place by it", async () => {
  const vega = await importVega();
  const rows = new Set<string>();
  for (const { spec, frames, needsNewView } of Object.values(all)) {
    if (needsNewView) continue;
    const compiled = await compileSpec(spec, {});
    const { datasets, signals } = readPatch(frames[0], namesOf(compiled, spec), 0);
    const given = [Object.keys(datasets), Object.keys(signals)] as const;
    const rung = inPlaceRung(vega.parse(withPlaces(compiled.spec, ...given)), ...given);
    for (const type of rung?.types ?? []) rows.add(type);
  }
  assert.deepEqual([...rows].sort(), Object.keys(OPERATORS).sort());
});

function countDifferences(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) return Math.max(a.length, b.length);
  let differences = 0;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) differences++;
  return differences;
}
