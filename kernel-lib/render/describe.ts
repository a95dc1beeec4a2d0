/** Values and names in the words of a message. */
import { distance } from "fastest-levenshtein";

/** Orders `known` by how few edits lead from `name` to it. */
export function nearestFirst(name: string, known: string[]): string[] {
  return known
    .map((other) => ({ other, edits: distance(name.toLowerCase(), other.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits || (a.other < b.other ? -1 : 1))
    .map(({ other }) => other);
}

/** A short text for a value in a message: its type, and the value itself where it is small. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "string") {
    return JSON.stringify(value.length > 60 ? value.slice(0, 57) + "..." : value);
  }
  if (typeof value === "function") return `the function ${value.name || "(anonymous)"}`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "object") {
    // Generators and the like have no constructor with a name.
    const kind = value.constructor?.name || Object.prototype.toString.call(value).slice(8, -1);
    if (value instanceof Date && Number.isNaN(value.getTime())) return "an invalid Date";
    const keys = Object.keys(value);
    return kind === "Object"
      ? `an object with the keys [${keys.slice(0, 5).join(", ")}${keys.length > 5 ? ", ..." : ""}]`
      : `a ${kind}`;
  }
  return typeof value === "bigint" ? `${value}n` : String(value);
}
