/** Checks options: what each must be, and the message where it is not. */
import { describe, nearestFirst } from "./describe.ts";

/** Returns the rule that a value breaks and the class of the error, if it breaks one. */
export type Check = (value: unknown) => Broken | undefined;

/** A rule that a value breaks. */
export interface Broken {
  rule: string;
  ErrorClass: typeof TypeError | typeof RangeError;
}

/**
 * Checks that options are known and keep their rules. One that is undefined was not given.
 *
 * @param options What the user gave.
 * @param checks What each option must be.
 * @param action What is being done, for messages.
 * @param known The options that it has. @default all that have a check
 * @returns The options that were given.
 * @throws {TypeError} If an option is unknown, or has a value of the wrong type.
 * @throws {RangeError} If a number is out of range.
 */
export function checkOptions<Options extends object>(
  options: unknown,
  checks: Record<keyof Options, Check>,
  action: string,
  known: string[] = Object.keys(checks),
): Options {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new TypeError(
      `Cannot ${action} as the options must be an object: current value is ${describe(options)}`,
    );
  }
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) {
    if (!known.includes(name)) {
      const nearest = nearestFirst(name, known);
      throw new TypeError(
        `Cannot ${action} as there is no option '${name}': the nearest is '${nearest[0]}', ` +
          `known options are [${known.join(", ")}]`,
      );
    }
    const broken = checks[name as keyof Options](value);
    if (broken) {
      throw new broken.ErrorClass(
        `Cannot ${action} as '${name}' must be ${broken.rule}: current value is ${describe(value)}`,
      );
    }
  }
  return Object.fromEntries(given) as Options;
}

/** A value of any kind for which `holds` is true. */
export function must(rule: string, holds: (value: unknown) => boolean): Check {
  return (value) => holds(value) ? undefined : { rule, ErrorClass: TypeError };
}

/** A number for which `holds` is true. */
export function number(rule: string, holds: (value: number) => boolean): Check {
  return (value) => {
    if (typeof value !== "number") return { rule, ErrorClass: TypeError };
    return holds(value) ? undefined : { rule, ErrorClass: RangeError };
  };
}

/** One of a few values; the message names the nearest. */
export function oneOf(...values: unknown[]): Check {
  const rule = `one of ${values.map((value) => JSON.stringify(value)).join(", ")}`;
  const words = values.filter((value) => typeof value === "string");
  return (value) => {
    if (values.includes(value)) return undefined;
    const nearest = typeof value === "string" && words.length > 0
      ? ` (the nearest is ${JSON.stringify(nearestFirst(value, words)[0])})`
      : "";
    return { rule: rule + nearest, ErrorClass: TypeError };
  };
}
