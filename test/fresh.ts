/**
 * Fresh views, drawn without any of the library's own code: the compiled spec with a frame's
 * values and the job's layout written in, parsed and run once.
 */
import * as vega from "vega";
import { compile } from "vega-lite";

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

/** The Vega spec of a Vega-Lite spec, or of itself. */
export function toVega(spec: Spec): Spec {
  return "marks" in spec ? structuredClone(spec) : compile(structuredClone(spec)).spec;
}

/**
 * Draws frames with fresh views. The layout is that of the first frame.
 *
 * @param spec A Vega or Vega-Lite spec.
 * @param frames The values of all frames.
 * @param indices Which frames to draw, in which order.
 */
export async function drawFresh(
  spec: Spec,
  frames: Values[],
  indices: number[] = frames.map((_, i) => i),
): Promise<Map<number, Pixels>> {
  const locked = await lock(toVega(spec), frames[0]);
  const drawn = new Map<number, Pixels>();
  for (const index of indices) {
    drawn.set(index, pixelsOf(await (await freshView(locked, frames[index])).toCanvas()));
  }
  return drawn;
}

async function freshView(spec: Spec, values: Values): Promise<vega.View> {
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

async function lock(spec: Spec, first: Values): Promise<Spec> {
  const view = await freshView(spec, first);
  const canvas = await view.toCanvas();
  const padding = view.padding() as { left: number; top: number };
  const [x, y] = (view as unknown as { origin(): [number, number] }).origin();
  const left = padding.left + x;
  const top = padding.top + y;
  const locked = {
    // A video is opaque.
    background: "white",
    ...spec,
    autosize: "none",
    padding: {
      left,
      top,
      right: canvas.width - left - view.width(),
      bottom: canvas.height - top - view.height(),
    },
  };
  for (const side of ["width", "height"] as const) {
    if (!spec.signals?.some((signal: Spec) => signal.name === side)) locked[side] = view[side]();
  }
  return locked;
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
export function padToEven({ width, height, rgba }: Pixels): Pixels {
  const padded = { width: width + width % 2, height: height + height % 2 };
  const bytes = new Uint8Array(padded.width * padded.height * 4).fill(255);
  for (let y = 0; y < height; y++) {
    bytes.set(rgba.subarray(y * width * 4, (y + 1) * width * 4), y * padded.width * 4);
  }
  return { ...padded, rgba: bytes };
}
