/** Where the library's own files and packages are, once it is built: beside one another. */
import { readFileSync } from "node:fs";
import { createRequire, findPackageJSON } from "node:module";
import { join } from "node:path";

/** The versions of the library and of the packages that are bundled, written in by the build. */
declare const VERSIONS: Record<string, string>;

// Deno finds packages above a file by `import` only where that file is in a package itself.
const require = createRequire(import.meta.url);

/** What users import. */
export const MODULE: URL = new URL("./mod.js", import.meta.url);

/** The program of a worker thread. */
export const WORKER: URL = new URL("./worker.js", import.meta.url);

/** The program that does one task of a job on another machine. */
export const REMOTE: URL = new URL("./remote.js", import.meta.url);

/** Where Python's package is; it is not there in the wheel, which Python has installed. */
export const PYTHON_FOLDER: string = join(import.meta.dirname!, "..", "python");

/** The command line. */
export const CLI: URL = new URL("./cli.js", import.meta.url);

/** What a process of the library's has to read of the library. */
export const OWN_PATHS: string[] = [import.meta.dirname!];

/** The library's own version. */
export function ownVersion(): string {
  return VERSIONS["vega-reel"];
}

/** The version of a package that the library uses. */
export function versionOf(name: string): string {
  return VERSIONS[name] ??
    JSON.parse(readFileSync(findPackageJSON(name, import.meta.url)!, "utf8")).version;
}

/**
 * Loads a package that is not bundled. They are CommonJS.
 *
 * @throws {Error} If it is not installed, or cannot be loaded.
 */
export function importPackage(name: string): Promise<unknown> {
  return Promise.try(() => require(name));
}

/**
 * The path of a file in such a package.
 *
 * @param path The package's name and the path in it, with `/` between its parts.
 */
export function resolveFile(path: string): string {
  return require.resolve(path);
}

/** The files that decide what pixels a frame has, with their names. */
export function drawingCode(): [name: string, content: Uint8Array][] {
  return [["worker.js", readFileSync(WORKER)]];
}
