/** What frames' rows tell by themselves, where data reaches scales as it was given. */
import { addDomain, type CellDomains } from "../render/domains.ts";
import type { Columns, Row } from "../render/patch.ts";
import type { VegaScale, VegaSpec } from "../spec/compile.ts";
import { type DataDomain, isSortedByValue, type SharedScale } from "../spec/domains.ts";
import { type PlainData, plainData, plainField } from "../spec/plain.ts";

/** A domain that can be told from rows: of which fields of which given dataset. */
interface Request {
  kind: SharedScale["kind"];
  given: string;
  fields: string[];
}

/** Where a field has its least and its greatest value. */
interface Range {
  min: number;
  max: number;
  minFrame: number;
  maxFrame: number;
}

/**
 * Looks at the rows of all frames, one after the other. Where that is enough, shared domains need
 * no dataflow; the frames with the outermost values tell how far marks reach.
 */
export class Survey {
  readonly plain: Map<string, PlainData>;
  readonly #requests: (Request | undefined)[];
  readonly #domains: CellDomains[];
  /** By given dataset, the fields of it that must be numbers. */
  readonly #numbers = new Map<string, string[]>();
  readonly #ranges = new Map<string, Range>();
  #isPlain = true;
  #hasDomains: boolean;

  /**
   * @param spec The compiled spec.
   * @param datasets The datasets that frames may give.
   * @param shared The scales whose domains are asked for.
   */
  constructor(spec: VegaSpec, datasets: string[], shared: SharedScale[]) {
    this.plain = plainData(spec, datasets);
    this.#requests = shared.map((scale) => requestOf(spec, scale, this.plain));
    this.#domains = shared.map(() => ({}));
    this.#hasDomains = !this.#requests.includes(undefined);
    for (const { given, numbers } of this.plain.values()) {
      this.#numbers.set(given, [...this.#numbers.get(given) ?? [], ...numbers]);
    }
  }

  /** Looks at what a frame gives, which its source has checked. */
  add(values: unknown, frame: number): void {
    if (!this.#isPlain) return;
    const given = Object.entries(values as Record<string, Row[] | Columns>);
    // A dataset that a frame does not give has its own rows, which are not looked at here.
    this.#isPlain = given.length === this.#numbers.size &&
      given.every(([name, rows]) => this.#numbers.has(name) && this.#addRows(name, rows, frame));
  }

  /** The shared domains over all frames; undefined where rows do not tell. */
  get domains(): CellDomains[] | undefined {
    const isTold = this.#isPlain && this.#hasDomains && this.#domains.every((cells) => "" in cells);
    return isTold ? this.#domains : undefined;
  }

  /** The frames with the least and greatest value of each field; undefined where that tells nothing. */
  get outermost(): number[] | undefined {
    if (!this.#isPlain) return undefined;
    const ranges = [...this.#ranges.values()];
    return [...new Set(ranges.flatMap((range) => [range.minFrame, range.maxFrame]))];
  }

  #addRows(name: string, rows: Row[] | Columns, frame: number): boolean {
    const fields = Object.keys(Array.isArray(rows) ? rows[0] ?? {} : rows);
    const numbers = this.#numbers.get(name)!;
    const columns = new Map<string, ArrayLike<unknown>>();
    for (const field of fields) {
      const column = Array.isArray(rows) ? rows.map((row) => row[field]) : rows[field];
      columns.set(field, column);
      const isNumeric = this.#range(`${name} ${field}`, column, frame);
      if (!isNumeric && numbers.includes(field)) return false;
    }
    const length = columns.get(fields[0])?.length ?? 0;
    if (length === 0) return true;
    if (!numbers.every((field) => columns.has(field))) return false;
    for (const [i, request] of this.#requests.entries()) {
      if (request?.given !== name) continue;
      for (const field of request.fields) {
        if (!this.#addDomain(i, request.kind, columns.get(field))) this.#hasDomains = false;
      }
    }
    return true;
  }

  #addDomain(
    index: number,
    kind: SharedScale["kind"],
    column: ArrayLike<unknown> | undefined,
  ): boolean {
    if (column === undefined) return false;
    const domain = kind === "extent" ? extentOf(column) : textsOf(column);
    if (domain === undefined) return false;
    addDomain(this.#domains[index], "", { values: domain }, kind);
    return true;
  }

  /** Notes a column of finite numbers; false for any other. */
  #range(key: string, column: ArrayLike<unknown>, frame: number): boolean {
    const extent = extentOf(column);
    if (extent === undefined) return false;
    const [min, max] = extent;
    const known = this.#ranges.get(key);
    if (!known) {
      this.#ranges.set(key, { min, max, minFrame: frame, maxFrame: frame });
      return true;
    }
    if (min < known.min) Object.assign(known, { min, minFrame: frame });
    if (max > known.max) Object.assign(known, { max, maxFrame: frame });
    return true;
  }
}

/** Least and greatest of finite numbers; undefined where there is anything else. */
function extentOf(column: ArrayLike<unknown>): [number, number] | undefined {
  let min = Infinity;
  let max = -Infinity;
  for (let i = 0; i < column.length; i++) {
    const value = column[i];
    if (typeof value !== "number" || !Number.isFinite(value)) return undefined;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return [min, max];
}

/** The different texts in the order in which they come; undefined where there is anything else. */
function textsOf(column: ArrayLike<unknown>): string[] | undefined {
  const texts = new Set<string>();
  for (let i = 0; i < column.length; i++) {
    const value = column[i];
    if (typeof value !== "string") return undefined;
    texts.add(value);
  }
  return [...texts];
}

function requestOf(
  spec: VegaSpec,
  { group, scale, kind, isImplicit, isPaired, order }: SharedScale,
  plain: Map<string, PlainData>,
): Request | undefined {
  if (group.length > 0 || order || isImplicit || isPaired) return undefined;
  if (kind !== "extent" && kind !== "values") return undefined;
  const { domain } = spec.scales!.find(({ name }) => name === scale) as VegaScale & {
    domain: DataDomain;
  };
  const fields = (domain.fields ?? [domain.field]).map(plainField);
  const given = domain.data === undefined ? undefined : plain.get(domain.data)?.given;
  if (given === undefined || fields.includes(undefined)) return undefined;
  // Sorted by what they stand for, values do not appear in the order of rows.
  if (kind === "values" && isSortedByValue(domain)) return undefined;
  // The order of appearance over several fields is that of the fields.
  if (kind === "values" && fields.length > 1) return undefined;
  return { kind, given, fields: fields as string[] };
}
