/**
 * Which changes may be made in place. A view that is patched in place must end as a fresh
 * view would; that is known for the operators of a table, and for no others.
 */
import { fieldNames, has, OPERATORS, type Proof } from "./operators.ts";
import { downstream, fieldsRead, readsAny, refs, targetsOf } from "./references.ts";
import type { Runtime, RuntimeOperator } from "./vega.ts";

/** What has to hold, before and after, for a patch in place to be right. */
export interface InPlace {
  /** The types of the operators that a change reaches. */
  types: string[];
  /** Ids of filters that must hold the same rows back. */
  filters: number[];
  /** Ids of collections with a sort that must leave all rows where they are. */
  sorts: number[];
  /** Ids of what sorts items, which must be in order. */
  items: number[];
  /**
   * Ids of scales and projections: they must keep domain and range, and what they are given must
   * stay given. What is null leaves them as they are, which is not as they began.
   */
  scales: number[];
  /** Ids of the operators that make ticks: the ticks must stay. */
  ticks: number[];
  /** Ids of expressions over rows, whose values must not be the very objects that they were. */
  values: number[];
  /** Fields that are read before they are written: rows must give them, so that these are read. */
  fields: string[];
  /**
   * All that is read of rows. Vega computes anew what reads a field that has changed, and knows a
   * path into objects by a name of its own; also what rows do not give may have been overwritten.
   */
  read: string[];
  /** Fields that rows are grouped by: their values must stay. */
  keys: string[];
}

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

/** Aggregates that do: confidence intervals come from resampled rows. */
const RANDOM_OPS = ["ci0", "ci1"];

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
  if (operators.some((op) => isRandom(op) || UNSTEADY.test(codeOf(op)))) return;
  // Such a scale takes to its domain whatever it is asked for.
  if (operators.some(hasImplicitDomain)) return;
  const start = operators.filter((op) =>
    (op.signal !== undefined && signals.includes(op.signal)) ||
    datasets.some((name) => op.data?.[name]?.includes("input"))
  );
  const targets = targetsOf(operators);
  const reached = downstream(targets, start);
  // Signals that events or other signals set keep a history.
  if (runtime.updates?.some((update) => readsAny(update, reached))) return;
  const byId = new Map(operators.map((op) => [op.id, op]));
  const touched = operators.filter((op) => reached.has(op.id));
  if (!touched.every((op) => isSafe(op, reached, byId))) return;
  const replaced = downstream(targets, touched.filter((op) => proofOf(op).replaces));
  if (touched.some((op) => replaced.has(op.id) && !follows(op))) return;
  const ofType = (type: string) => touched.filter((op) => op.type === type);
  const given = start.filter((op) => op.signal === undefined);
  const withNewRows = downstream(targets, given);
  if (!ofType("tupleindex").every((op) => withNewRows.has(op.id))) return;
  const items = downstream(targets, touched.filter((op) => op.type === "encode"));
  const onItems = touched.filter((op) => items.has(op.id) && withNewRows.has(op.id));
  if (!onItems.every((op) => proofOf(op).items)) return;
  if (!touched.every((op) => hasPlainAccessors(op, byId))) return;
  const fields = overwritten(touched, byId);
  if (fields === undefined) return;
  const flow = downstream(targetsOf(operators.map(withPulseAlone)), given);
  const onOldRows = touched.filter((op) => proofOf(op).writes && !flow.has(op.id));
  // Without new rows, what is overwritten would be read as another frame left it.
  if (onOldRows.length > 0 && (fields.length > 0 || isWrittenTwice(touched))) return;
  const copied = downstream(targets, touched.filter((op) => op.type === "relay"));
  if (onOldRows.some((op) => copied.has(op.id))) return;
  const keys = keysOf(ofType("aggregate"), touched);
  if (keys === undefined) return;
  const idsOf = (type: string) => ofType(type).map((op) => op.id);
  return {
    types: [...new Set(touched.map(typeOf))],
    filters: idsOf("filter"),
    sorts: ofType("collect").filter((op) => has(op.params ?? {}, "sort")).map((op) => op.id),
    items: idsOf("sortitems"),
    scales: [...idsOf("scale"), ...idsOf("projection")],
    ticks: idsOf("axisticks"),
    values: touched.filter((op) => typeOf(op) === "operator" && withNewRows.has(op.id))
      .map((op) => op.id),
    fields,
    read: [...new Set(touched.flatMap((op) => [...fieldsRead(op.params, byId)]))],
    keys,
  };
}

/** The operator with its rows as all that it depends on. */
function withPulseAlone({ id, params }: RuntimeOperator): RuntimeOperator {
  return { id, params: { pulse: params?.pulse } };
}

function typeOf({ type }: RuntimeOperator): string {
  return type ?? "operator";
}

