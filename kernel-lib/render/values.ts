/** Writes a frame's values into a spec: once into its text, then into its parsed dataflow. */
import type { Row } from "./patch.ts";
import { copyRows, type Dataset, hasOwnRows } from "./rows.ts";
import type { Runtime, RuntimeOperator } from "./vega.ts";

/** A Vega spec, with only as much of its type as is needed here. */
export interface Spec extends Record<string, unknown> {
  data?: Dataset[];
  signals?: ({ name: string } & Record<string, unknown>)[];
}

/**
 * The spec with places for rows and values, to be parsed once: datasets that are given, or that
 * have rows of their own, have none; signals that are given have no value.
 */
export function withPlaces(spec: Spec, datasets: string[], signals: string[]): Spec {
  return {
    ...spec,
    data: spec.data?.map((dataset) => {
      if (!datasets.includes(dataset.name) && !hasOwnRows(dataset)) return dataset;
      const { url: _url, format: _format, ...rest } = dataset;
      return { ...rest, values: [] };
    }),
    signals: spec.signals?.map((signal) => {
      if (!signals.includes(signal.name)) return signal;
      const { init: _init, ...rest } = signal;
      return { ...rest, value: null };
    }),
  };
}

/**
 * The operators of a parsed spec with rows and values written in. What was parsed is not changed.
 *
 * @param operators The operators of a spec with places.
 * @param rowsOf New rows of a dataset; undefined leaves what was parsed.
 * @param signals Values by signal.
 */
export function writeValues(
  operators: RuntimeOperator[],
  rowsOf: (name: string) => Row[] | undefined,
  signals: Record<string, unknown>,
): RuntimeOperator[] {
  return operators.map((op) => {
    if (op.signal !== undefined && Object.hasOwn(signals, op.signal)) {
      return { ...op, value: signals[op.signal] };
    }
    if (op.type === "collect" && isIngest(op.value)) {
      const name = Object.keys(op.data ?? {}).find((key) => op.data![key].includes("input"));
      const rows = (name && rowsOf(name)) ?? copyOf(op.value.$ingest);
      return { ...op, value: { ...op.value, $ingest: rows } };
    }
    const params = Object.entries(op.params ?? {});
    if (!params.some(([, value]) => isSubflow(value))) return op;
    const written = params.map((
      [key, value],
    ) => [key, isSubflow(value) ? copyNested(value) : value]);
    return { ...op, params: Object.fromEntries(written) };
  });
}

/** Datasets inside groups cannot be given, but a view writes into their rows, too. */
function copyNested({ $subflow }: Subflow): Subflow {
  const operators = writeValues($subflow.operators, () => undefined, {});
  return { $subflow: { ...$subflow, operators } };
}

interface Subflow {
  $subflow: Runtime;
}

function isSubflow(value: unknown): value is Subflow {
  return typeof value === "object" && value !== null && "$subflow" in value;
}

function isIngest(value: unknown): value is { $ingest: unknown } {
  return typeof value === "object" && value !== null && "$ingest" in value;
}

/** Rows, or what they are a property of. */
function copyOf(values: unknown): unknown {
  return Array.isArray(values) ? copyRows(values) : structuredClone(values);
}
