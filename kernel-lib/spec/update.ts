/** The user's `update` as source that can be sent to a worker. */
import { parse } from "acorn";
import globals from "globals";
import { analyze } from "periscopic";

/** What a worker has besides the language itself. */
const KNOWN = new Set([
  // Not those of browsers' workers: `name`, `origin` and others are everyday names of variables.
  ...Object.keys(globals.nodeBuiltin),
  ...Object.keys(globals.builtin),
  "Deno",
  "arguments",
  "undefined",
]);

/**
 * The source of a function, checked to stand on its own.
 *
 * @param update The function; not bound, not built in.
 * @throws {TypeError} If it uses variables from around it, or has no source.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.match(updateSource((value: number) => ({ x: value })), /=>/);
 * ```
 */
// The user's own types do not matter to the source.
// deno-lint-ignore no-explicit-any
export function updateSource(update: (...args: any[]) => unknown): string {
  const { source, program } = parseFunction(String(update), update.name);
  // The parser's nodes and the analyzer's are the same, by the ESTree specification.
  const { globals: free } = analyze(program as never);
  const unknown = [...free.keys()].filter((name) => !KNOWN.has(name));
  if (unknown.length > 0) {
    throw new TypeError(
      `Cannot animate as 'update' must stand on its own, but it uses '${
        unknown.join("', '")
      }' from around it: pass data through the option 'context' (there as 'frame.context'), ` +
        `put functions inside 'update', and import with 'await import()' inside it ` +
        `or in a module of its own`,
    );
  }
  return source;
}

/** Methods print without the word `function`, and so only parse inside an object. */
function parseFunction(text: string, name: string): { source: string; program: unknown } {
  const options = { ecmaVersion: "latest", sourceType: "module" } as const;
  for (const source of [text, `Object.values({${text}})[0]`]) {
    try {
      return { source, program: parse(`(${source})`, options) };
    } catch {
      // Try the next form.
    }
  }
  throw new TypeError(
    `Cannot animate as the source of 'update' must stand on its own: '${name}' is built in, ` +
      `bound, or a method that uses 'super' or private names, wrap it in a function of its own`,
  );
}
