/** What the user's `update` is, so that frames that it made can be used again. */
import { readFileSync, statSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { type Node, parse } from "acorn";
import globals from "globals";
import { analyze } from "periscopic";
import type { UpdateCode } from "../render/task.ts";
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
  const files = moduleFiles(new URL(code.module));
  return {
    hash: hashOf(files.map(({ content }) => content)),
    isCurrent: () => files.every(({ url, modified }) => modifiedAt(url) === modified),
  };
}

interface ModuleFile {
  url: URL;
  content: Uint8Array;
  modified: number | undefined;
}

/** A module and what it imports, each once, in the order of the imports. */
function moduleFiles(entry: URL): ModuleFile[] {
  const files: ModuleFile[] = [];
  const urls = [entry];
  // The list grows while it is walked.
  for (const url of urls) {
    if (url.protocol !== "file:") throw new Error(`it imports '${url}'`);
    const file = { url, modified: modifiedAt(url), content: readFileSync(url) };
    files.push(file);
    for (const specifier of importsOf(file)) {
      if (!/^(\.{1,2}\/|file:)/.test(specifier)) throw new Error(`it imports '${specifier}'`);
      const imported = new URL(specifier, url);
      if (!urls.some(({ href }) => href === imported.href)) urls.push(imported);
    }
  }
  return files;
}

function importsOf({ url, content }: ModuleFile): string[] {
  if (/\.json$/i.test(url.pathname)) return [];
  const text = new TextDecoder().decode(content);
  const isTyped = /\.m?ts$/i.test(url.pathname);
  const program = parseProgram(isTyped ? stripTypeScriptTypes(text) : text);
  // The analyzer takes `type` in `with { type: "json" }` for a variable.
  for (const node of program.body) if ("attributes" in node) node.attributes = [];
  assertPure(program, `'${url.pathname.split("/").pop()}'`);
  return program.body.flatMap((node) =>
    "source" in node && node.source ? [String(node.source.value)] : []
  );
}

function parseProgram(source: string) {
  return parse(source, { ecmaVersion: "latest", sourceType: "module" });
}

function modifiedAt(url: URL): number | undefined {
  return statSync(url, { throwIfNoEntry: false })?.mtimeMs;
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
