/** The chart that a command is given. */
import { isPlainObject } from "../render/plain_object.ts";
import type { SpecSource } from "../spec/load.ts";
import type { Flags } from "./flags.ts";
import { readJSON, STDIN } from "./source.ts";
import { UsageError } from "./usage.ts";

/** What a spec can be, for the help. */
export const SPEC = "path or URL of a Vega or Vega-Lite spec; - is standard input";

/**
 * A spec as `animate` takes it. That of standard input is read here; its relative URLs are
 * relative to the working folder.
 *
 * @throws {UsageError} If params are to be read from standard input, too.
 * @throws {Error} If it cannot be read.
 */
export async function readSpec(
  source: string,
  flags: Flags,
  signal: AbortSignal,
): Promise<SpecSource> {
  if (source !== STDIN) return source;
  if (flags.params === STDIN) {
    throw new UsageError("Spec and params cannot both come from standard input");
  }
  const spec = await readJSON(source, "spec", signal);
  if (isPlainObject(spec)) return spec;
  throw new Error("Cannot read the spec from standard input as it must be a JSON object");
}
