/** What the user's `update` is, so that frames that it made can be used again. */
import type { Node } from "acorn";
import globals from "globals";
import { analyze } from "periscopic";
import type { UpdateCode } from "../render/task.ts";
import { modifiedAt, moduleFiles, parseProgram } from "./module_files.ts";
import { hashOf } from "./value_hash.ts";

/** An `update` that gives the same for the same. */
export interface UpdateIdentity {
  hash: string;
  /** False once a file of it is another one. */
  isCurrent(): boolean;
}

/** What is part of the language, but gives what nobody can record. */
const IMPURE = new Set([
  "eval",
  "FinalizationRegistry",
  "Function",
  "globalThis",
  "Temporal",
  "WeakRef",
]);

/** What is not part of the language and still gives the same each time, or nothing at all. */
const PURE = new Set([
  ...Object.keys(globals.builtin).filter((name) => !IMPURE.has(name)),
  "arguments",
  "atob",
  "btoa",
  "clearTimeout",
  "console",
  "queueMicrotask",
  "setTimeout",
  "structuredClone",
  "TextDecoder",
  "TextEncoder",
  "undefined",
  "URL",
  "URLSearchParams",
]);

/**
 * The identity of an `update`: a hash of its source, or of its module and all that this imports.
 * Random numbers and the time come from the seed, so an `update` whose free names are those of the
 * language gives the same for the same frame. One that can read files, the web or the processor's
 * clock may not. That is told from its text, and rather once too often.
 *
 * @param code The source or module.
 * @throws {Error} If it may give something else each time; the message says what of it could.
 */
export function identifyUpdate(code: UpdateCode): UpdateIdentity {
  if ("source" in code) {
    // As the worker reads it.
    assertPure(parseProgram(`(${code.source})`), "it");
    return { hash: hashOf(code.source), isCurrent: () => true };
  }
  const files = moduleFiles(new URL(code.module), ({ url, program }) => {
    if (program) assertPure(program, `'${url.pathname.split("/").pop()}'`);
  });
  return {
    hash: hashOf(files.map(({ content }) => content)),
    isCurrent: () => files.every(({ url, modified }) => modifiedAt(url) === modified),
  };
}

function assertPure(program: Node, name: string): void {
  // The parser's nodes and the analyzer's are the same, by the ESTree specification.
  const free = [...analyze(program as never).globals.keys()].filter((name) => !PURE.has(name));
  const used = [...new Set([...free, ...escapesOf(program)])];
  if (used.length > 0) throw new Error(`${name} uses '${used.join("', '")}'`);
}

/** The name of a property, where it is written as one. */
function nameOf(member: object): unknown {
  const { property } = member as { property: { name?: string; value?: unknown } };
  return property.name ?? property.value;
}

/** The ways out of a function that are no names. Outside classes, `this` may be `globalThis`. */
function* escapesOf(node: unknown, inClass = false): Generator<string> {
  if (Array.isArray(node)) {
    for (const inner of node) yield* escapesOf(inner, inClass);
  } else if (typeof node === "object" && node !== null && "type" in node) {
    if (node.type === "ImportExpression") yield "import()";
    if (node.type === "MetaProperty") yield "import.meta";
    if (node.type === "MemberExpression" && nameOf(node) === "constructor") yield "constructor";
    if (node.type === "ThisExpression" && !inClass) yield "this";
    const inside = inClass || node.type === "ClassBody";
    for (const inner of Object.values(node)) yield* escapesOf(inner, inside);
  }
}
