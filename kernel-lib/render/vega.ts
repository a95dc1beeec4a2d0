/**
 * Vega's module with the parts of it that its own types leave out: the parsed dataflow of a
 * spec, and what a view keeps of it. Read in the source of vega-runtime, vega-dataflow and
 * vega-view 6.2; the only place that relies on it is this folder.
 */
import type { Loader, LoggerInterface } from "vega";

/** A parsed spec: the operators of its dataflow. */
export interface Runtime {
  operators: RuntimeOperator[];
  updates?: { source?: unknown; target?: unknown }[];
  streams?: RuntimeStream[];
  /** Which events a view listens to. */
  eventConfig?: Record<string, unknown>;
}

/** An event stream of a parsed spec: a source, or made of other streams, given by their ids. */
export interface RuntimeStream {
  id: number;
  source?: string;
  stream?: number;
  merge?: number[];
  between?: number[];
}

/** One operator of a parsed spec. */
export interface RuntimeOperator {
  id: number;
  type?: string;
  /** The signal's name, where the operator holds one. */
  signal?: string;
  /** The names of the scales, where the operator holds one. */
  scale?: string;
  /** The datasets it takes part in, each with its roles. */
  data?: Record<string, string[]>;
  value?: unknown;
  params?: Record<string, unknown>;
  update?: unknown;
  initonly?: boolean;
  react?: boolean;
}

/** A Vega view, as far as it is used here. */
export interface View {
  runAsync(): Promise<View>;
  finalize(): void;
  signal(name: string): unknown;
  signal(name: string, value: unknown): View;
  data(name: string): Record<string, unknown>[];
  change(name: string, changes: Changeset): View;
  origin(): [number, number];
  width(): number;
  height(): number;
  padding(): { left: number; top: number; right: number; bottom: number };
  scenegraph(): { root: SceneMark };
  scale(name: string): unknown;
  /** Size of the plot with guides and overflowing marks, without padding. */
  _viewWidth: number;
  _viewHeight: number;
  _runtime: ViewContext;
}

/** What a view, or a group of it, keeps of its operators. */
export interface ViewContext {
  /** By id; a group has those around it, too. */
  nodes: Record<
    number,
    { value: unknown; pulse?: { source?: unknown[] }; _argval: Record<string, unknown> }
  >;
  data: Record<string, { input: { value: Record<string, unknown>[] } }>;
  subcontext?: ViewContext[];
}

/** A set of changes to a dataset. */
export interface Changeset {
  /** Every row counts as changed. */
  reflow(): Changeset;
  /** Puts the changes into a pulse. */
  pulse(into: Pulse, rows: unknown[]): Pulse;
}

/** What goes through a dataflow. */
export interface Pulse {
  /** Adds fields that have changed. */
  modifies(fields: string[]): Pulse;
}

/** A mark of the scenegraph. */
export interface SceneMark {
  marktype: string;
  clip?: unknown;
  items: Record<string, unknown>[];
}

/** A mark in a group, with what is measured of it. */
export interface GroupMark extends SceneMark {
  role: string;
  bounds: SceneBounds;
}

/** A group item of the scenegraph, with what is measured of it. */
export interface SceneGroup {
  items: GroupMark[];
  width?: number;
  height?: number;
  context?: {
    scales: Record<
      string,
      {
        value: ((key: unknown) => unknown) & { domain(): unknown[] };
        _argval: { domain?: unknown; fit?: unknown };
      }
    >;
    data: Record<string, { values: { value: Record<string, unknown>[] } }>;
    signals: Record<string, { value: unknown }>;
  };
}

/** A rectangle; empty where `x1` is greater than `x2`. */
export interface SceneBounds {
  x1: number;
  y1: number;
  x2: number;
  y2: number;
}

/** Draws a scenegraph on a canvas context. */
export interface CanvasRenderer {
  draw(context: unknown, root: SceneMark, bounds: unknown, types?: unknown): void;
  _call: () => void;
  _loader: {
    pending(): number;
    ready(): Promise<unknown>;
    loadImage(url: string): Promise<CanvasImage>;
    _loader: Loader;
  };
}

/** An image that is being loaded, or was, or could not be. */
export interface CanvasImage {
  complete: boolean;
  width: number;
  src?: unknown;
  onload?: () => void;
  onerror?: () => void;
}

/** The parts of Vega's module that are used here. */
export interface Vega {
  parse(spec: unknown): Runtime;
  View: new (
    runtime: Runtime,
    options: { renderer: "none"; loader: Loader; logger: LoggerInterface },
  ) => View;
  changeset(): Changeset;
  tupleid(row: unknown): number;
  CanvasRenderer: new (loader: Loader) => CanvasRenderer;
  Bounds: new () => { set(x1: number, y1: number, x2: number, y2: number): unknown };
  loader(options?: { baseURL?: string }): Loader;
  array(value: unknown): Record<string, unknown>[];
  read(content: unknown, format?: Record<string, unknown>): Record<string, unknown>[];
  responseType(format: unknown): string;
  randomLCG(seed: number): () => number;
  setRandom(random: () => number): void;
  expressionFunction(name: string): ((...args: unknown[]) => number) | undefined;
}

/** Loads Vega; it takes a tenth of a second, so nobody loads it who does not draw or load data. */
export async function importVega(): Promise<Vega> {
  return await import("vega") as unknown as Vega;
}
