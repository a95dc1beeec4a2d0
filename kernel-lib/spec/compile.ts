/** From a spec as the user wrote it to a Vega spec. */
import { mergeConfig } from "vega-util";
import { describe } from "../render/describe.ts";
import { LAYOUT_SIGNALS, VIEW_SIGNALS } from "../render/patch.ts";
import { isPlainObject } from "../render/plain_object.ts";
import { animateMarks, type TimeRows } from "./animated_marks.ts";
import { type Animation, takeAnimation } from "./animation.ts";
import { misspelt } from "./misspelt.ts";

/** A Vega spec, with only as much of its type as is needed here. */
export interface VegaSpec extends Record<string, unknown> {
  data?: VegaData[];
  signals?: VegaSignal[];
  scales?: VegaScale[];
}

/** A scale of a Vega spec. */
export interface VegaScale extends Record<string, unknown> {
  name: string;
  type?: string;
  domain?: unknown;
  range?: unknown;
}

/** A dataset of a Vega spec. */
export interface VegaData extends Record<string, unknown> {
  name: string;
  values?: unknown;
  url?: unknown;
  source?: string | string[];
  format?: Record<string, unknown>;
  transform?: Record<string, unknown>[];
}

/** A signal of a Vega spec. */
export interface VegaSignal extends Record<string, unknown> {
  name: string;
  value?: unknown;
  update?: unknown;
  init?: unknown;
}

/** The size in pixels that a view is asked to lay itself out to. */
export interface LayoutSize {
  width?: number;
  height?: number;
}

/** A compiled spec. */
export interface Compiled {
  language: "vega" | "vega-lite";
  spec: VegaSpec;
  /** True when the view lays itself out to the size that was asked for. */
  fitted: boolean;
  /** The spec that was compiled: that which was written, with a param in place of a timer. */
  source: Record<string, unknown>;
  /** Present for a Vega-Lite spec with a `time` encoding. */
  animation?: Animation;
  /** The scales that an animation's `rescale` wants to follow each frame's rows. */
  rescaled?: string[];
  /** Datasets that only an animation's time scale needs. */
  times?: TimeRows[];
  /** What Vega-Lite warns of, such as channels that it drops. */
  warnings?: string[];
}

/**
 * Compiles a Vega or Vega-Lite spec to Vega.
 *
 * A view that can be laid out to a given size is: a Vega spec with `autosize` "fit", and a
 * single or layered Vega-Lite view without a size of its own, or with "container" for what is asked.
 *
 * @param spec The spec as written; it is not changed.
 * @param size The size asked for.
 * @param config What the spec's own config is merged with, as each library does it.
 * @param given Names that frames give, as far as that is known.
 * @throws {TypeError} If the spec is neither Vega nor Vega-Lite, or Vega-Lite cannot compile it.
 */
export async function compileSpec(
  spec: Record<string, unknown>,
  size: LayoutSize,
  config?: Record<string, unknown>,
  given: Set<string> = new Set(),
): Promise<Compiled> {
  const language = languageOf(spec);
  if (language === undefined) {
    throw new TypeError(
      `Cannot animate as the spec is neither Vega nor Vega-Lite: it has the keys [${
        Object.keys(spec).slice(0, 8).join(", ")
      }], and '$schema' names neither`,
    );
  }
  if (language === "vega") {
    checkLists(spec);
    const styled = config ? { ...spec, config: mergeConfig(config, configOf(spec)) } : spec;
    const laidOut = hasSize(size) ? fitVega(styled, size) : undefined;
    const fitted = laidOut !== undefined;
    const signalled = withOwnSignals(withConfigSignals(laidOut ?? styled), given);
    return { language, spec: signalled, fitted, source: spec };
  }
  const taken = await takeAnimation(spec, config);
  const source = taken?.spec ?? spec;
  const fitted = hasSize(size) && isFittable(source, size);
  const sized = fitted ? fit(source, size) : source;
  // An animated spec has the config in it by now.
  const { spec: lite, warnings: all } = await runVegaLite(sized, taken ? undefined : config);
  // Of the fitting, which is ours, a side with a size for each step is left out.
  const warnings = all.filter((text) => !(fitted && text.startsWith('Dropping "fit')));
  const compiled = withConfigSignals(lite);
  if (!taken) return { language, spec: compiled, fitted, source, warnings };
  const { animation } = taken;
  const params = [...(Array.isArray(source.params) ? source.params : []), {
    name: animation.param,
    select: "point",
  }];
  return {
    language,
    ...animateMarks(compiled, animation),
    fitted,
    source: { ...source, params },
    animation,
    warnings,
  };
}

