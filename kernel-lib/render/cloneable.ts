/** What can be sent to another thread, and what keeps a value from it. */
import { describe } from "./describe.ts";

/**
 * Says which part of a value cannot be sent to another thread.
 *
 * @param value The value.
 * @param name How the user calls it.
 * @returns The rule that is broken, with the part and its value; undefined if all can be sent.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(
 *   uncloneable({ rows: [{ x: Math.max }] }, "context"),
 *   "'context.rows[0].x' must be data that can be sent to a worker: current value is the function max",
 * );
 * ```
 */
export function uncloneable(value: unknown, name: string): string | undefined {
  const part = findUncloneable(value, name, new Set());
  return part && `'${part.path}' must be data that can be sent to a worker: ` +
      `current value is ${describe(part.value)}`;
}

interface Part {
  path: string;
  value: unknown;
}

function findUncloneable(value: unknown, path: string, seen: Set<unknown>): Part | undefined {
  if (seen.has(value) || isCloneable(value)) return undefined;
  seen.add(value);
  if (typeof value === "object" && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      const place = Array.isArray(value) ? `[${key}]` : path === "" ? key : `.${key}`;
      const part = findUncloneable(inner, path + place, seen);
      if (part) return part;
    }
  }
  return { path, value };
}

function isCloneable(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}
