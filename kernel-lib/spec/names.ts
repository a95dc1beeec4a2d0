/** What a frame of a spec may give. */
import { describe } from "../render/describe.ts";
import type { Names } from "../render/patch.ts";
import { isPlainObject } from "../render/plain_object.ts";
import { ROW_ID, type SelectionStore } from "../render/selections.ts";
import type { Compiled, VegaData, VegaSpec } from "./compile.ts";
import { hasComputedSize } from "./layout.ts";

/**
 * Lists the datasets, signals and params that a frame's params may name, and why others of
 * the spec's names cannot be given.
 *
 * @param compiled The compiled spec.
 * @param written The spec as the user wrote it, for the params of Vega-Lite.
 * @throws {TypeError} If a dataset or signal has no name.
 */
export function namesOf(compiled: Compiled, written: Record<string, unknown>): Names {
  const { spec } = compiled;
  for (const { name } of spec.data ?? []) checkName("dataset", name);
  for (const { name } of spec.signals ?? []) checkName("signal", name);
  const params = compiled.language === "vega-lite" ? paramsOf(written) : undefined;
  const names: Names = {
    datasets: [],
    signals: [],
    selections: {},
    computed: {},
    inputs: {},
    derived: {},
    missing: {},
  };
  for (const { name, select } of params ?? []) {
    const store = select === undefined ? undefined : storeOf(name, select, spec);
    if (store) names.selections[name] = store;
  }
  const stores = new Set(Object.values(names.selections).map(({ dataset }) => dataset));
  for (const data of spec.data ?? []) {
    if (stores.has(data.name)) continue;
    if (data.source !== undefined) names.derived[data.name] = [data.source].flat();
    else if (isGenerated(data)) names.derived[data.name] = [];
    else names.datasets.push(data.name);
    for (const { type, signal } of params ? [] : data.transform ?? []) {
      if (signal) names.computed[String(signal)] = `by '${type}' of dataset '${data.name}'`;
    }
  }
  const variables = params && new Set(params.filter((p) => !p.select).map((p) => p.name));
  for (const signal of spec.signals ?? []) {
    if (variables && !variables.has(signal.name)) continue;
    if (signal.update !== undefined) names.computed[signal.name] = String(signal.update);
    else if (hasComputedSize(spec) && ["width", "height"].includes(signal.name)) {
      names.computed[signal.name] = `by 'autosize' of the spec`;
    } else names.signals.push(signal.name);
  }
  const words = wordsOf(spec);
  for (const name of Object.keys({ ...names.computed, ...names.derived })) {
    names.inputs[name] = inputsOf(name, names, words);
  }
  return names;
}

function checkName(what: string, name: unknown): void {
  if (typeof name === "string") return;
  throw new TypeError(
    `Cannot read the spec as each ${what} must have a name: that of one is ${describe(name)}`,
  );
}

/** The words in the code of each signal and dataset, among which the names of others are. */
function wordsOf(spec: VegaSpec): Map<string, Set<string>> {
  // Names in expressions, and of datasets in strings, are whole words.
  const words = (code: string) => new Set(code.match(/[\w$]+/g));
  return new Map([...codesOf(spec)].map(([name, code]) => [name, words(code)]));
}

function codesOf(spec: VegaSpec): Map<string, string> {
  const codes = new Map<string, string>();
  for (const { name, update } of spec.signals ?? []) codes.set(name, JSON.stringify(update ?? ""));
  for (const { name, source, transform } of spec.data ?? []) {
    codes.set(name, JSON.stringify([source, transform]));
    // A transform can have a result of its own, which is a signal then.
    for (const { signal } of transform ?? []) if (signal) codes.set(String(signal), `"${name}"`);
  }
  return codes;
}

/** What can be given of that which a signal or dataset is computed from, at whatever remove. */
function inputsOf(computed: string, names: Names, words: Map<string, Set<string>>): string[] {
  const seen = new Set([computed]);
  for (const name of seen) {
    for (const other of words.keys()) if (words.get(name)?.has(other)) seen.add(other);
  }
  const stores = Object.entries(names.selections);
  const given = [...names.signals, ...names.datasets].filter((name) => seen.has(name));
  const selected = stores.filter(([, { dataset }]) => seen.has(dataset)).map(([name]) => name);
  return [...given, ...selected].filter((name) => name !== computed);
}

interface Param {
  name: string;
  /** Present on a selection param. */
  select?: unknown;
}

/** The params of a Vega-Lite spec, of its config and of all views in it. */
function paramsOf(spec: Record<string, unknown>): Param[] {
  const own = [spec, spec.config].filter(isPlainObject)
    .flatMap(({ params }) => Array.isArray(params) ? params as Param[] : []);
  const views = ["layer", "concat", "hconcat", "vconcat"].flatMap((key) => spec[key] ?? []);
  return [...own, ...[...views, spec.spec].filter(isPlainObject).flatMap(paramsOf)];
}

/** Rows that a transform makes from nothing cannot be given: they are not the dataset's own. */
function isGenerated({ values, url, transform }: VegaData): boolean {
  const first = transform?.[0]?.type;
  return values === undefined && url === undefined &&
    (first === "sequence" || first === "graticule");
}

/** What Vega-Lite calls a selection param in Vega, where names have no other signs. */
export function selectionName(param: string): string {
  return (/^\d/.test(param) ? "_" : "") + param.replaceAll(/\W/g, "_");
}

function storeOf(param: string, select: unknown, spec: VegaSpec): SelectionStore | undefined {
  const name = selectionName(param);
  const dataset = `${name}_store`;
  const signals = signalsOf(spec);
  const projected = signals.find((s) => s.name === `${name}_tuple_fields`)?.value;
  const tuple = JSON.stringify(signals.find((s) => s.name === `${name}_tuple`) ?? "");
  const store = spec.data?.find((data) => data.name === dataset);
  const isOfRows = JSON.stringify(store?.transform ?? "").includes(ROW_ID);
  if (!store || !(isOfRows || Array.isArray(projected))) return;
  const type = isPlainObject(select) ? select.type : select;
  return {
    dataset,
    type: type === "interval" && !isOfRows ? "interval" : "point",
    unit: /unit: "([^"]*)"/.exec(tuple.replaceAll('\\"', '"'))?.[1] ?? "",
    fields: isOfRows ? [{ type: "E", field: ROW_ID }] : projected as SelectionStore["fields"],
  };
}

interface Scope {
  signals?: { name: string; value?: unknown }[];
  marks?: unknown[];
}

function signalsOf(scope: Scope): { name: string; value?: unknown }[] {
  const inner = (scope.marks ?? []).filter(isPlainObject).flatMap((m) => signalsOf(m as Scope));
  return [...(scope.signals ?? []), ...inner];
}
