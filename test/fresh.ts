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
 * @param before Called before each frame is drawn, to seed random numbers, for one.
 */
export async function drawFresh(
  { spec, picture }: Pick<SettledJob, "spec" | "picture">,
  frames: Values[],
  indices: number[] = frames.map((_, i) => i),
  before: (index: number) => void = () => {},
): Promise<Map<number, Pixels>> {
  // A video is opaque.
  const opaque = { background: "white", ...spec };
  const drawn = new Map<number, Pixels>();
  for (const index of indices) {
    before(index);
    const view = await freshView(opaque, frames[index]);
    const canvas = await createCanvas(ownSize(view));
    await view.toCanvas(1, { externalContext: canvas.getContext("2d") });
    const { rgba: around } = await plain(view.background() as string);
    view.finalize();
    drawn.set(index, fitTo(pixelsOf(canvas), picture, around));
  }
  return drawn;
}

/** One pixel of a colour. */
async function plain(colour: string): Promise<Pixels> {
  const canvas = await createCanvas({ width: 1, height: 1 });
  const context = canvas.getContext("2d");
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  return pixelsOf(canvas);
}

/** The size of the canvas that a view makes; sums of sizes may be a little less than they are. */
function ownSize(view: Spec): { width: number; height: number } {
  const { left, right, top, bottom } = view.padding();
  return {
    width: Math.floor(view._viewWidth + left + right + 1e-6),
    height: Math.floor(view._viewHeight + top + bottom + 1e-6),
  };
}

/** A canvas of the library that Vega draws with: that of the document, where there is one. */
async function createCanvas(size: { width: number; height: number }): Promise<Spec> {
  const { document } = globalThis as Spec;
  const canvas = document?.createElement("canvas") ?? (await import("canvas")).createCanvas(1, 1);
  return Object.assign(canvas, size);
}

/** A view of a spec with a frame's values written in, parsed and run once. */
export async function freshView(spec: Spec, values: Values): Promise<vega.View> {
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

/** The pixels in a picture of the given size: cut, or with others added, on the right and below. */
export function fitTo(
  { width, height, rgba }: Pixels,
  size: { width: number; height: number },
  around = new Uint8Array(4).fill(255),
): Pixels {
  const bytes = new Uint8Array(size.width * size.height * 4);
  for (let i = 0; i < bytes.length; i += 4) bytes.set(around, i);
  const row = 4 * Math.min(width, size.width);
  for (let y = 0; y < Math.min(height, size.height); y++) {
    bytes.set(rgba.subarray(4 * y * width, 4 * y * width + row), 4 * y * size.width);
  }
  return { width: size.width, height: size.height, rgba: bytes };
}
