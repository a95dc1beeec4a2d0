/** How far the frames of a draft are from those that a fresh view draws. */
import assert from "node:assert/strict";
import { animate } from "vega-reel";
import { DraftDrawing } from "../../kernel-lib/render/draft.ts";
import { loadRaster } from "../../kernel-lib/render/raster.ts";
import { resourceLoader } from "../../kernel-lib/render/resources.ts";
import { importVega, type View } from "../../kernel-lib/render/vega.ts";
import { drawFresh } from "../fresh.ts";
import { keepWorkers } from "../keep_workers.ts";
import { settledJob } from "../settled.ts";

keepWorkers();

const COUNT = 500;
const rows = (frame: number) =>
  Array.from({ length: COUNT }, (_, i) => ({
    x: 50 + 48 * Math.sin(i * 0.37 + frame / 7),
    y: 50 + 48 * Math.cos(i * 0.73 + frame / 5),
    g: i % 10,
  }));

const scale = (name: string, range: string) => ({ name, type: "linear", range, domain: [0, 100] });
const xy = { x: { scale: "x", field: "x" }, y: { scale: "y", field: "y" } };

/** Symbols above a grid, and under a translucent mark and a label. */
function specWith(symbol: Record<string, unknown>, mark: Record<string, unknown> = {}) {
  return {
    width: 300,
    height: 200,
    padding: 20,
    autosize: "none",
    background: "white",
    data: [{ name: "t" }],
    scales: [
      scale("x", "width"),
      scale("y", "height"),
      { name: "c", type: "ordinal", range: "category", domain: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] },
    ],
    axes: [
      { scale: "x", orient: "bottom", grid: true },
      { scale: "y", orient: "left", grid: true },
    ],
    marks: [
      { type: "symbol", from: { data: "t" }, ...mark, encode: { update: { ...xy, ...symbol } } },
      {
        type: "rect",
        encode: {
          update: {
            x: { value: 100 },
            y: { value: 50.5 },
            width: { value: 90 },
            height: { value: 80 },
            fill: { value: "#0080ff" },
            fillOpacity: { value: 0.4 },
          },
        },
      },
      {
        type: "text",
        encode: { update: { x: { value: 60 }, y: { value: 60 }, text: { value: "Above all" } } },
      },
    ],
  };
}

/** Draws frames as a draft does, and compares them with fresh views. */
async function errorOf(spec: ReturnType<typeof specWith>) {
  const vega = await importVega();
  const raster = await loadRaster("cairo");
  const frames = [0, 1, 2].map((frame) => ({ t: rows(frame) }));
  const fresh = await drawFresh(await settledJob(spec, frames), frames);
  const { width, height } = fresh.get(0)!;
  const picture = {
    ...{ width, height, scale: 1, left: 0, top: 0, viewWidth: width, viewHeight: height },
    background: "white",
  };
  const surface = raster.createSurface(width, height);
  const drawing = new DraftDrawing(
    vega,
    raster,
    surface,
    picture,
    resourceLoader(vega, { baseURL: ".", localFiles: true }),
  );
  let squares = 0;
  let worst = 0;
  for (const [index, expected] of fresh) {
    const data = [{ name: "t", values: frames[index].t }];
    const view = new vega.View(vega.parse({ ...spec, data }), {
      renderer: "none",
      loader: resourceLoader(vega, { baseURL: ".", localFiles: true }),
      logger: undefined as never,
    }) as View;
    await drawing.draw(await view.runAsync());
    const pixels = new Uint8Array(width * height * 4);
    drawing.read(pixels);
    for (let i = 0; i < pixels.length; i++) {
      if (i % 4 === 3) continue;
      // The surface has blue first.
      const difference = Math.abs(pixels[i] - expected.rgba[i - i % 4 + 2 - i % 4]);
      squares += difference ** 2;
      worst = Math.max(worst, difference);
    }
  }
  const values = fresh.size * width * height * 3;
  const psnr = 10 * Math.log10(255 ** 2 / (squares / values));
  return { psnr, worst, stamped: drawing.work.approximations };
}

const symbols: Record<string, Record<string, unknown>> = {
  "translucent circles": {
    fill: { scale: "c", field: "g" },
    size: { value: 30 },
    opacity: { value: 0.7 },
  },
  "outlined squares": {
    stroke: { scale: "c", field: "g" },
    shape: { value: "square" },
    strokeWidth: { value: 2 },
    size: { value: 60 },
  },
};

for (const [name, symbol] of Object.entries(symbols)) {
  Deno.test(`DraftDrawing draws ${name} nearly as a fresh view does`, async () => {
    const { psnr, worst, stamped } = await errorOf(specWith(symbol));
    assert.equal(stamped, 3);
    assert.ok(psnr > 45, `${psnr} dB`);
    assert.ok(worst < 32, `${worst} levels`);
  });
}

const below = specWith(symbols["translucent circles"]);
Object.assign(below.marks[1].encode.update, { blend: { value: "multiply" } });

const exact: Record<string, ReturnType<typeof specWith>> = {
  "symbols below what is blended with them": below,
  "symbols with fill and stroke": specWith({
    fill: { value: "red" },
    stroke: { value: "black" },
  }),
  "symbols that are cut": specWith(symbols["translucent circles"], { clip: true }),
  "symbols that are blended": specWith({ fill: { value: "red" }, blend: { value: "multiply" } }),
  "symbols of many sizes": specWith({ fill: { value: "red" }, size: { field: "x" } }),
  "turned symbols": specWith({ fill: { value: "red" }, angle: { field: "x" } }),
};

for (const [name, spec] of Object.entries(exact)) {
  Deno.test(`DraftDrawing draws ${name} as a fresh view does`, async () => {
    assert.deepEqual(await errorOf(spec), { psnr: Infinity, worst: 0, stamped: 0 });
  });
}

Deno.test("animate() makes the same bytes of a draft at 1 and 3 workers, and says what it did", async () => {
  const folder = await Deno.makeTempDir();
  const frames = Array.from({ length: 12 }, (_, frame) => ({ t: rows(frame) }));
  const spec = specWith(symbols["translucent circles"]);
  const bytes = [];
  for (const workers of [1, 3]) {
    const options = {
      workers,
      preset: "draft",
      segmentFrames: 4,
      show: false,
      cache: false,
    } as const;
    const video = await animate(spec, frames, { ...options, output: `${folder}/${workers}.mp4` });
    assert.equal(video.stats.work.approximations, frames.length);
    bytes.push(await Deno.readFile(video.path));
  }
  assert.deepEqual(bytes[0], bytes[1]);
});
