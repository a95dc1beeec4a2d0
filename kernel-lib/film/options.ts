/** Options that `concat` and `exportNotebook` have in common. */
import { fileURLToPath } from "node:url";
import { color } from "d3-color";
import { formatOf } from "../job/format.ts";
import { checkOutput } from "../job/output.ts";
import { must, number, oneOf } from "../render/check.ts";
import { describe } from "../render/describe.ts";
import { MAX_SIDE } from "../spec/layout.ts";

const side = () =>
  number(
    `an even integer from 2 to ${MAX_SIDE}`,
    (v) => Number.isInteger(v) && v % 2 === 0 && v >= 2 && v <= MAX_SIDE,
  );

/** What each of them must be. */
export const FILM_CHECKS = {
  output: must("a path", isPath),
  fps: number("a positive number of at most 1000", (v) => v > 0 && v <= 1000),
  width: side(),
  height: side(),
  background: must("an opaque CSS colour", (v) => color(String(v))?.opacity === 1),
  show: oneOf(true, false),
  signal: must("an AbortSignal", (v) => v instanceof AbortSignal),
  onProgress: must("a function", (v) => typeof v === "function"),
};

/** True for a path, or the URL of a file. */
export function isPath(value: unknown): boolean {
  return typeof value === "string" && value !== "" || value instanceof URL;
}

/**
 * Checks where a film goes.
 *
 * @param output The path as it was given.
 * @param action What is being done, for messages.
 * @returns The absolute path.
 * @throws {TypeError} If its ending is not that of an MP4.
 * @throws {Error} If the file cannot be written.
 */
export function filmOutput(output: string | URL | undefined, action: string): string {
  const text = output instanceof URL ? fileURLToPath(output) : output;
  if (text !== undefined && formatOf(text) === "mp4") return checkOutput(text, action);
  throw new TypeError(
    `Cannot ${action} as the ending of 'output' must be .mp4: current value is ${describe(text)}`,
  );
}
