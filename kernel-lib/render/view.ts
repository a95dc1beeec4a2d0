/** A view that is built once and then shows one frame after the other. */
import { ErrorRecord } from "./errors.ts";
import type { Columns, Names, Patch, Row } from "./patch.ts";
import { type History, historyOf, refusalOf, refusalOfShown } from "./refusals.ts";
import { resourceLoader, type Resources } from "./resources.ts";
import { copyRows, hasOwnRows, parseStrings, readOwnRows, toRows } from "./rows.ts";
import { type InPlace, inPlaceRung } from "./rung.ts";
import { hasSameValues, hasShape, type Shape, shapeOf } from "./shape.ts";
import { withTimeLimit } from "./time_limit.ts";
import { type Spec, withPlaces, writeValues } from "./values.ts";
import type { Runtime, Vega, View } from "./vega.ts";

/** How a frame was brought about: by patching the view in place, or by a new view. */
export type Rung = "inPlace" | "newView";

/** What a frame view needs of a job. */
export interface ViewSource extends Resources {
  spec: Record<string, unknown>;
  names: Names;
  /** False makes every frame a new view; for tests and checks. */
  patchInPlace: boolean;
  /** False patches in place without asking whether that is right; for tests of the tests. */
  rungB: boolean;
  /** The longest that a frame may take, in seconds. @default {Infinity} */
  frameTimeout?: number;
}

/** The spec parsed for frames that give one and the same set of names. */
interface Variant {
  datasets: string[];
  signals: string[];
  runtime: Runtime;
  rung: InPlace | undefined;
  history: History;
}

/** The view on show, and what it was made from. */
interface Shown {
  view: View;
  variant: Variant;
  /** Rows of each given dataset as the view holds them, in the order they were given. */
  tuples: Map<string, Row[]>;
  /** The shape that those rows were given with; undefined where it may not stay in place. */
  shapes: Map<string, Shape | undefined>;
  /** What is watched of the view, as text. */
  watched: string;
}

/** A timer would tick by the clock of the day; other events never happen. */
export const NO_EVENTS = { timer: false, window: false, selector: false };

/** After so many vain attempts in a row, frames are no longer patched in place. */
const VAIN_ATTEMPTS = 3;

/**
 * Shows the frames of one spec, in any order. A frame always looks as if the spec had been
 * parsed anew with the frame's values written in.
 */
export class FrameView {
  readonly #vega: Vega;
  readonly #source: ViewSource;
  readonly #variants = new Map<string, Variant>();
  /** The spec's own rows, parsed. */
  readonly #rows = new Map<string, Row[]>();
  readonly #spec: Spec;
  #errors = new ErrorRecord();
  #shown: Shown | undefined;
  #vain = 0;

  /**
   * @param vega The loaded module.
   * @param source The spec and what its frames may give.
   * @throws {Error} If Vega cannot parse the spec, or the rows in it.
   */
  constructor(vega: Vega, source: ViewSource) {
    this.#vega = vega;
    this.#source = source;
    this.#spec = source.spec as Spec;
    for (const dataset of this.#spec.data ?? []) {
      if (hasOwnRows(dataset)) this.#rows.set(dataset.name, readOwnRows(vega, dataset));
    }
    this.#variant([], []);
  }

