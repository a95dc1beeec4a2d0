/** The files of a module of the user's. */
import { readFileSync, statSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { dirname, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { parse, type Program } from "acorn";

/** A file of a module. */
export interface ModuleFile {
  url: URL;
  content: Uint8Array;
  /** When it was last changed, in milliseconds since 1970. */
  modified: number | undefined;
  /** As it was parsed; undefined for JSON. */
  program: Program | undefined;
}

/**
 * A module and what it imports, each once, in the order of the imports.
 *
 * @param entry The module.
 * @param onFile Called with each file before its imports are read.
 * @throws {Error} If it imports something that is no file beside it; the message says what.
 */
export function moduleFiles(entry: URL, onFile: (file: ModuleFile) => void = () => {}) {
  const files: ModuleFile[] = [];
  const urls = [entry];
  // The list grows while it is walked.
  for (const url of urls) {
    if (url.protocol !== "file:") throw new Error(`it imports '${url}'`);
    const file = readFile(url);
    files.push(file);
    onFile(file);
    for (const specifier of importsOf(file)) {
      if (!/^(\.{1,2}\/|file:)/.test(specifier)) throw new Error(`it imports '${specifier}'`);
      const imported = new URL(specifier, url);
      if (!urls.some(({ href }) => href === imported.href)) urls.push(imported);
    }
  }
  return files;
}

/**
 * A module with all that it imports, to be sent to another machine.
 *
 * @param url Its URL, of a file.
 * @throws {Error} If it imports something that is no file beside it.
 */
export function readModule(url: string): { entry: string; files: [string, Uint8Array][] } {
  try {
    const files = moduleFiles(new URL(url));
    const paths = files.map(({ url }) => fileURLToPath(url));
    const folder = sharedFolder(paths);
    const below = (path: string) => relative(folder, path).replaceAll(sep, "/");
    return {
      entry: below(paths[0]),
      files: files.map(({ content }, i) => [below(paths[i]), content]),
    };
  } catch (cause) {
    throw new Error(
      `Cannot send the module of 'update' to other machines, '${url}': ${
        (cause as Error).message
      }; only files beside it can be sent`,
      { cause },
    );
  }
}

function sharedFolder(paths: string[]): string {
  let folder = dirname(paths[0]);
  while (paths.some((path) => relative(folder, path).startsWith(".."))) folder = dirname(folder);
  return folder;
}

/** When a file was last changed, in milliseconds since 1970; undefined if there is none. */
export function modifiedAt(url: URL): number | undefined {
  return statSync(url, { throwIfNoEntry: false })?.mtimeMs;
}

/** Parses a module, or a script. */
export function parseProgram(source: string): Program {
  return parse(source, { ecmaVersion: "latest", sourceType: "module" });
}

function readFile(url: URL): ModuleFile {
  const file = { url, modified: modifiedAt(url), content: readFileSync(url) };
  if (/\.json$/i.test(url.pathname)) return { ...file, program: undefined };
  const text = new TextDecoder().decode(file.content);
  const isTyped = /\.m?ts$/i.test(url.pathname);
  const program = parseProgram(isTyped ? stripTypeScriptTypes(text) : text);
  // The analyzer takes `type` in `with { type: "json" }` for a variable.
  for (const node of program.body) if ("attributes" in node) node.attributes = [];
  return { ...file, program };
}

function importsOf({ program }: ModuleFile): string[] {
  return (program?.body ?? []).flatMap((node) =>
    "source" in node && node.source ? [String(node.source.value)] : []
  );
}
