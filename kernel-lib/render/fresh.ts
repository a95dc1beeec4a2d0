/** The long way to a frame, which the short ones are held against: parse and run the spec anew. */
import { describeDifference, differenceOf } from "./difference.ts";
import type { Drawing } from "./draw.ts";
import { ErrorRecord } from "./errors.ts";
import type { Patch } from "./patch.ts";
import type { Surface } from "./raster.ts";
import { resourceLoader } from "./resources.ts";
import { copyRows, type Dataset, parseStrings, toRows } from "./rows.ts";
import type { Spec } from "./values.ts";
import type { Vega, View } from "./vega.ts";
import { NO_EVENTS, type ViewSource } from "./view.ts";

/** Which frames are checked: every tenth, counted from the first one after it, the ninth. */
const CHECK_INTERVAL = 10;

/** Whether a frame is among those that are checked: some of them all, and each segment's last. */
export function isChecked(frame: number, isLast: boolean): boolean {
  return isLast || frame % CHECK_INTERVAL === CHECK_INTERVAL - 1;
}

/**
 * Draws a frame again, with a fresh view on a fresh canvas.
 *
 * @param patch The frame's values.
 * @param frame The frame's index, for messages.
 * @param drawn What drew the frame.
 * @param canvas Where it is drawn again.
 * @throws {Error} If a pixel differs.
 */
export async function checkFrame(
  vega: Vega,
  source: ViewSource,
  patch: Patch,
  frame: number,
  drawn: Readable,
  { surface, drawing }: { surface: Surface; drawing: Readable & Pick<Drawing, "draw"> },
): Promise<void> {
  const { width, height } = surface;
  const view = await freshView(vega, source, patch);
  try {
    await drawing.draw(view);
  } finally {
    view.finalize();
  }
  const [actual, expected] = [drawn, drawing].map((drawing) => {
    const pixels = new Uint8Array(4 * width * height);
    drawing.read(pixels);
    return pixels;
  });
  const difference = differenceOf(actual, expected, width);
  if (!difference) return;
  throw new Error(
    `Cannot use frame ${frame} as it is not what a fresh view draws: ${
      describeDifference(difference)
    }`,
  );
}

type Readable = Pick<Drawing, "read">;

/** A view of the spec with a frame's values written into its text, parsed and run once. */
export async function freshView(vega: Vega, source: ViewSource, patch: Patch): Promise<View> {
  const errors = new ErrorRecord();
  const runtime = vega.parse(withValues(vega, source.spec as Spec, patch));
  const eventConfig = { ...runtime.eventConfig, ...NO_EVENTS };
  const view = new vega.View({ ...runtime, eventConfig }, {
    renderer: "none",
    loader: resourceLoader(vega, source),
    logger: errors.logger,
  });
  await view.runAsync();
  errors.throwAny();
  return view;
}

function withValues(vega: Vega, spec: Spec, { datasets, signals }: Patch): Spec {
  const copy = structuredClone(spec);
  const withRows = (dataset: Dataset) => {
    if (!Object.hasOwn(datasets, dataset.name)) return dataset;
    const { url: _url, format, ...rest } = dataset;
    const rows = toRows(datasets[dataset.name]);
    const values = format?.parse ? parseStrings(vega, rows, format.parse) : copyRows(rows);
    return { ...rest, values };
  };
  return {
    ...copy,
    data: copy.data?.map(withRows),
    signals: copy.signals?.map((signal) => {
      if (!Object.hasOwn(signals, signal.name)) return signal;
      const { init: _init, ...rest } = signal;
      return { ...rest, value: signals[signal.name] };
    }),
  };
}