/** Signals that Vega makes of other properties, whatever a config says. */
const OWN_SIGNALS = ["background", "autosize", "padding", "width", "height"];

/**
 * The spec with signals and properties where they are looked for: as signals, those of Vega's own
 * that frames give; as properties, those that the layout needs, which is one for all frames.
 */
function withOwnSignals(spec: VegaSpec, given: Set<string>): VegaSpec {
  const signals: VegaSignal[] = spec.signals ?? [];
  const own = Object.fromEntries(signals.map((signal) => [signal.name, signal]));
  const laidOut = LAYOUT_SIGNALS.filter((name) => own[name] && own[name].update === undefined);
  const made = Object.keys(VIEW_SIGNALS).filter((name) => given.has(name) && !own[name]);
  if (made.length + laidOut.length === 0) return spec;
  return {
    ...spec,
    ...Object.fromEntries(laidOut.map((name) => [name, own[name].value])),
    signals: [
      ...signals.filter(({ name }) => !laidOut.includes(name)),
      ...made.map((name) => signalOf(name, spec[name] ?? configOf(spec)[name])),
    ],
  };
}

/** As Vega's parser makes a signal of a property of the view. */
function signalOf(name: string, value: unknown = VIEW_SIGNALS[name]): VegaSignal {
  return isPlainObject(value) && value.signal ? { name, update: value.signal } : { name, value };
}

/**
 * The spec with the signals of its config among its own, as Vega's parser takes them; there
 * Vega-Lite puts the params of its config.
 */
function withConfigSignals(spec: VegaSpec): VegaSpec {
  const { signals: added, ...config } = configOf(spec);
  if (!Array.isArray(added)) return { ...spec };
  const signals: VegaSignal[] = spec.signals ?? [];
  const known = new Set([...OWN_SIGNALS, ...signals.map(({ name }) => name)]);
  return {
    ...spec,
    config,
    signals: [...signals, ...added.filter(({ name }) => !known.has(name))],
  };
}

function configOf({ config }: Record<string, unknown>): Record<string, unknown> {
  return isPlainObject(config) ? config : {};
}

