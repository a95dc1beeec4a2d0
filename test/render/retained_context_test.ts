import assert from "node:assert/strict";
import { loadRaster, type Surface } from "../../kernel-lib/render/raster.ts";
import { RetainedContext } from "../../kernel-lib/render/retained_context.ts";
import {
  type Call,
  generator,
  nextCalls,
  perform,
  randomCalls,
  withPaths,
} from "./random_calls.ts";

const SIZE = 48;

/** Draws a frame from the beginning, on a white ground. */
// deno-lint-ignore no-explicit-any
function drawFrame(context: any, calls: Call[]): void {
  context.save();
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, SIZE, SIZE);
  for (const call of calls) perform(context, call);
  context.restore();
}

/** Draws a frame as the parts of a chart are drawn: through `begin` and `end`. */
function drawRetained(context: RetainedContext, calls: Call[]): boolean {
  context.begin();
  drawFrame(context, calls);
  return context.end();
}

function differences(a: Surface, b: Surface): number {
  const expected = b.read();
  return a.read().filter((value, i) => value !== expected[i]).length;
}

/** A surface on which even a short beginning is kept, where beginnings are. */
async function eagerSurface(name: "cairo" | "skia"): Promise<Surface> {
  const surface = (await loadRaster(name)).createSurface(SIZE, SIZE);
  return { ...surface, layerPaints: name === "cairo" ? 1 : surface.layerPaints };
}

for (const name of ["cairo", "skia"] as const) {
  Deno.test(`RetainedContext draws what ${name} draws, whatever the calls`, async () => {
    const raster = await loadRaster(name);
    const work = { layers: 0, repeats: 0 };
    for (let seed = 1; seed <= 40; seed++) {
      const random = generator(seed * 7919);
      const surface = await eagerSurface(name);
      const retained = new RetainedContext(surface);
      let anyCalls = randomCalls(random, 60, SIZE);
      for (let frame = 0; frame < 12; frame++) {
        const calls = withPaths(anyCalls);
        const fresh = raster.createSurface(SIZE, SIZE);
        drawFrame(fresh.context, calls);
        const before = surface.read();
        const changed = drawRetained(retained, calls);
        const differ = differences(surface, fresh);
        assert.equal(differ, 0, `frame ${frame} of seed ${seed} differs`);
        if (!changed) {
          work.repeats++;
          assert.deepEqual(surface.read(), before);
        }
        anyCalls = nextCalls(random, anyCalls, SIZE);
      }
      work.layers += retained.work.layers;
    }
    // All ways of drawing a frame were taken.
    assert.ok(work.repeats > 20, JSON.stringify(work));
    assert.ok(name === "skia" || work.layers > 50, JSON.stringify(work));
  });
}

const grid: Call[] = Array.from({ length: 20 }, (_, i) => [
  { method: "beginPath", args: [] },
  { method: "rect", args: [2 * i, 0, 1, SIZE] },
  { method: "fill", args: [] },
]).flat();
const dot = (x: number): Call[] => [{ method: "fillRect", args: [x, 3, 5, 5] }];

Deno.test("RetainedContext does not draw again what a frame shares with the one before", async () => {
  const surface = (await loadRaster("cairo")).createSurface(SIZE, SIZE);
  const retained = new RetainedContext(surface);
  for (const x of [1, 2]) drawRetained(retained, [...grid, ...dot(x)]);
  const { calls } = retained.work;
  drawRetained(retained, [...grid, ...dot(3)]);
  assert.equal(retained.work.layers, 1);
  assert.ok(retained.work.calls - calls < 10, `${retained.work.calls - calls} calls`);
});

Deno.test("RetainedContext.end() returns false for a frame that is the same", async () => {
  const retained = new RetainedContext((await loadRaster("cairo")).createSurface(SIZE, SIZE));
  assert.equal(drawRetained(retained, grid), true);
  const { calls } = retained.work;
  assert.equal(drawRetained(retained, grid), false);
  assert.equal(retained.work.calls, calls);
  // Shorter by one call, and longer again.
  assert.equal(drawRetained(retained, grid.slice(0, -1)), true);
  assert.equal(drawRetained(retained, grid), true);
});

Deno.test("RetainedContext does not set a style to what it is", async () => {
  const retained = new RetainedContext((await loadRaster("cairo")).createSurface(SIZE, SIZE));
  const style = (value: string): Call => ({ style: "globalCompositeOperation", value });
  const before = retained.work.sets;
  drawRetained(retained, [style("source-over"), ...dot(1), style("source-over"), ...dot(2)]);
  // One more is the background's colour.
  assert.equal(retained.work.sets - before, 2);
});

Deno.test("RetainedContext draws gradients and images anew each time: they may have changed", async () => {
  const { createCanvas } = await import("canvas");
  const image = createCanvas(4, 4);
  const surface = await eagerSurface("cairo");
  const retained = new RetainedContext(surface);
  const calls: Call[] = [...grid, { method: "drawImage", args: [image, 0, 0] }, ...grid];
  drawRetained(retained, calls);
  const before = surface.read();
  const context = image.getContext("2d");
  context.fillStyle = "red";
  context.fillRect(0, 0, 4, 4);
  assert.equal(drawRetained(retained, calls), true);
  assert.notDeepEqual(surface.read(), before);
});

Deno.test("RetainedContext draws the whole frame after one that failed", async () => {
  const surface = await eagerSurface("cairo");
  const fresh = await eagerSurface("cairo");
  const retained = new RetainedContext(surface);
  for (const x of [1, 2]) drawRetained(retained, [...grid, ...dot(x)]);
  const unknown: Call[] = [...grid.slice(0, 9), { method: "unknown", args: [] }];
  const save: Call = { method: "save", args: [] };
  const shift: Call = { method: "translate", args: [9, 9] };
  assert.throws(() => drawRetained(retained, [save, shift, ...unknown]), TypeError);
  drawRetained(retained, [...grid, ...dot(3)]);
  drawFrame(fresh.context, [...grid, ...dot(3)]);
  assert.equal(differences(surface, fresh), 0);
});

Deno.test("RetainedContext throws where a path would go on after text", async () => {
  const retained = new RetainedContext(await eagerSurface("cairo"));
  const text: Call = { method: "fillText", args: ["a", 1, 1] };
  const path: Call[] = [{ method: "beginPath", args: [] }, { method: "lineTo", args: [1, 1] }];
  const message = /^Cannot go on with a path/;
  assert.throws(() => drawRetained(retained, [...path, text, ...path.slice(1)]), { message });
});

Deno.test("RetainedContext sets the offset of dashes again: Cairo forgets it without dashes", async () => {
  const surface = await eagerSurface("cairo");
  const fresh = await eagerSurface("cairo");
  const offset: Call = { style: "lineDashOffset", value: 3 };
  const dashes = (...lengths: number[]): Call => ({ method: "setLineDash", args: [lengths] });
  const path: Call[] = [
    { method: "beginPath", args: [] },
    { method: "moveTo", args: [0, 9] },
    { method: "lineTo", args: [SIZE, 9] },
    { method: "stroke", args: [] },
  ];
  const calls = [dashes(), offset, dashes(4), offset, ...path];
  drawRetained(new RetainedContext(surface), calls);
  drawFrame(fresh.context, calls);
  assert.equal(differences(surface, fresh), 0);
});
