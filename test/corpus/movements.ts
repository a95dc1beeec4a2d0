/** How a spec is brought to move: by a number, a choice, or subsets of a dataset's rows. */
import { read } from "vega";
import type { Names, Row } from "../../kernel-lib/render/patch.ts";
import type { VegaSpec } from "../../kernel-lib/spec/compile.ts";
import type { Values } from "../fresh.ts";

/** Four frames, and what differs between them. */
export interface Movement {
  /** The name of the signal or dataset. */
  by: string;
  frames: Values[];
}

/** What lies around a plot is settled for a whole video. */
const SETTLED = ["padding", "autosize", "background"];

/** Movements by one number that the spec has, one for each. */
export function* numberMovements(spec: VegaSpec, names: Names): Generator<Movement> {
  for (const { name, value, bind } of spec.signals ?? []) {
    if (!names.signals.includes(name) || SETTLED.includes(name)) continue;
    if (typeof value !== "number" || !Number.isFinite(value)) continue;
    const { min, max } = (bind ?? {}) as { min?: number; max?: number };
    const at = (part: number) =>
      min === undefined || max === undefined
        ? value === 0 ? part : value * (0.5 + part)
        : min + (max - min) * part;
    // A number that starts as an integer may have to be one.
    const fit = Number.isInteger(value) ? Math.round : (number: number) => number;
    const values = [0.2, 0.9, 0.5, 0.7].map((part) => fit(at(part)));
    yield { by: name, frames: values.map((number) => ({ [name]: number })) };
  }
}

/** Movements by one signal that chooses: yes or no, or one of the options of its input. */
export function* choiceMovements(spec: VegaSpec, names: Names): Generator<Movement> {
  for (const { name, value, bind } of spec.signals ?? []) {
    if (!names.signals.includes(name) || SETTLED.includes(name)) continue;
    const { options } = (bind ?? {}) as { options?: unknown[] };
    const choices = options ?? (typeof value === "boolean" ? [value, !value] : []);
    if (choices.length < 2) continue;
    // In another order than the options have.
    const frames = [0, 1, 3, 2].map((i) => ({ [name]: choices[i % choices.length] }));
    yield { by: name, frames };
  }
}

/** Movements by four subsets of the rows of a dataset, some for each. */
export function* rowMovements(spec: VegaSpec, names: Names): Generator<Movement> {
  for (const { name, rows } of rowsOf(spec, names)) {
    const half = Math.max(1, Math.floor(rows.length / 2));
    const from = (...subsets: unknown[][]) => ({
      by: name,
      frames: subsets.map((subset) => ({ [name]: subset })),
    });
    yield from(
      rows.filter((_, i) => i % 2 === 0).slice(0, half),
      rows.slice(0, half),
      rows.filter((_, i) => i % 2 === 1),
      rows.slice(-half),
    );
    // Trees and the like can spare only their last rows.
    yield from(...[1, 0.9, 0.8, 0.6].map((part) => rows.slice(0, Math.ceil(part * rows.length))));
  }
}

/** Movements by one number of the rows of a dataset, one for each field. */
export function* valueMovements(spec: VegaSpec, names: Names): Generator<Movement> {
  for (const { name, rows } of rowsOf(spec, names)) {
    for (const [field, value] of Object.entries(rows[0] ?? {})) {
      if (typeof value !== "number") continue;
      const frames = [1, 0.6, 0.8, 0.4].map((part) => ({
        [name]: rows.map((row) => ({ ...row, [field]: part * Number(row[field]) })),
      }));
      yield { by: `${name}.${field}`, frames };
    }
  }
}

/** The datasets that have rows in the spec and can be given. */
function* rowsOf(spec: VegaSpec, names: Names): Generator<{ name: string; rows: Row[] }> {
  for (const { name, values, format } of spec.data ?? []) {
    if (!names.datasets.includes(name)) continue;
    if (values === undefined || values === null || "signal" in Object(values)) continue;
    const rows = Array.isArray(values) ? values : read(values as never, { ...format } as never);
    if (Array.isArray(rows)) yield { name, rows: rows.map(asRow) };
  }
}

/** Vega takes values that are no objects for rows with the one field `data`. */
function asRow(value: unknown): Row {
  return typeof value === "object" && value !== null ? value as Row : { data: value };
}
