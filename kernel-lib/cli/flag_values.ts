/** The values of flags: each is read, and checked, as it is typed. */
import { InvalidArgumentError, Option } from "commander";
import { nearestFirst } from "../render/describe.ts";

/** A flag with a number. */
export function numeric(flags: string, description: string, group?: string): Option {
  const option = new Option(flags, description).argParser(parseNumber);
  return group === undefined ? option : option.helpGroup(group);
}

/** A flag with a whole number. */
export function counting(flags: string, description: string): Option {
  return new Option(flags, description).argParser(parseCount);
}

/** Reads a whole number of at least 1. */
export function parseCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1) return count;
  throw new InvalidArgumentError("It must be an integer of at least 1.");
}

/** A flag with one of a few words. */
export function choice(flags: string, description: string, words: string[], group?: string) {
  // Those that shells complete; commander's own check does not name the nearest.
  const option = new Option(flags, description);
  option.argChoices = words;
  option.argParser((value) => oneOf(value, words));
  return group === undefined ? option : option.helpGroup(group);
}

/** Adds a value of a flag that may be given more than once. */
export function append(value: string, previous: string[] | undefined): string[] {
  return [...previous ?? [], value];
}

/** Adds a value `name=value` of a flag that may be given more than once. */
export function appendPair(
  text: string,
  previous: Record<string, string> | undefined,
): Record<string, string> {
  const [, name, value] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError("It must be of the form name=value.");
  return { ...previous, [name]: value };
}

function parseNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || Number.isNaN(value)) {
    throw new InvalidArgumentError("It must be a number.");
  }
  return value;
}

/** Reads `shared`, `frame`, or one of these for each scale: `x=frame,color=shared`. */
export function parseDomains(text: string, previous: unknown): unknown {
  const rules = ["shared", "frame"];
  if (!text.includes("=")) return oneOf(text, rules);
  const before = typeof previous === "object" ? previous as Record<string, string> : {};
  const scales = text.split(",").reduce((pairs, pair) => appendPair(pair, pairs), before);
  for (const rule of Object.values(scales)) oneOf(rule, rules);
  return scales;
}

function oneOf(value: string, words: string[]): string {
  if (words.includes(value)) return value;
  throw new InvalidArgumentError(
    `It must be one of ${words.join(", ")}. (Did you mean ${nearestFirst(value, words)[0]}?)`,
  );
}
