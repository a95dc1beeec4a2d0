/** What one frame gives: rows of datasets and values of signals, checked against what exists. */
import { describe, nearestFirst } from "./describe.ts";
import { isPlainObject } from "./plain_object.ts";
import { type SelectionStore, storeRows } from "./selections.ts";

/** The names that a frame's params may use, and why others may not be used. */
export interface Names {
  /** Datasets whose rows can be given. */
  datasets: string[];
  /** Signals and Vega-Lite params whose value can be given. */
  signals: string[];
  /** Vega-Lite selection params, each with what its store's rows look like. */
  selections: Record<string, SelectionStore>;
  /** Computed signals, each with the expression that computes it. */
  computed: Record<string, string>;
  /** What can be given of that which each computed signal or derived dataset is computed from. */
  inputs: Record<string, string[]>;
  /** Derived datasets, each with the datasets it derives from; none for one that is generated. */
  derived: Record<string, string[]>;
  /** Datasets whose own rows could not be loaded, each with the reason. */
  missing: Record<string, string>;
}

/** Vega's own signals that a frame may give, with their values where the spec says nothing. */
export const VIEW_SIGNALS: Record<string, unknown> = { width: 0, height: 0, background: null };

/** Vega's own signals of which the layout is made, which is one for all frames. */
export const LAYOUT_SIGNALS = ["autosize", "padding"];

/** One row of a dataset. */
export type Row = Record<string, unknown>;

/** Rows as columns of equal length. */
export type Columns = Record<string, ArrayLike<unknown>>;

/** The params of one frame as the user gave them, or the patch that `update` made of them. */
export interface FrameParams {
  values: unknown;
  /** True when `values` still has to go through `update`. */
  update: boolean;
  /** True when `values` is the bytes that `pack` made of them. */
  packed?: boolean;
  /** Index of the frame that is shown, where it is not the one at this place but held longer. */
  shows?: number;
}

/** The values of one frame. A name that is not in it has the spec's own value. */
export interface Patch {
  datasets: Record<string, Row[] | Columns>;
  signals: Record<string, unknown>;
}

/**
 * Checks what a frame gives and sorts it into datasets and signals.
 *
 * @param values What the user or `update` gave for the frame.
 * @param names What exists.
 * @param frame The frame's index, for messages.
 * @throws {TypeError} If the values are not an object, name something that does not exist or
 * cannot be given, or are not rows or columns where a dataset is named.
 */
export function readPatch(values: unknown, names: Names, frame: number): Patch {
  if (!isPlainObject(values)) {
    throw new TypeError(
      `Cannot read the params of frame ${frame} as they must be an object: current value is ${
        describe(values)
      }`,
    );
  }
  const patch: Patch = { datasets: {}, signals: {} };
  for (const [name, value] of Object.entries(values)) {
    if (names.datasets.includes(name)) {
      patch.datasets[name] = readRows(name, value, frame);
    } else if (names.signals.includes(name)) {
      if (value === undefined) {
        throw new TypeError(
          `Cannot set signal '${name}' of frame ${frame} as its value must not be undefined`,
        );
      }
      patch.signals[name] = value;
    } else if (Object.hasOwn(names.selections, name)) {
      const store = names.selections[name];
      patch.datasets[store.dataset] = storeRows(name, store, value, frame);
    } else {
      throw new TypeError(`Cannot read the params of frame ${frame} as ${whyNot(name, names)}`);
    }
  }
  return patch;
}

function whyNot(name: string, names: Names): string {
  const inputs = Object.hasOwn(names.inputs, name) ? names.inputs[name] : [];
  const instead = inputs.length === 0
    ? "nothing that it is computed from can be given"
    : `give what it is computed from, '${inputs.join("', '")}'`;
  if (Object.hasOwn(names.computed, name)) {
    return `signal '${name}' is computed (${names.computed[name]}) and cannot be given: ${instead}`;
  }
  if (Object.hasOwn(names.derived, name)) {
    const sources = names.derived[name];
    return sources.length === 0
      ? `dataset '${name}' is generated and cannot be given: ${instead}`
      : `dataset '${name}' is derived from '${sources.join("', '")}' and cannot be given: ` +
        (sources.every((source) => names.datasets.includes(source)) ? "give that" : instead);
  }
  if (LAYOUT_SIGNALS.includes(name)) return `'${name}' is the same in all frames: the spec has it`;
  if (Object.hasOwn(VIEW_SIGNALS, name)) {
    return `'${name}' is not among the spec's signals or params: to give it, add ` +
      `{ name: "${name}", value: ... } to them`;
  }
  const known = nearestFirst(name, [
    ...names.datasets,
    ...names.signals,
    ...Object.keys(names.selections),
  ]);
  return known.length === 0
    ? `'${name}' names nothing in the spec: it has no dataset, signal or param that can be given`
    : `'${name}' is neither a dataset nor a signal or param of the spec: the nearest is ` +
      `'${known[0]}', known names are [${known.slice(0, 12).join(", ")}${
        known.length > 12 ? ", ..." : ""
      }]`;
}

function readRows(name: string, value: unknown, frame: number): Row[] | Columns {
  if (Array.isArray(value)) {
    const i = value.findIndex((row) =>
      typeof row !== "object" || row === null || Array.isArray(row)
    );
    if (i === -1) return value;
    throw new TypeError(
      `Cannot read dataset '${name}' of frame ${frame} as every row must be an object: ` +
        `row ${i} is ${describe(value[i])}`,
    );
  }
  if (isPlainObject(value)) return readColumns(name, value, frame);
  throw new TypeError(
    `Cannot read dataset '${name}' of frame ${frame} as it must be an array of rows or an object ` +
      `of columns: current value is ${describe(value)}`,
  );
}

function readColumns(name: string, value: Record<string, unknown>, frame: number): Columns {
  let first: { field: string; length: number } | undefined;
  for (const [field, column] of Object.entries(value)) {
    if (!isColumn(column)) {
      throw new TypeError(
        `Cannot read dataset '${name}' of frame ${frame} as column '${field}' must be an array ` +
          `or a typed array: current value is ${describe(column)}`,
      );
    }
    first ??= { field, length: column.length };
    if (column.length !== first.length) {
      throw new TypeError(
        `Cannot read dataset '${name}' of frame ${frame} as its columns must be equally long: ` +
          `'${first.field}' has ${first.length} values, '${field}' has ${column.length}`,
      );
    }
  }
  return value as Columns;
}

function isColumn(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}
