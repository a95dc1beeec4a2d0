/** The values of Vega-Lite's selection params, as the rows of their stores. */
import { isDateTime, timeOf } from "./date_time.ts";
import { describe } from "./describe.ts";
import { isPlainObject } from "./plain_object.ts";

/** The dataset that holds a Vega-Lite selection's value. */
export interface SelectionStore {
  /** Name of the store dataset. */
  dataset: string;
  type: "point" | "interval";
  /** The view that the selection belongs to. */
  unit: string;
  /** The fields that the selection projects over, in Vega-Lite's own form. */
  fields: { type: string; field: string; channel?: string }[];
}

/** The field by which Vega-Lite numbers rows, where a selection has no field of theirs. */
export const ROW_ID = "_vgsid_";

/**
 * The rows that Vega-Lite itself writes into a selection's store for an initial value.
 *
 * @param name The selection's name, for messages.
 * @param store Its store.
 * @param value What a frame gives: null or an empty list selects nothing.
 * @param frame The frame's index, for messages.
 * @throws {TypeError} If the value does not give what the selection is made of.
 */
export function storeRows(
  name: string,
  store: SelectionStore,
  value: unknown,
  frame: number,
): Record<string, unknown>[] {
  const fail = (rule: string, item: unknown) =>
    new TypeError(
      `Cannot set the selection '${name}' of frame ${frame} as its value must ${rule}: ` +
        `current value is ${describe(item)}`,
    );
  if (value === null || (Array.isArray(value) && value.length === 0)) return [];
  const { type, unit, fields } = store;
  const items = type === "point" && Array.isArray(value) ? value : [value];
  return items.map((item) => {
    const values = fields.map(({ type: kind, field, channel }) => {
      // Paths and escaped names may be given as the spec has them.
      const keys = [field, channel, field.replaceAll("\\", "")];
      const isWhole = isDateTime(item) && !keys.some((key) => Object.hasOwn(item, key ?? ""));
      const isBare = store.type === "point" && fields.length === 1 &&
        (!isPlainObject(item) || isWhole);
      const given = isBare ? item : own(item, keys);
      if (given === undefined) throw fail(`give '${channel ?? field}'`, item);
      if (kind.startsWith("R") && store.type === "interval" && !Array.isArray(given)) {
        throw fail(`give a list of two values for '${channel ?? field}'`, given);
      }
      const instant = withInstants(given);
      if ([instant].flat().some(Number.isNaN)) throw fail("give dates that exist", given);
      return instant;
    });
    return fields[0].field === ROW_ID ? { unit, [ROW_ID]: values[0] } : { unit, fields, values };
  });
}

/** The first of the keys that an object has a value for. */
function own(item: unknown, keys: (string | undefined)[]): unknown {
  if (!isPlainObject(item)) return undefined;
  const key = keys.find((key) => key !== undefined && item[key] !== undefined);
  return key === undefined ? undefined : item[key];
}

/** Dates in parts become instants, also in lists. */
function withInstants(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withInstants);
  return isDateTime(value) ? timeOf(value) : value;
}