  /** The view that shows the last frame. */
  get view(): View {
    if (!this.#shown) throw new Error("Cannot read the view as no frame was shown yet");
    return this.#shown.view;
  }

  /** Why a frame is refused, to follow "as"; undefined for one that can be shown. */
  refusal(patch: Patch): string | undefined {
    const { datasets, signals } = patch;
    const { history } = this.#variant(Object.keys(datasets), Object.keys(signals));
    return refusalOf(history, this.#source.names, patch);
  }

  /** Why the frame that is shown is refused after all, to follow "as". */
  get refusalOfShown(): string | undefined {
    const { view, variant } = this.#shown!;
    return refusalOfShown(variant.history, view);
  }

  /**
   * Shows a frame.
   *
   * @param patch The frame's values; every name that it does not hold has the spec's own value.
   * @returns How it was done.
   * @throws {Error} If Vega reports an error while the frame is computed. The next frame is not
   * affected.
   */
  async show(patch: Patch): Promise<Rung> {
    const { datasets, signals } = patch;
    const variant = this.#variant(Object.keys(datasets), Object.keys(signals));
    try {
      const given = new Map<string, Row[]>();
      for (const [name, rows] of Object.entries(datasets)) {
        given.set(name, this.#parseGiven(name, rows));
      }
      // Where patching fails, a new view tells whether the frame does.
      if (await this.#patchInPlace(variant, given, signals).catch(() => false)) return "inPlace";
      await this.#build(variant, given, signals);
      return "newView";
    } catch (error) {
      // What a failed run leaves behind is not known.
      this.#drop();
      throw error;
    }
  }

  /** Frees the view. */
  close(): void {
    this.#drop();
    this.#variants.clear();
  }

  #drop(): void {
    this.#shown?.view.finalize();
    this.#shown = undefined;
  }

  #variant(datasets: string[], signals: string[]): Variant {
    datasets.sort();
    signals.sort();
    const key = JSON.stringify([datasets, signals]);
    let variant = this.#variants.get(key);
    if (!variant) {
      const runtime = parse(this.#vega, withPlaces(this.#spec, datasets, signals));
      const rung = this.#source.patchInPlace ? inPlaceRung(runtime, datasets, signals) : undefined;
      variant = { datasets, signals, runtime, rung, history: historyOf(runtime) };
      this.#variants.set(key, variant);
    }
    return variant;
  }

  async #build(
    variant: Variant,
    given: Map<string, Row[]>,
    signals: Record<string, unknown>,
  ): Promise<void> {
    const shapes = new Map([...given].map(([name, rows]) => [name, shapeOf(rows)]));
    const rowsOf = (name: string) => given.get(name) ?? this.#ownRows(name);
    const operators = writeValues(variant.runtime.operators, rowsOf, signals);
    this.#drop();
    this.#errors = new ErrorRecord();
    const eventConfig = { ...variant.runtime.eventConfig, ...NO_EVENTS };
    const view = new this.#vega.View({ ...variant.runtime, operators, eventConfig }, {
      renderer: "none",
      loader: resourceLoader(this.#vega, this.#source),
      logger: this.#errors.logger,
    });
    this.#shown = { view, variant, tuples: given, shapes, watched: "" };
    await this.#run(view);
    if (variant.rung) this.#shown.watched = watchedOf(this.#vega, view, variant.rung);
  }

  async #patchInPlace(
    variant: Variant,
    given: Map<string, Row[]>,
    signals: Record<string, unknown>,
  ): Promise<boolean> {
    const shown = this.#shown;
    const { rung } = variant;
    if (!shown) return false;
    const { rungB } = this.#source;
    if (rungB && (shown.variant !== variant || !rung || this.#vain >= VAIN_ATTEMPTS)) return false;
    if (rungB && ![...given].every(([name, rows]) => fits(shown, rung!, name, rows))) return false;
    const held = rung?.values.map((id) => shown.view._runtime.nodes[id].value) ?? [];
    for (const [name, rows] of given) this.#change(shown, name, rows, rung?.read ?? []);
    for (const [name, value] of Object.entries(signals)) shown.view.signal(name, value);
    await this.#run(shown.view);
    const right = !rungB ||
      (watchedOf(this.#vega, shown.view, rung!) === shown.watched &&
        rung!.values.every((id, i) => isNew(shown.view._runtime.nodes[id].value, held[i])));
    this.#vain = right ? 0 : this.#vain + 1;
    return right;
  }

  #change({ view, tuples: byName }: Shown, name: string, rows: Row[], read: string[]): void {
    const tuples = byName.get(name) ?? [];
    const count = Math.min(tuples.length, rows.length);
    if (count === 0) return;
    for (let i = 0; i < count; i++) Object.assign(tuples[i], rows[i]);
    const changes = this.#vega.changeset().reflow();
    const { pulse } = changes;
    // A reflow says which rows have changed, not which fields: nothing would be computed anew.
    const fields = [...Object.keys(rows[0]), ...read];
    changes.pulse = (into, all) => pulse(into, all).modifies(fields);
    view.change(name, changes);
  }

  async #run(view: View): Promise<void> {
    await withTimeLimit(() => view.runAsync(), this.#source.frameTimeout);
    this.#errors.throwAny();
  }

  /** The spec's own rows, each time as new objects: a view writes into those that it is given. */
  #ownRows(name: string): Row[] | undefined {
    const rows = this.#rows.get(name);
    return rows && copyRows(rows);
  }

  #parseGiven(name: string, given: Row[] | Columns): Row[] {
    const rows = toRows(given);
    const parse = this.#spec.data?.find((dataset) => dataset.name === name)?.format?.parse;
    return parse ? parseStrings(this.#vega, rows, parse) : rows;
  }
}

function parse(vega: Vega, spec: Spec): Runtime {
  try {
    return vega.parse(spec);
  } catch (cause) {
    throw new TypeError(`Cannot parse the Vega spec: ${messageOf(cause)}`, { cause });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** True if rows can take the place of those that the view shows. */
function fits({ shapes, tuples }: Shown, rung: InPlace, name: string, rows: Row[]): boolean {
  const shape = shapes.get(name);
  return shape !== undefined && hasShape(rows, shape) &&
    rung.fields.every((field) => shape.fields.includes(field)) &&
    rung.keys.every((key) => hasSameValues(rows, tuples.get(name)!, key));
}

/** False for an object that is the one before, such as a row: Vega takes it for unchanged. */
function isNew(value: unknown, before: unknown): boolean {
  return typeof value !== "object" || value === null || value !== before;
}

interface Scale {
  domain?(): unknown[];
  range?(): unknown[];
}

type Node = View["_runtime"]["nodes"][number];

interface Tick {
  value: unknown;
  label: unknown;
}

/** Vega's own map, of rows by their id. */
interface HeldBack {
  object: Record<string, unknown>;
  has(id: string): boolean;
}

/** What must stay, as text that can be compared. */
function watchedOf(
  vega: Vega,
  view: View,
  { filters, sorts, items, scales, ticks }: InPlace,
): string {
  const valueOf = (id: number) => view._runtime.nodes[id].value;
  return JSON.stringify([
    filters.map((id) => {
      const heldBack = valueOf(id) as HeldBack;
      return Object.keys(heldBack.object).filter((row) => heldBack.has(row));
    }),
    sorts.map((id) => (valueOf(id) as object[]).map((row) => vega.tupleid(row))),
    items.map((id) => isSorted(vega, view._runtime.nodes[id])),
    scales.map((id) => {
      const scale = valueOf(id) as Scale;
      return [scale.domain?.(), scale.range?.(), absentIn(view._runtime.nodes[id])];
    }),
    ticks.map((id) => (valueOf(id) as Tick[]).map(({ value, label }) => [value, label])),
  ]);
}

/** The parameters that an operator is not given. */
function absentIn({ _argval }: Node): string[] {
  return Object.keys(_argval).filter((name) =>
    _argval[name] === null || _argval[name] === undefined
  );
}

/** True if the items are in the order that their operator gives them. */
function isSorted(vega: Vega, { pulse, _argval }: Node): boolean {
  const items = pulse?.source ?? [];
  const compare = _argval.sort as (a: unknown, b: unknown) => number;
  return items.every((item, i) =>
    i === 0 || (compare(items[i - 1], item) || vega.tupleid(items[i - 1]) - vega.tupleid(item)) < 0
  );
}
