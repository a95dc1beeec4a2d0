/**
 * Prints how wide ten narrow and ten wide letters are drawn, in pixels of a still.
 *
 * Usage: label_widths.ts RASTER
 */
import { Buffer } from "node:buffer";
import { createCanvas, loadImage } from "@napi-rs/canvas";
import { still } from "vega-reel";

async function widthOf(text: string): Promise<number> {
  const spec = {
    width: 400,
    height: 40,
    background: "white",
    marks: [{
      type: "text",
      encode: { update: { x: { value: 5 }, y: { value: 25 }, text: { value: text } } },
    }],
  };
  const image = await loadImage(Buffer.from(
    await still(spec, [{}], {
      raster: Deno.args[0] as "cairo",
    }),
  ));
  const context = createCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  const dark = Array.from({ length: image.width }, (_, x) => x).filter((x) =>
    Array.from({ length: image.height }, (_, y) => data[(y * image.width + x) * 4])
      .some((red) => red < 128)
  );
  return dark.length === 0 ? 0 : dark[dark.length - 1] - dark[0];
}

console.log(
  JSON.stringify({ narrow: await widthOf("iiiiiiiiii"), wide: await widthOf("WWWWWWWWWW") }),
);
