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
  const isVega = "marks" in spec || /\/vega\//.test(spec.$schema);
  return isVega ? structuredClone(spec) : compile(structuredClone(spec)).spec;
}

/**
 * Draws frames with fresh views. The layout is that of the first frame.
 *
 * @param spec A Vega or Vega-Lite spec.
 * @param frames The values of all frames.
 * @param indices Which frames to draw, in which order. @default all, from the first
 * @param before Called before each frame is drawn, to seed random numbers, for one.
 */
export async function drawFresh(
  spec: Spec,
  frames: Values[],
  indices?: number[],
  before: (index: number) => void = () => {},
): Promise<Map<number, Pixels>> {
  before(0);
  return await drawSettled(await lock(toVega(spec), frames[0]), frames, indices, before);
}

/**
 * Draws frames of a spec that holds its layout already, such as a job's.
 *
 * @param settled A Vega spec; where it has no background it is drawn on white.
 * @param frames The values of all frames.
 * @param indices Which frames to draw, in which order.
 * @param before Called before each frame is drawn, to seed random numbers, for one.
 * @param size Size of the pictures; Cairo draws text a little differently at the edge of a canvas.
 */
export async function drawSettled(
  settled: Spec,
  frames: Values[],
  indices: number[] = frames.map((_, i) => i),
  before: (index: number) => void = () => {},
  size?: { width: number; height: number },
): Promise<Map<number, Pixels>> {
  const drawn = new Map<number, Pixels>();
  for (const index of indices) {
    before(index);
    const view = await freshView({ background: "white", ...settled }, frames[index]);
    const canvas = size && (await import("canvas")).createCanvas(size.width, size.height);
    const own = await view.toCanvas(1, canvas && { externalContext: canvas.getContext("2d") });
    drawn.set(index, pixelsOf(canvas ?? own));
    view.finalize();
  }
  return drawn;
}

async function freshView(spec: Spec, values: Values): Promise<vega.View> {
  const errors: string[] = [];
  const view = new vega.View(vega.parse(withValues(spec, values)), {
    renderer: "none",
    logger: recorder(errors),
  });
  await view.runAsync();
  // Vega tells its logger of what went wrong, and goes on.
  if (errors.length > 0) throw new Error(errors.join("; "));
  return view;
}

function recorder(errors: string[]): vega.LoggerInterface {
  const ignore = () => logger;
  const error = (...args: readonly unknown[]) => (errors.push(args.join(" ")), logger);
  const logger = { level: ignore, error, warn: ignore, info: ignore, debug: ignore };
  return logger as unknown as vega.LoggerInterface;
}

function withValues(spec: Spec, values: Values): Spec {
  const written = structuredClone(spec);
  for (const [name, value] of Object.entries(values)) {
    const dataset = written.data?.find((data: Spec) => data.name === name);
    const signal = written.signals?.find((signal: Spec) => signal.name === name);
    if (dataset) {
      delete dataset.url;
      // Rows that are given need no reading, but strings in them are parsed.
      const parse = dataset.format?.parse;
      if (dataset.format) dataset.format = parse ? { type: "json", parse } : undefined;
      dataset.values = structuredClone(value);
    } else {
      signal.value = value;
      delete signal.init;
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
export function padToEven(pixels: Pixels): Pixels {
  const { width, height } = pixels;
  return fitTo(pixels, { width: width + width % 2, height: height + height % 2 });
}

/** The pixels in a picture of the given size: cut, or with white added, on the right and below. */
export function fitTo(
  { width, height, rgba }: Pixels,
  size: { width: number; height: number },
): Pixels {
  const bytes = new Uint8Array(size.width * size.height * 4).fill(255);
  const row = 4 * Math.min(width, size.width);
  for (let y = 0; y < Math.min(height, size.height); y++) {
    bytes.set(rgba.subarray(4 * y * width, 4 * y * width + row), 4 * y * size.width);
  }
  return { ...size, rgba: bytes };
}
