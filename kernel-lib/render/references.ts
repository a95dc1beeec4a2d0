/** Which operators of a parsed dataflow read which others. */
import type { RuntimeOperator } from "./vega.ts";

/** The ids of the operators that read each operator. */
export function targetsOf(operators: RuntimeOperator[]): Map<number, number[]> {
  const targets = new Map<number, number[]>();
  for (const op of operators) {
    for (const id of [...refs(op.params), ...refs(op.update)]) {
      const list = targets.get(id) ?? [];
      list.push(op.id);
      targets.set(id, list);
    }
  }
  return targets;
}

/** The ids of the operators that depend on `start`, and those of `start`. */
export function downstream(targets: Map<number, number[]>, start: RuntimeOperator[]): Set<number> {
  const queue = start.map((op) => op.id);
  const reached = new Set(queue);
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    for (const target of targets.get(id) ?? []) {
      if (reached.has(target)) continue;
      reached.add(target);
      queue.push(target);
    }
  }
  return reached;
}

/** True if a parameter refers, at any depth, to one of the operators. */
export function readsAny(value: unknown, ids: Set<number>): boolean {
  return refs(value).some((id) => ids.has(id));
}

/** The ids of all operators that a parameter refers to, at any depth. */
export function* refs(value: unknown): Generator<number> {
  if (Array.isArray(value)) {
    for (const item of value) yield* refs(item);
  } else if (typeof value === "object" && value !== null) {
    const ref = (value as { $ref?: unknown }).$ref;
    if (typeof ref === "number") yield ref;
    for (const item of Object.values(value)) yield* refs(item);
  }
}

/**
 * The fields that a parameter's expressions, accessors and comparators read, at any depth; those
 * of expressions that it refers to only where the operators are given.
 */
export function* fieldsRead(
  value: unknown,
  byId: Map<number, RuntimeOperator> = new Map(),
): Generator<string> {
  if (typeof value !== "object" || value === null) return;
  const { $field, $fields, $compare, $ref } = value as Record<string, unknown>;
  // Of a path such as `a.b` the first step is the row's.
  for (const field of [$field ?? [], $fields ?? [], $compare ?? []].flat()) {
    if (typeof field !== "string") continue;
    yield field;
    yield field.split(/[.[]/)[0];
  }
  const accessor = byId.get($ref as number);
  if (accessor?.type === "expression") yield* fieldsRead(accessor.params, byId);
  for (const inner of Object.values(value)) yield* fieldsRead(inner, byId);
}
