/** Finds data that reaches scales and marks as it was given. */
import { type GroupSpec, isPlainField } from "../render/groups.ts";
import type { VegaData, VegaSpec } from "./compile.ts";
import { groupsOf } from "./groups.ts";

/** A dataset whose rows are those of a given one, as long as some fields hold finite numbers. */
export interface PlainData {
  /** Name of the given dataset. */
  given: string;
  /** The fields that must hold finite numbers: with others, rows are left out or changed. */
  numbers: string[];
}

/** What Vega-Lite leaves rows out by: a field that is no finite number. */
const VALID = /^isValid\(datum\["([^"\\]+)"\]\) && isFinite\(\+datum\["\1"\]\)$/;

/** What Vega-Lite reads a field by that may come as text. */
const TO_NUMBER = /^toNumber\(datum\["([^"\\]+)"\]\)$/;

/**
 * The datasets at the root of a spec that are plain, by name.
 *
 * @param spec The compiled spec.
 * @param datasets The datasets that can be given.
 */
export function plainData(spec: VegaSpec, datasets: string[]): Map<string, PlainData> {
  const plain = new Map<string, PlainData>();
  for (const data of spec.data ?? []) {
    const source = data.source === undefined
      ? datasets.includes(data.name) && !data.format?.parse
        ? { given: data.name, numbers: [] }
        : undefined
      : plain.get(String(data.source));
    const fields = (data.transform ?? []).map(fieldsPassed);
    if (source === undefined || fields.includes(undefined)) continue;
    plain.set(data.name, {
      given: source.given,
      numbers: [...new Set([...source.numbers, ...(fields as string[][]).flat()])],
    });
  }
  return plain;
}

/** The fields that must be finite numbers for a transform to change nothing. */
function fieldsPassed({ type, expr, as, ...more }: Record<string, unknown>): string[] | undefined {
  if (Object.keys(more).length > 0 || typeof expr !== "string") return undefined;
  if (type === "filter") {
    const fields = expr.split(/(?<=\)) && (?=isValid\()/).map((part) => VALID.exec(part)?.[1]);
    return fields.includes(undefined) ? undefined : fields as string[];
  }
  const field = type === "formula" ? TO_NUMBER.exec(expr)?.[1] : undefined;
  return field !== undefined && field === as ? [field] : undefined;
}

/** Marks of which rows alone say how far they reach. */
const SHAPED = ["arc", "area", "line", "rect", "rule", "symbol", "trail"];

/**
 * True where the frames in which some field has its least or greatest value most likely have the
 * marks that reach furthest, and guides are the same in all: where all marks show plain data, or
 * data that no frame gives.
 *
 * @param spec The compiled spec with its domains.
 * @param plain Its plain datasets.
 */
export function reachesByRows(spec: VegaSpec, plain: Map<string, PlainData>): boolean {
  const names = new Set(plain.keys());
  return (spec.data ?? []).every(({ name }: VegaData) => names.has(name)) &&
    [...groupsOf(spec as GroupSpec)].every(({ group, path }) => {
      const { data, facet } = group.from ?? {};
      if (group.layout !== undefined || data !== undefined) return false;
      // The groups that lines of several colours come in.
      if (path.length > 0) {
        const own = [group.data, group.scales, group.axes, group.legends, group.title];
        if (own.some(Boolean) || !facet?.name || !names.has(String(facet.data))) return false;
        names.add(facet.name);
      }
      return (group.marks ?? []).every(({ type, from }) =>
        type === "group" || SHAPED.includes(String(type)) && names.has(String(from?.data))
      );
    });
}

/** A field by its plain name; undefined for a path into objects, or what is computed. */
export function plainField(field: unknown): string | undefined {
  return isPlainField(field) ? field : undefined;
}
