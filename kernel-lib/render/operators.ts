/**
 * The operators of Vega's dataflow that may lie downstream of a change in place, each with the
 * reason why it ends as in a fresh view. Read in the source of Vega 6.2's packages.
 */
import { fieldsRead } from "./references.ts";

/** The parameters of an operator, as Vega's parser leaves them. */
export type Params = Record<string, unknown>;

/** Why an operator downstream of a change ends as in a fresh view. */
export interface Proof {
  why: string;
  /** The parameters that may change; any when absent. */
  params?: string[];
  /** Must hold for the operator's parameters. */
  only?(params: Params): boolean;
  /** The fields that it writes into rows that it is given; undefined where that is not known. */
  writes?(params: Params): string[] | undefined;
  /** The fields that it computes for rows of its own; undefined where that is not known. */
  makes?(params: Params): string[] | undefined;
  /** True for one that puts new rows in place of all those that it made before. */
  replaces?: true;
  /** True if it may also follow one that replaces its rows. */
  follows?: true;
  /**
   * True if it may follow the encoding of items whose rows are new: Vega passes on only the items
   * whose encoding comes to something else, whatever else of their rows has changed.
   */
  items?: true;
}

/**
 * The table. An operator that is not in it needs a new view. What an "only" in the reason speaks
 * of is looked at by `only`, by `inPlaceRung`, or watched while frames are patched.
 */
export const OPERATORS: Record<string, Proof> = {
  operator: {
    why: "evaluates its expression anew from its inputs; only if it is not one of them",
    items: true,
    follows: true,
  },

  // Rows
  collect: {
    why: "keeps the order of rows that stay; only while a sort leaves them where they are",
    params: ["pulse"],
    items: true,
    follows: true,
  },
  relay: {
    why: "copies the fields of changed rows into its own; only those of one source: of several, " +
      "one row may come twice and have two copies, of which it would know the last",
    params: ["pulse"],
    only: ({ derive, pulse }) => !derive || !Array.isArray(pulse),
    follows: true,
  },
  sieve: { why: "passes its input on", items: true, follows: true },
  proxy: { why: "passes its input on", items: true, follows: true },
  filter: {
    why: "keeps order and membership; only while the rows that it holds back are the same",
    follows: true,
  },
  formula: {
    why: "computes its field anew for changed rows; only without initonly",
    only: (params) => !has(params, "initonly"),
    writes: ({ as }) => names(as),
    follows: true,
  },
  bin: {
    why: "computes the bins of changed rows anew, and of all rows if a parameter changed",
    writes: ({ as }) => names(as ?? ["bin0", "bin1"]),
  },
  timeunit: {
    why: "computes the units of all rows anew if their field or a parameter changed",
    writes: ({ as }) => names(as ?? ["unit0", "unit1"]),
  },
  window: {
    why:
      "computes all partitions anew if a field changed that it computes with or sorts by; only " +
      "if there is one",
    params: ["pulse"],
    only: ({ fields, sort }) => readsField(fields) || readsField(sort),
    writes: ({ as }) => names(as),
  },
  joinaggregate: {
    why: "computes all cells anew from all rows if a field that it reads changed",
    params: ["pulse"],
    only: (params) => !has(params, "key"),
    writes: (params) => all(measures(params), fieldNames(params.groupby)),
  },
  aggregate: {
    why: "computes all cells anew from all rows if a field that it reads changed, and keeps " +
      "their order; only while the fields that it groups by are the same",
    params: ["pulse"],
    only: (params) => !has(params, "key") && !has(params, "cross"),
    makes: measures,
  },
  stack: {
    why: "stacks all rows anew",
    writes: ({ as }) => names(as ?? ["y0", "y1"]),
    follows: true,
  },
  pie: {
    why: "computes all angles anew",
    writes: ({ as }) => names(as ?? ["startAngle", "endAngle"]),
    follows: true,
  },
  tupleindex: {
    why: "is made anew if its key changed; only if its rows are given, so that it always does",
    params: ["pulse"],
  },
  lookup: {
    why: "looks up changed rows anew, and all rows if the index was made anew",
    params: ["pulse", "index"],
    writes: ({ as, values }) => as === undefined || as === null ? fieldNames(values) : names(as),
  },
  voronoi: { why: "computes all cells anew", writes: ({ as }) => names(as ?? "path") },
  stratify: { why: "makes the tree anew if a key changed", params: ["pulse"] },
  nest: {
    why: "makes the tree anew if a row changed; only if it adds no rows",
    params: ["pulse"],
    only: (params) => !has(params, "generate"),
  },
  treemap: {
    why: "lays out the whole tree anew",
    params: ["pulse"],
    writes: layout("x0 y0 x1 y1"),
  },
  partition: {
    why: "lays out the whole tree anew",
    params: ["pulse"],
    writes: layout("x0 y0 x1 y1"),
  },
  pack: { why: "lays out the whole tree anew", params: ["pulse"], writes: layout("x y r") },
  tree: { why: "lays out the whole tree anew", params: ["pulse"], writes: layout("x y") },
  kde: { why: "puts new rows in place of its old ones", replaces: true },
  regression: { why: "puts new rows in place of its old ones", replaces: true },
  loess: { why: "puts new rows in place of its old ones", replaces: true },
  quantile: { why: "puts new rows in place of its old ones", replaces: true },

  // Scales
  extent: { why: "computes both ends from all rows of its source", follows: true },
  multiextent: { why: "computes both ends from those of its inputs", follows: true },
  values: { why: "lists the values of all rows of its source", follows: true },
  multivalues: { why: "lists the values of all its inputs", follows: true },
  scale: {
    why: "is configured from its parameters; only while domain and range stay, and the same are " +
      "given, and not from bins alone, which are cut to the domain that it had",
    only: (params) => params.type !== "bin-ordinal" || has(params, "domain"),
    follows: true,
  },
  axisticks: { why: "computes its ticks anew from the scale; only while they stay", follows: true },
  projection: {
    why:
      "is configured from its parameters; only while the same are given, and if it fits nothing, " +
      "which changes them",
    only: (params) => !has(params, "fit"),
  },
  geopoint: {
    why: "projects changed rows anew, and all rows if the projection changed",
    writes: ({ as }) => names(as ?? ["x", "y"]),
  },
  geopath: {
    why: "projects changed rows anew, and all rows if the projection changed",
    writes: ({ as }) => names(as ?? "path"),
  },
  geoshape: {
    why: "draws with what the projection is by then",
    writes: ({ as }) => names(as ?? "shape"),
  },

  // Marks
  datajoin: {
    why: "joins rows that stay to the items they had; only without a key of the rows' own",
    params: ["pulse"],
    follows: true,
  },
  mark: {
    why: "binds items that stay",
    params: ["pulse", "groups", "parent"],
    items: true,
    follows: true,
  },
  encode: {
    why: "runs update for changed items; only where enter reads nothing that changes",
    items: true,
    follows: true,
  },
  overlap: {
    why: "decides anew which labels show",
    params: ["pulse", "boundScale"],
    items: true,
    follows: true,
  },
  sortitems: {
    why: "sorts all items anew if one changes; only while they are in order then",
    params: ["pulse"],
    items: true,
    follows: true,
  },
  bound: {
    why: "computes the bounds of changed items anew",
    params: ["pulse", "mark"],
    items: true,
    follows: true,
  },
  render: { why: "marks items for drawing", params: ["pulse"], items: true, follows: true },
};

