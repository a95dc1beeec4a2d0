/** Options of what the picture looks like: configs, fonts, images, the hold of the last frame. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { fileURLToPath } from "node:url";
import { createCanvas, loadImage } from "canvas";
import { animate, still } from "vega-reel";
import { settledJob } from "./settled.ts";
import { readFrames, streamInfo } from "./video.ts";
import { waveFrames, waveSpec } from "./wave.ts";

async function pixelsOf(png: Uint8Array) {
  const image = await loadImage(Buffer.from(png));
  const context = createCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, image.width, image.height).data;
}

const bar = {
  data: { values: [{ a: "x", b: 1 }] },
  mark: "bar",
  encoding: {
    x: { field: "a", type: "nominal", axis: null },
    y: { field: "b", type: "quantitative", axis: null },
  },
};
const rect = {
  ...{ width: 50, height: 50 },
  marks: [{ type: "rect", encode: { update: { width: { value: 50 }, height: { value: 50 } } } }],
};
const middle = async (spec: Record<string, unknown>, config: Record<string, unknown>) => {
  const { data, width, height } = await still(spec, [{}], { config }).then(async (png) => {
    const image = await loadImage(Buffer.from(png));
    return { data: await pixelsOf(png), width: image.width, height: image.height };
  });
  const at = 4 * ((height >> 1) * width + (width >> 1));
  return [...data.subarray(at, at + 3)];
};

Deno.test("still() merges a config with the spec's, as Vega-Lite and Vega do", async () => {
  assert.deepEqual(await middle(bar, { bar: { fill: "#00ff00" } }), [0, 255, 0]);
  const own = { ...bar, config: { bar: { fill: "#0000ff" } } };
  assert.deepEqual(await middle(own, { bar: { fill: "#00ff00" } }), [0, 0, 255]);
  assert.deepEqual(await middle(rect, { rect: { fill: "#00ff00" } }), [0, 255, 0]);
  const vega = { ...rect, config: { rect: { fill: "#0000ff" } } };
  assert.deepEqual(await middle(vega, { rect: { fill: "#00ff00" } }), [0, 0, 255]);
});

Deno.test("still() draws what is there where a size is computed of rows that are not", async () => {
  const bar = { width: { value: 40 }, height: { value: 9 }, fill: { value: "#ff0000" } };
  const spec = {
    ...{ width: 40, padding: 0, data: [{ name: "t" }], scales: [] },
    signals: [{ name: "height", update: "extent(pluck(data('t'), 'h'))[1]" }],
    marks: [{ type: "rect", encode: { update: bar } }],
  };
  for (const t of [[], [{ h: 9 }]]) {
    const pixels = await pixelsOf(await still(spec, [{ t }]));
    assert.deepEqual([...pixels.subarray(0, 4)], [255, 0, 0, 255]);
  }
});

Deno.test("animate() holds the last frame", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const render = async (name: string, workers: number, hold?: number) => {
      const output = `${folder}/${name}.mp4`;
      const frames = waveFrames(20);
      const seen: (number | undefined)[] = [];
      const update = (params: unknown, { frames }: { frames?: number }) =>
        frames === 20 ? params as Record<string, unknown> : {};
      const video = await animate(waveSpec, frames, {
        ...{ output, workers, hold, update, show: false, cache: false, crf: 0, fps: 20 },
        onProgress: ({ total }) => seen.push(total),
      });
      const pixels = await readFrames(output, video.width, video.height);
      return { video, seen, pixels, bytes: await Deno.readFile(output) };
    };
    const held = await render("held", 3, 1.25);
    const plain = await render("plain", 1);
    // Segments of 15 frames: the last frame is held within one, and all through another.
    assert.deepEqual([held.video.frames, held.video.duration], [45, 2.25]);
    assert.deepEqual(held.seen.at(-1), 45);
    assert.equal((await streamInfo(held.video.path)).frames, 45);
    for (const [i, pixels] of held.pixels.entries()) {
      assert.deepEqual(pixels, plain.pixels[Math.min(i, 19)], `frame ${i}`);
    }
    const { newView, inPlace } = held.video.stats.patching;
    assert.equal(newView + inPlace, 21, "a held frame is drawn once in a segment");
    assert.deepEqual((await render("again", 1, 1.25)).bytes, held.bytes);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

const pictures = (url: string | null) => ({
  ...{ width: 40, height: 40, padding: 0 },
  data: [{ name: "t" }],
  signals: [{ name: "url", value: url }],
  marks: [{ type: "image", encode: { update: { url: { signal: "url" }, width: { value: 40 } } } }],
});

Deno.test("animate() draws images once they are loaded, and names one that is missing", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const canvas = createCanvas(40, 40);
    const context = canvas.getContext("2d");
    context.fillStyle = "#ff0000";
    context.fillRect(0, 0, 40, 40);
    await Deno.writeFile(`${folder}/red.png`, new Uint8Array(canvas.toBuffer("image/png")));
    await Deno.writeTextFile(`${folder}/text.png`, "this is no picture");
    for (const raster of ["cairo", "skia"] as const) {
      const frames = [{ url: `${folder}/red.png` }, { url: null }];
      const red = await pixelsOf(await still(pictures(null), frames, { raster }));
      assert.deepEqual([...red.subarray(0, 4)], [255, 0, 0, 255]);
      // No URL means no image.
      const none = await pixelsOf(await still(pictures(null), frames, { raster, frame: 1 }));
      assert.deepEqual([...none.subarray(0, 4)], [255, 255, 255, 255]);
      const rows = {
        data: { values: [{ url: null }, {}] },
        mark: "image",
        encoding: { url: { field: "url" } },
      };
      await still(rows, [{}], { raster });
      const reasons = { "missing.png": "ENOENT: .*", "text.png": "there is no picture .*" };
      for (const [name, reason] of Object.entries(reasons)) {
        const params = [...frames, { url: `${folder}/${name}` }];
        const output = `${folder}/${raster}.mp4`;
        await assert.rejects(animate(pictures(null), params, { output, raster, show: false }), {
          message: new RegExp(
            "^Cannot render frame 2 as " +
              `the image '${folder}/${name}' could not be loaded: ${reason}$`,
          ),
        });
      }
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

const mono = fileURLToPath(import.meta.resolve("dejavu-fonts-ttf/ttf/DejaVuSansMono.ttf"));

Deno.test("animate() takes fonts from files, and measures them alike in every worker", async () => {
  const spec = (font: string) => ({
    data: { values: [{}] },
    mark: { type: "text", font, fontSize: 20, text: "iiiiiiiiii" },
  });
  for (const raster of ["cairo", "skia"] as const) {
    const width = async (font: string, workers: number) => {
      // Two names may stand for one file.
      const fonts = { [`Own of ${raster}`]: mono, [`Other of ${raster}`]: mono };
      const options = { raster, workers, fonts };
      return (await settledJob(spec(font), [{}, {}, {}, {}], options)).picture.viewWidth;
    };
    const own = await width(`Own of ${raster}`, 1);
    // Letters of one width: an i is as wide as any other.
    assert.ok(own > await width("sans-serif", 1) + 40, `${own} pixels`);
    assert.equal(await width(`Own of ${raster}`, 3), own);
    assert.equal(await width(`'other of ${raster}', sans-serif`, 1), own);
  }
});

Deno.test("animate() rejects a font file that does not exist or is no font", async () => {
  await assert.rejects(settledJob(bar, [{}], { fonts: { Mine: "/no/such.ttf" } }), {
    name: "TypeError",
    message: "Cannot animate as the file of the font 'Mine' does not exist: '/no/such.ttf'",
  });
  const path = fileURLToPath(import.meta.url);
  for (const raster of ["cairo", "skia"] as const) {
    await assert.rejects(settledJob(bar, [{}], { raster, fonts: { Mine: path } }), {
      message: new RegExp(`^Cannot use '${path}' as the font 'Mine': `),
    });
  }
});
