/**
 * Which changes may be made in place. A view that is patched in place must end as a fresh
 * view would; that is known for the operators listed here, and for no others.
 */
import type { Runtime, RuntimeOperator } from "./vega.ts";

/** What has to hold, before and after, for a patch in place to be right. */
export interface InPlace {
  /** Ids of filters that must let every row pass. */
  filters: number[];
  /** Ids of scales that must keep domain and range. */
  scales: number[];
  /** Fields that a formula reads and writes: rows must give them, so that it reads their own. */
  fields: string[];
}

/**
 * The operators that may lie downstream of a change, each with why it ends as in a fresh view.
 * Operators with a condition are looked at further in `isSafe`.
 */
const SAFE: Record<string, string> = {
  operator: "evaluates its expression anew from its inputs",
  collect: "keeps the order of rows that stay; only without a sort",
  relay: "copies the fields of changed rows into its own",
  formula: "computes its field anew for changed rows; only without initonly",
  filter: "keeps order and membership; only while every row passes",
  extent: "computes both ends from all rows of the pulse's source",
  scale: "is configured from its parameters; only while domain and range stay",
  sieve: "passes its input on",
  proxy: "passes its input on",
  axisticks: "computes its ticks anew from the scale",
  datajoin: "joins rows that stay to the items they had; only without a key of the rows' own",
  mark: "binds items that stay",
  encode: "runs the update set for changed items; only where enter reads nothing that changes",
  overlap: "decides anew which labels show",
  sortitems: "sorts all items anew",
  bound: "computes the bounds of changed items anew",
  viewlayout: "places axes, titles and legends anew",
  render: "marks items for drawing",
};

/** Expression functions whose value differs from one evaluation to the next. */
const UNSTEADY = /\b(random|sampleNormal|sampleLogNormal|sampleUniform|now)\(/;

/** Transforms that draw random numbers. */
const RANDOM = new Set(["sample", "wordcloud", "force", "dotbin"]);

/**
 * Decides whether frames that give these datasets and signals may be patched in place.
 *
 * @returns What to watch while patching; undefined where only a new view is known to be right.
 */
export function inPlaceRung(
  runtime: Runtime,
  datasets: string[],
  signals: string[],
): InPlace | undefined {
  const { operators } = runtime;
  if (operators.some((op) => RANDOM.has(op.type ?? "") || UNSTEADY.test(codeOf(op)))) return;
  const start = operators.filter((op) =>
    (op.signal !== undefined && signals.includes(op.signal)) ||
    datasets.some((name) => op.data?.[name]?.includes("input"))
  );
  const reached = downstream(operators, start.map((op) => op.id));
  const given = start.filter((op) => op.signal === undefined);
  const withNewRows = downstream(operators, given.map((op) => op.id));
  // Signals that events or other signals set keep a history.
  if (runtime.updates?.some((u) => [...refs(u.source), ...refs(u)].some((id) => reached.has(id)))) {
    return;
  }
  const byId = new Map(operators.map((op) => [op.id, op]));
  const touched = operators.filter((op) => reached.has(op.id));
  if (!touched.every((op) => isSafe(op, reached, byId))) return;
  const formulas = touched.filter((op) => op.type === "formula");
  // Without new rows a formula would read what it, or a later one, wrote for another frame.
  if (!formulas.every((op) => withNewRows.has(op.id) && !READS_WHOLE_ROW.test(codeOf(op)))) return;
  return {
    filters: touched.filter((op) => op.type === "filter").map((op) => op.id),
    scales: touched.filter((op) => op.type === "scale").map((op) => op.id),
    fields: overwritten(touched),
  };
}

/** An expression that uses a row other than by naming one of its fields. */
const READS_WHOLE_ROW = /\bdatum\b(?!\[)/;

/** The fields that one of the operators writes and the same or an earlier one reads. */
function overwritten(operators: RuntimeOperator[]): string[] {
  const read = new Set<string>();
  const fields = new Set<string>();
  for (const { type, params } of operators) {
    const { $fields = [] } = (params?.expr ?? {}) as { $fields?: string[] };
    for (const field of $fields) read.add(field);
    const as = type === "formula" ? String(params?.as) : "";
    if (read.has(as)) fields.add(as);
  }
  return [...fields];
}

type ById = Map<number, RuntimeOperator>;

function isSafe(op: RuntimeOperator, reached: Set<number>, byId: ById): boolean {
  const type = op.type ?? "operator";
  const params = op.params ?? {};
  // Vega writes parameters that the spec leaves out as undefined or null.
  const has = (name: string) => params[name] !== undefined && params[name] !== null;
  if (!Object.hasOwn(SAFE, type) || op.initonly || has("initonly")) return false;
  // What depends on such a signal takes its value only when it is built.
  if (op.react === false) return false;
  if (type === "collect") return !has("sort");
  if (type === "scale") return !["ordinal", "band", "point"].includes(String(params.type));
  if (type === "datajoin") return !has("key") || joinsTicks(op, byId);
  if (type === "encode") return !readsChange(op, reached, byId);
  return true;
}

/** True if the set `enter` reads rows, or a signal that changes. Scales are watched instead. */
function readsChange(op: RuntimeOperator, reached: Set<number>, byId: ById): boolean {
  const params = op.params ?? {};
  const { enter } = (params.encoders as { $encode?: Record<string, unknown> })?.$encode ?? {};
  if (enter === undefined) return false;
  const code = JSON.stringify(enter);
  const readsSignal = Object.entries(params).some(([name, value]) =>
    !name.startsWith("%") && code.includes(`_[\\"${name}\\"]`) &&
    [...refs(value)].some((id) => reached.has(id))
  );
  if (readsSignal || !/\bdatum\b/.test(code)) return readsSignal;
  const join = upstreamJoin(op, byId);
  return join === undefined || (reached.has(join.id) && !joinsTicks(join, byId));
}

/** Ticks are joined by their value, and stay while their scale does. */
function joinsTicks(join: RuntimeOperator, byId: ById): boolean {
  return [...refs(join.params?.pulse)].every((id) => byId.get(id)?.type === "axisticks");
}

/** The join that makes the items which an operator of a mark works on. */
function upstreamJoin(op: RuntimeOperator, byId: ById): RuntimeOperator | undefined {
  let at: RuntimeOperator | undefined = op;
  while (at && at.type !== "datajoin") at = byId.get([...refs(at.params?.pulse)][0]);
  return at;
}

/** The ids of the operators that depend on `start`, and those of `start`. */
function downstream(operators: RuntimeOperator[], start: number[]): Set<number> {
  const targets = new Map<number, number[]>();
  for (const op of operators) {
    for (const id of [...refs(op.params), ...refs(op.update)]) {
      const list = targets.get(id) ?? [];
      list.push(op.id);
      targets.set(id, list);
    }
  }
  const reached = new Set(start);
  const queue = [...start];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    for (const target of targets.get(id) ?? []) {
      if (!reached.has(target)) {
        reached.add(target);
        queue.push(target);
      }
    }
  }
  return reached;
}

/** The ids of all operators that a parameter refers to, at any depth. */
function* refs(value: unknown): Generator<number> {
  if (Array.isArray(value)) {
    for (const item of value) yield* refs(item);
  } else if (typeof value === "object" && value !== null) {
    const ref = (value as { $ref?: unknown }).$ref;
    if (typeof ref === "number") yield ref;
    for (const item of Object.values(value)) yield* refs(item);
  }
}

/** The code of an operator's expressions, those of nested dataflows included. */
function codeOf(op: RuntimeOperator): string {
  return JSON.stringify([op.params, op.update]);
}
