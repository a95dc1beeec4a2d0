/**
 * Which changes may be made in place. A view that is patched in place must end as a fresh
 * view would; that is known for the operators listed here, and for no others.
 */
import { downstream, readsAny, refs, targetsOf } from "./references.ts";
import type { Runtime, RuntimeOperator } from "./vega.ts";

/** What has to hold, before and after, for a patch in place to be right. */
export interface InPlace {
  /** Ids of filters that must let every row pass. */
  filters: number[];
  /** Ids of scales that must keep domain and range. */
  scales: number[];
  /** Ids of the operators that make ticks: the ticks must stay. */
  ticks: number[];
  /** Fields that a formula reads and writes: rows must give them, so that it reads their own. */
  fields: string[];
}

/** Why an operator downstream of a change ends as in a fresh view. */
interface Proof {
  why: string;
  /** The parameters that may change; any when absent. */
  params?: string[];
}

/**
 * The operators that may lie downstream of a change. Those with an "only" have a condition, which
 * `isSafe` looks at, or which is watched while frames are patched.
 */
const SAFE: Record<string, Proof> = {
  operator: { why: "evaluates its expression anew from its inputs; only if it is not one of them" },
  collect: { why: "keeps the order of rows that stay; only without a sort", params: ["pulse"] },
  relay: { why: "copies the fields of changed rows into its own", params: ["pulse"] },
  formula: { why: "computes its field anew for changed rows; only without initonly" },
  filter: { why: "keeps order and membership; only while every row passes" },
  extent: { why: "computes both ends from all rows of its source" },
  scale: { why: "is configured from its parameters; only while domain and range stay" },
  sieve: { why: "passes its input on" },
  proxy: { why: "passes its input on" },
  axisticks: { why: "computes its ticks anew from the scale; only while they stay" },
  datajoin: {
    why: "joins rows that stay to the items they had; only without a key of the rows' own",
    params: ["pulse"],
  },
  mark: { why: "binds items that stay", params: ["pulse", "groups", "parent"] },
  encode: { why: "runs update for changed items; only where enter reads nothing that changes" },
  overlap: { why: "decides anew which labels show", params: ["pulse", "boundScale"] },
  sortitems: { why: "sorts all items anew", params: ["pulse"] },
  bound: { why: "computes the bounds of changed items anew", params: ["pulse", "mark"] },
  viewlayout: { why: "places axes and titles anew", params: ["pulse", "mark"] },
  render: { why: "marks items for drawing", params: ["pulse"] },
};

/**
 * Code whose outcome depends on more than its inputs: random numbers and times, changes that
 * triggers make to datasets, and images, which are loaded only after their view was built.
 */
const UNSTEADY =
  /\b(random|sampleNormal|sampleLogNormal|sampleUniform|now|modify)\(|new Date\(\)|"marktype":"image"/;

/**
 * Encodings that read their item as an earlier run left it. Update may read the item's group, which
 * is encoded before; guides read where they stand, which stays.
 */
const UPDATE_READS_ITEM = /\bitem\b(?!\.mark\.group\b|\.(anchor|orient) ===)/;
const ENTER_READS_ITEM = /\bitem\b(?!\.(anchor|orient) ===)/;

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
  const targets = targetsOf(operators);
  const reached = downstream(targets, start);
  const withNewRows = downstream(targets, start.filter((op) => op.signal === undefined));
  // Signals that events or other signals set keep a history.
  if (runtime.updates?.some((update) => readsAny(update, reached))) return;
  const byId = new Map(operators.map((op) => [op.id, op]));
  const touched = operators.filter((op) => reached.has(op.id));
  if (!touched.every((op) => isSafe(op, reached, byId))) return;
  const formulas = touched.filter((op) => op.type === "formula");
  // Without new rows a formula would read what it, or a later one, wrote for another frame.
  if (!formulas.every((op) => withNewRows.has(op.id) && !READS_WHOLE_ROW.test(codeOf(op)))) return;
  return {
    filters: touched.filter((op) => op.type === "filter").map((op) => op.id),
    scales: touched.filter((op) => op.type === "scale").map((op) => op.id),
    ticks: touched.filter((op) => op.type === "axisticks").map((op) => op.id),
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
  const { params: mayChange } = SAFE[type];
  const changed = Object.keys(params).filter((name) => readsAny(params[name], reached));
  if (mayChange && !changed.every((name) => mayChange.includes(name))) return false;
  // Vega does not connect an operator to itself: its value is that of the frame before.
  if ([...refs(params), ...refs(op.update)].includes(op.id)) return false;
  if (type === "collect") return !has("sort");
  if (type === "scale") return !["ordinal", "band", "point"].includes(String(params.type));
  if (type === "datajoin") return !has("key") || joinsTicks(op, byId);
  if (type === "encode") return !readsChange(op, reached, byId);
  return true;
}

/** True if an encoding would use what an earlier frame left: enter, for one, is not run again. */
function readsChange(op: RuntimeOperator, reached: Set<number>, byId: ById): boolean {
  const params = op.params ?? {};
  const sets = (params.encoders as { $encode?: Record<string, unknown> })?.$encode ?? {};
  if (UPDATE_READS_ITEM.test(JSON.stringify(sets.update ?? ""))) return true;
  const { enter } = sets;
  if (enter === undefined) return false;
  const code = JSON.stringify(enter);
  const join = upstreamJoin(op, byId);
  const isOfTicks = join !== undefined && joinsTicks(join, byId);
  // What enter reads of a scale for a tick, update reads again.
  const reads = Object.entries(params).some(([name, value]) =>
    !(isOfTicks && name.startsWith("%")) && code.includes(`_[\\"${name}\\"]`) &&
    readsAny(value, reached)
  );
  if (ENTER_READS_ITEM.test(code)) return true;
  if (reads || !/\bdatum\b/.test(code)) return reads;
  return join === undefined || (reached.has(join.id) && !isOfTicks);
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

/** The code of an operator's expressions, those of nested dataflows included. */
function codeOf(op: RuntimeOperator): string {
  return JSON.stringify([op.params, op.update]);
}
