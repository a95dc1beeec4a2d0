/** Dates as objects of their parts, as Vega-Lite takes them: `{year: 2020, month: "mar"}`. */

/** The parts of a date. https://vega.github.io/vega-lite/docs/datetime.html */
interface DateTime {
  year?: number;
  quarter?: number;
  month?: number | string;
  date?: number;
  day?: number | string;
  hours?: number;
  minutes?: number;
  seconds?: number;
  milliseconds?: number;
  utc?: boolean;
}

const PARTS = "year quarter month date day hours minutes seconds milliseconds".split(" ");
const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const DAYS = "sun mon tue wed thu fri sat".split(" ");

/** True for an object that has a part of a date. */
export function isDateTime(value: unknown): value is DateTime {
  return typeof value === "object" && value !== null &&
    PARTS.some((part) => Object.hasOwn(value, part));
}

/**
 * The instant that the parts name, in ms; NaN where they name none. Parts that are left out are as
 * in Vega-Lite: 2012 began on a Sunday, so a day of the week alone is one of that year's first week.
 */
export function timeOf(parts: DateTime): number {
  const { year = 2012, quarter = 1, hours = 0, minutes = 0, seconds = 0, milliseconds = 0 } = parts;
  const month = parts.month === undefined
    ? 3 * (quarter - 1)
    : indexOf(MONTHS, parts.month) ?? Number(parts.month) - 1;
  const day = parts.day === undefined ? 0 : indexOf(DAYS, parts.day) ?? Number(parts.day) % 7;
  // A day of the week stands for itself alone.
  const date = parts.date ?? (Object.keys(parts).length > 1 ? 1 : day + 1);
  const fields = [year, month, date, hours, minutes, seconds, milliseconds] as const;
  return parts.utc ? Date.UTC(...fields) : new Date(...fields).getTime();
}

/** The place of a name in a list of names of three letters. */
function indexOf(names: string[], name: number | string): number | undefined {
  const index = names.indexOf(String(name).slice(0, 3).toLowerCase());
  return index === -1 ? undefined : index;
}
