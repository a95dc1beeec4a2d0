import assert from "node:assert/strict";
import { Converter, toYuv420 } from "../../kernel-lib/render/convert.ts";
import { ffmpegCommand } from "../../kernel-lib/job/encoder.ts";

const WIDTH = 64;
const HEIGHT = 48;

/** Smooth colours: where neighbours are alike, the way chroma is averaged does not matter. */
function smoothPixels(): Uint8Array<ArrayBuffer> {
  const rgba = new Uint8Array(WIDTH * HEIGHT * 4);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const at = (y * WIDTH + x) * 4;
      rgba.set([x * 4, y * 5, 255 - x * 2 - y, 255], at);
    }
  }
  return rgba;
}

async function swscale(rgba: Uint8Array): Promise<Uint8Array> {
  const child = new Deno.Command(ffmpegCommand(), {
    args: [
      ...["-v", "error", "-f", "rawvideo", "-pix_fmt", "rgba", "-s", `${WIDTH}x${HEIGHT}`],
      ...[
        "-i",
        "pipe:0",
        "-vf",
        "scale=out_color_matrix=bt709:out_range=tv:flags=area+accurate_rnd",
      ],
      ...["-f", "rawvideo", "-pix_fmt", "yuv420p", "pipe:1"],
    ],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(rgba);
  await writer.close();
  return (await child.output()).stdout;
}

Deno.test("toYuv420() agrees with libswscale's BT.709 to one level", async () => {
  const rgba = smoothPixels();
  const planes = new Uint8Array(WIDTH * HEIGHT * 3 / 2);
  toYuv420(rgba, planes, WIDTH, HEIGHT, "rgba");
  const expected = await swscale(rgba);
  assert.equal(expected.length, planes.length);
  const worst = Math.max(...planes.map((value, i) => Math.abs(value - expected[i])));
  assert.ok(worst <= 1, `worst difference is ${worst}`);
});

Deno.test("toYuv420() gives the levels that BT.709 defines", () => {
  const colours: [number[], number[]][] = [
    [[255, 255, 255], [235, 128, 128]],
    [[0, 0, 0], [16, 128, 128]],
    [[255, 0, 0], [63, 102, 240]],
    [[0, 255, 0], [173, 42, 26]],
    [[0, 0, 255], [32, 240, 118]],
  ];
  for (const [rgb, yuv] of colours) {
    const rgba = new Uint8Array(16);
    for (let i = 0; i < 4; i++) rgba.set([...rgb, 255], 4 * i);
    const planes = new Uint8Array(6);
    toYuv420(rgba, planes, 2, 2, "rgba");
    assert.deepEqual([planes[0], planes[4], planes[5]], yuv, `rgb(${rgb})`);
  }
});

Deno.test("toYuv420() reads both orders of bytes", () => {
  const rgba = smoothPixels();
  const bgra = rgba.slice();
  for (let i = 0; i < bgra.length; i += 4) bgra.set([rgba[i + 2], rgba[i + 1], rgba[i]], i);
  const [a, b] = [rgba, bgra].map((pixels, i) => {
    const planes = new Uint8Array(WIDTH * HEIGHT * 3 / 2);
    toYuv420(pixels, planes, WIDTH, HEIGHT, i === 0 ? "rgba" : "bgra");
    return planes;
  });
  assert.deepEqual(a, b);
});

/** Noise, and areas of one colour, which are converted in another way. */
function mixedPixels(width: number, height: number): Uint8Array<ArrayBuffer> {
  const pixels = crypto.getRandomValues(new Uint8Array(width * height * 4));
  pixels.fill(255, 0, pixels.length >> 1);
  for (let i = 0; i < 9; i++) pixels.set([1, 2, 3, 4], 4 * ((i * 29) % (width * height)));
  return pixels;
}

// The module works on 8 pixels at once: widths that are no multiple of it, and narrower ones.
for (const [width, height] of [[64, 48], [8, 2], [10, 4], [30, 6], [6, 4], [2, 2]]) {
  for (const order of ["rgba", "bgra"] as const) {
    Deno.test(`Converter gives the bytes of toYuv420() for ${order} of ${width} x ${height}`, () => {
      const converter = new Converter(width, height, order);
      for (let i = 0; i < 3; i++) {
        const pixels = mixedPixels(width, height);
        const expected = new Uint8Array(width * height * 3 / 2);
        toYuv420(pixels, expected, width, height, order);
        assert.deepEqual(new Uint8Array(converter.convert(pixels)), expected);
      }
    });
  }
}

Deno.test("Converter.convert() leaves the planes of the call before as they are", () => {
  const converter = new Converter(WIDTH, HEIGHT, "rgba");
  const first = converter.convert(smoothPixels());
  const copy = new Uint8Array(first);
  converter.convert(mixedPixels(WIDTH, HEIGHT));
  assert.deepEqual(new Uint8Array(first), copy);
});
