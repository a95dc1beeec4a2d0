/** Names in a Vega-Lite spec that do not exist, at which its compiler fails without naming them. */
import { nearestFirst } from "../render/describe.ts";
import { isPlainObject } from "../render/plain_object.ts";

/** https://vega.github.io/vega-lite/docs/mark.html */
const MARKS = [
  ...["arc", "area", "bar", "boxplot", "circle", "errorband", "errorbar", "geoshape", "image"],
  ...["line", "point", "rect", "rule", "square", "text", "tick", "trail"],
];

/** https://vega.github.io/vega-lite/docs/type.html */
const TYPES = ["quantitative", "temporal", "ordinal", "nominal", "geojson"];

/** What holds no views, and may be large. */
const DATA = ["data", "datasets"];

/**
 * The first mark or type of a spec that does not exist.
 *
 * @param part The spec, or a part of it.
 * @returns What it must be, to follow "as"; undefined where all exist.
 */
export function misspelt(part: unknown): string | undefined {
  if (Array.isArray(part)) return firstOf(part, misspelt);
  if (!isPlainObject(part)) return undefined;
  const mark = isPlainObject(part.mark) ? part.mark.type : part.mark;
  const channels = isPlainObject(part.encoding) ? Object.entries(part.encoding) : [];
  return broken("'mark'", mark, MARKS) ??
    firstOf(channels, ([channel, definition]) => {
      const type = isPlainObject(definition) ? definition.type : undefined;
      return broken(`'type' of '${channel}'`, type, TYPES);
    }) ??
    firstOf(
      Object.entries(part),
      ([key, inner]) => DATA.includes(key) ? undefined : misspelt(inner),
    );
}

function broken(what: string, name: unknown, known: string[]): string | undefined {
  if (typeof name !== "string" || known.includes(name.toLowerCase())) return undefined;
  return `${what} must be one of ${
    nearestFirst(name, known).join(", ")
  }: current value is "${name}"`;
}

function firstOf<T>(items: T[], find: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
}