function proofOf(op: RuntimeOperator): Proof {
  return OPERATORS[typeOf(op)];
}

/** True if an operator may get other rows than those it had. */
function follows(op: RuntimeOperator): boolean {
  const { follows, replaces } = proofOf(op);
  return follows === true || replaces === true;
}

/** True for a transform that draws random numbers, or may as what it computes is not known. */
function isRandom({ type, params }: RuntimeOperator): boolean {
  const ops = [params?.ops ?? [], params?.op ?? []].flat();
  return RANDOM.has(type ?? "") ||
    ops.some((op) => typeof op !== "string" || RANDOM_OPS.includes(op));
}

function hasImplicitDomain({ type, params = {} }: RuntimeOperator): boolean {
  return type === "scale" && params.type === "ordinal" &&
    (!has(params, "domain") || has(params, "domainRaw") || has(params, "domainImplicit"));
}

/** An expression that uses a row other than by naming one of its fields. */
const READS_WHOLE_ROW = /\bdatum\b(?![.[])/;

/**
 * The fields of rows that one of the operators writes and the same or an earlier one reads.
 * Undefined where that is not known.
 */
function overwritten(operators: RuntimeOperator[], byId: ById): string[] | undefined {
  const read = new Set<string>();
  const fields = new Set<string>();
  for (const op of operators) {
    // The values of a lookup are those of other rows.
    const { values: _values, ...own } = op.params ?? {};
    for (const field of fieldsRead(op.type === "lookup" ? own : op.params, byId)) {
      // Vega takes an escaped name in an expression for that of another field.
      if (field.includes("\\")) return undefined;
      read.add(field);
    }
    const { writes } = proofOf(op);
    if (!writes) continue;
    const written = writes(op.params ?? {});
    if (!written || (op.type === "formula" && READS_WHOLE_ROW.test(codeOf(op)))) return undefined;
    for (const field of written) if (read.has(field)) fields.add(field);
  }
  return [...fields];
}

/** True if one operator writes what another has written; it may leave that as it is. */
function isWrittenTwice(operators: RuntimeOperator[]): boolean {
  const written = operators.flatMap((op) => proofOf(op).writes?.(op.params ?? {}) ?? []);
  return new Set(written).size < written.length;
}

/** False for an operator whose rows' fields are named by signals: these may be any. */
function hasPlainAccessors({ params }: RuntimeOperator, byId: ById): boolean {
  const named = ["field", "compare", "key"];
  return ![...refs(params)].some((id) => named.includes(byId.get(id)?.type ?? ""));
}

/**
 * The fields that rows are grouped by. Undefined where one of them is computed: only of those that
 * are given it can be told whether they stay.
 */
function keysOf(aggregates: RuntimeOperator[], touched: RuntimeOperator[]): string[] | undefined {
  const computed = new Set<string>();
  for (const op of touched) {
    const { writes, makes } = proofOf(op);
    for (const compute of [writes, makes]) {
      const fields = compute ? compute(op.params ?? {}) : [];
      if (!fields) return undefined;
      for (const field of fields) computed.add(field);
    }
  }
  const keys = new Set<string>();
  for (const { params } of aggregates) {
    const fields = fieldNames(params?.groupby);
    if (!fields || fields.some((field) => computed.has(field))) return undefined;
    for (const field of fields) keys.add(field);
  }
  return [...keys];
}

type ById = Map<number, RuntimeOperator>;

function isSafe(op: RuntimeOperator, reached: Set<number>, byId: ById): boolean {
  const type = typeOf(op);
  const params = op.params ?? {};
  // What depends on a signal that does not react takes its value only when it is built.
  if (!Object.hasOwn(OPERATORS, type) || op.initonly || op.react === false) return false;
  const { params: mayChange, only } = OPERATORS[type];
  const changed = Object.keys(params).filter((name) => readsAny(params[name], reached));
  if (mayChange && !changed.every((name) => mayChange.includes(name))) return false;
  // Vega does not connect an operator to itself: its value is that of the frame before.
  if ([...refs(params), ...refs(op.update)].includes(op.id)) return false;
  if (only && !only(params)) return false;
  if (type === "datajoin") return !has(params, "key") || joinsTicks(op, byId);
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
    [...refs(value)].some((id) => reached.has(id) && !staysWhileWatched(byId.get(id), reached))
  );
  if (ENTER_READS_ITEM.test(code)) return true;
  if (reads || !/\bdatum\b/.test(code)) return reads;
  return join === undefined || (reached.has(join.id) && !isOfTicks);
}

/** True for a scale of which a change reaches the domain alone: it stays while its domain does. */
function staysWhileWatched(op: RuntimeOperator | undefined, reached: Set<number>): boolean {
  if (op?.type !== "scale") return false;
  const { domain: _domain, ...rest } = op.params ?? {};
  return !readsAny(rest, reached);
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
