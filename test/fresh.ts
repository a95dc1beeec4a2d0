/**
 * Fresh views, drawn without any of the library's own code: the compiled spec with a frame's
 * values and the job's domains and layout written in, parsed and run once.
 */
import * as vega from "vega";
import type { SettledJob } from "./settled.ts";

// Specs are plain JSON here; their types say nothing that a test needs.
// deno-lint-ignore no-explicit-any
type Spec = any;

/** What one frame gives: rows of datasets and values of signals. */
export type Values = Record<string, unknown>;

/** Opaque pixels, 4 bytes each (red, green, blue, 255). */
export interface Pixels {
  width: number;
  height: number;
  rgba: Uint8Array<ArrayBuffer>;
}

/**
 * Draws frames with fresh views, in the video's size.
 *
 * @param job The job, its domains and layout settled.
 * @param frames The values of all frames.
 * @param indices Which frames to draw, in which order.
 */
export async function drawFresh(
  { spec, picture }: SettledJob,
  frames: Values[],
  indices: number[] = frames.map((_, i) => i),
): Promise<Map<number, Pixels>> {
  // A video is opaque.
  const opaque = { background: "white", ...spec };
  const drawn = new Map<number, Pixels>();
  for (const index of indices) {
    const pixels = pixelsOf(await (await freshView(opaque, frames[index])).toCanvas());
    drawn.set(index, padded(pixels, picture));
  }
  return drawn;
}

/** A view of a spec with a frame's values written in, parsed and run once. */
export async function freshView(spec: Spec, values: Values): Promise<vega.View> {
  const view = new vega.View(vega.parse(withValues(spec, values)), { renderer: "none" });
  return await view.runAsync();
}

function withValues(spec: Spec, values: Values): Spec {
  const written = structuredClone(spec);
  for (const [name, value] of Object.entries(values)) {
    const dataset = written.data?.find((data: Spec) => data.name === name);
    const signal = written.signals?.find((signal: Spec) => signal.name === name);
    if (dataset) {
      delete dataset.url;
      dataset.values = structuredClone(value);
    } else {
      signal.value = value;
    }
  }
  return written;
}

/** The pixels of a canvas, on white. */
export function pixelsOf(canvas: Spec): Pixels {
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  const rgba = new Uint8Array(data);
  for (let i = 0; i < rgba.length; i += 4) {
    const alpha = rgba[i + 3] / 255;
    for (let c = 0; c < 3; c++) rgba[i + c] = Math.round(rgba[i + c] * alpha + 255 * (1 - alpha));
    rgba[i + 3] = 255;
  }
  return { width, height, rgba };
}

/** The pixels with white added on the right and below until both sizes are even. */
export function padToEven(pixels: Pixels): Pixels {
  const { width, height } = pixels;
  return padded(pixels, { width: width + width % 2, height: height + height % 2 });
}

/** The pixels with white added on the right and below, up to the video's size. */
function padded(
  { width, height, rgba }: Pixels,
  video: { width: number; height: number },
): Pixels {
  const bytes = new Uint8Array(video.width * video.height * 4).fill(255);
  for (let y = 0; y < Math.min(height, video.height); y++) {
    const row = rgba.subarray(y * width * 4, (y * width + Math.min(width, video.width)) * 4);
    bytes.set(row, y * video.width * 4);
  }
  return { width: video.width, height: video.height, rgba: bytes };
}