/** Vega's parser writes parameters that the spec leaves out as undefined or null. */
export function has(params: Params, name: string): boolean {
  return params[name] !== undefined && params[name] !== null && params[name] !== false;
}

/** True if a parameter names a field, or several. */
function readsField(value: unknown): boolean {
  return !fieldsRead(value).next().done;
}

/** The names of fields that a parameter refers to; undefined where one is not a plain name. */
export function fieldNames(value: unknown): string[] | undefined {
  const fields = [value ?? []].flat().map((field) => (field as { $field?: unknown })?.$field);
  return fields.every((field) => typeof field === "string" && !/[.[\]\\]/.test(field))
    ? fields as string[]
    : undefined;
}

/** Names as a parameter gives them; undefined where one of them is not given. */
function names(value: unknown): string[] | undefined {
  const list = [value].flat();
  return list.every((name) => typeof name === "string") ? list as string[] : undefined;
}

/** The names of an aggregate's results, as Vega makes them. */
function measures({ as, ops, fields }: Params): string[] | undefined {
  const given = [as ?? []].flat();
  const measured = [fields ?? null].flat();
  return all(
    ...[ops ?? "count"].flat().map((op, i) => {
      if (typeof given[i] === "string") return [given[i]];
      const field = measured[i] === null ? [] : fieldNames(measured[i]);
      return typeof op === "string" && field ? [[op, ...field].join("_")] : undefined;
    }),
  );
}

function all(...lists: (string[] | undefined)[]): string[] | undefined {
  return lists.includes(undefined) ? undefined : lists.flat() as string[];
}

function layout(fields: string): Proof["writes"] {
  return ({ as }) => names(as ?? [...fields.split(" "), "depth", "children"]);
}