function languageOf(spec: Record<string, unknown>): "vega" | "vega-lite" | undefined {
  const schema = typeof spec.$schema === "string" ? spec.$schema : "";
  if (/\/vega-lite\//.test(schema)) return "vega-lite";
  if (/\/vega\//.test(schema)) return "vega";
  const liteKeys = ["mark", "layer", "concat", "hconcat", "vconcat", "facet", "repeat", "encoding"];
  if (liteKeys.some((key) => key in spec)) return "vega-lite";
  const isList = (key: string) => Array.isArray(spec[key]);
  return isList("marks") || isList("scales") || isList("signals") ? "vega" : undefined;
}

/** Vega's own parser takes more, or fails without a word of what is wrong. */
function checkLists(spec: Record<string, unknown>): void {
  for (const key of ["data", "signals", "scales", "axes", "legends", "projections", "marks"]) {
    const list = spec[key] ?? [];
    if (Array.isArray(list) && list.every(isPlainObject)) continue;
    throw new TypeError(
      `Cannot animate as '${key}' of the Vega spec must be an array of objects: ` +
        `current value is ${describe(list)}`,
    );
  }
}

/**
 * Compiles Vega-Lite.
 *
 * @throws {TypeError} If it cannot be compiled.
 */
export async function compileVegaLite(
  spec: Record<string, unknown>,
  config?: Record<string, unknown>,
): Promise<VegaSpec> {
  return (await runVegaLite(spec, config)).spec;
}

/** Marks for which a config can ask for more marks: lines, and points on lines. */
const OVERLAID = ["line", "area", "rule", "trail"];

/**
 * Expands Vega-Lite's shorthands, as its compiler does first: facet channels, repeated views,
 * composite marks, points on lines, and what layers have in common. Each view has one plain mark
 * then, and its whole encoding.
 *
 * @param spec The spec as written; it is not changed.
 * @param config What the spec's own config is merged with; the result has both.
 * @throws {TypeError} If it cannot be compiled.
 */
export async function normalizeVegaLite(
  spec: Record<string, unknown>,
  config: Record<string, unknown> = {},
): Promise<Record<string, unknown>> {
  const merged = mergeConfig(config, configOf(spec));
  const { normalized } = await runVegaLite({ ...spec, config: merged });
  // What the config asked for is there, and would be added once more by compiling that.
  for (const mark of OVERLAID) {
    if (isPlainObject(merged[mark])) merged[mark] = { ...merged[mark], point: null, line: null };
  }
  return { ...normalized, config: merged };
}

async function runVegaLite(
  spec: Record<string, unknown>,
  config?: Record<string, unknown>,
): Promise<{ spec: VegaSpec; normalized: Record<string, unknown>; warnings: string[] }> {
  const { compile } = await import("vega-lite");
  const warnings = new Set<string>();
  const warn = (...texts: unknown[]) => (warnings.add(texts.join(" ")), logger);
  const logger = {
    level: () => logger,
    error: warn,
    warn,
    info: () => logger,
    debug: () => logger,
  };
  try {
    // Vega-Lite's own types ask for a spec that is right already.
    // deno-lint-ignore no-explicit-any
    const compiled = compile(structuredClone(spec) as any, { logger, config } as any) as any;
    return { ...compiled, warnings: [...warnings] };
  } catch (cause) {
    const wrong = misspelt(spec);
    const reason = wrong === undefined ? `: ${(cause as Error).message}` : ` as ${wrong}`;
    throw new TypeError(`Cannot compile the Vega-Lite spec${reason}`, { cause });
  }
}

function hasSize({ width, height }: LayoutSize): boolean {
  return width !== undefined || height !== undefined;
}

function defined(size: LayoutSize): Record<string, number> {
  return Object.fromEntries(Object.entries(size).filter(([, value]) => value !== undefined));
}

function isFit(autosize: unknown): boolean {
  const type = isPlainObject(autosize) ? autosize.type : autosize;
  return type === "fit";
}

function isFittable(spec: Record<string, unknown>, size: LayoutSize): boolean {
  const single = "mark" in spec || "layer" in spec;
  const encoding = isPlainObject(spec.encoding) ? spec.encoding : {};
  const facetted = ["row", "column", "facet"].some((channel) => channel in encoding);
  const hasOwn = (side: "width" | "height") => ![undefined, "container"].includes(spec[side] as "");
  const isSizeless = !(hasOwn("width") || hasOwn("height"));
  const sides = ["width", "height"] as const;
  const isContained = sides.every((side) => size[side] === undefined || spec[side] === "container");
  return single && !facetted && (isFit(spec.autosize) || isSizeless || isContained);
}

/**
 * A Vega view with `autosize` "fit", laid out to a size that includes its padding. Undefined for
 * any other, and where its size is a signal's.
 *
 * https://vega.github.io/vega/docs/specification/#autosize
 */
function fitVega(
  spec: Record<string, unknown>,
  size: LayoutSize,
): Record<string, unknown> | undefined {
  const isSignal = (side: string) =>
    Array.isArray(spec.signals) && spec.signals.some((signal) => signal?.name === side);
  if (!isFit(spec.autosize) || isSignal("width") || isSignal("height")) return undefined;
  const padding = (...sides: string[]) =>
    sides.reduce((sum, side) => {
      const given = isPlainObject(spec.padding) ? spec.padding[side] : spec.padding;
      return sum + (typeof given === "number" ? given : 0);
    }, 0);
  const own = (side: "width" | "height", ...sides: string[]) =>
    typeof spec[side] === "number" ? spec[side] + padding(...sides) : undefined;
  const width = size.width ?? own("width", "left", "right");
  const height = size.height ?? own("height", "top", "bottom");
  if (width === undefined || height === undefined) return undefined;
  const given = isPlainObject(spec.autosize) ? spec.autosize : {};
  return { ...spec, width, height, autosize: { ...given, type: "fit", contains: "padding" } };
}

/** https://vega.github.io/vega-lite/docs/size.html#autosize */
function fit(spec: Record<string, unknown>, size: LayoutSize): Record<string, unknown> {
  const isFree = (side: "width" | "height") =>
    size[side] === undefined && (typeof spec[side] !== "number" || !isFit(spec.autosize));
  const type = isFree("height") ? "fit-x" : isFree("width") ? "fit-y" : "fit";
  const given = isPlainObject(spec.autosize) ? spec.autosize : {};
  return { ...spec, ...defined(size), autosize: { ...given, type, contains: "padding" } };
}
