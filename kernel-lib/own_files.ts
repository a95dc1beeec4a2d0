/**
 * Where the library's own files and packages are, in a checkout. What is built has
 * `own_files_built.ts` in place of this.
 */
import { readdirSync, readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { fileURLToPath } from "node:url";

/** What users import. */
export const MODULE: URL = new URL("./mod.ts", import.meta.url);

/** The program of a worker thread. */
export const WORKER: URL = new URL("./render/worker.ts", import.meta.url);

/** The program that does one task of a job on another machine. */
export const REMOTE: URL = new URL("./remote.ts", import.meta.url);

/** Where Python's package is. */
export const PYTHON_FOLDER: string = fileURLToPath(new URL("../python", import.meta.url));

/** The command line. */
export const CLI: URL = new URL("./cli.ts", import.meta.url);

/** What a process of the library's has to read of the library. */
export const OWN_PATHS: string[] = ["./", "../package.json"]
  .map((path) => fileURLToPath(new URL(path, import.meta.url)));

/** The library's own version. */
export function ownVersion(): string {
  return readVersion(fileURLToPath(new URL("../package.json", import.meta.url)));
}

/** The version of a package that the library uses. */
export function versionOf(name: string): string {
  return readVersion(findPackageJSON(name, import.meta.url)!);
}

/**
 * Loads a package that stays outside what is built. They are CommonJS.
 *
 * @throws {Error} If it is not installed, or cannot be loaded.
 */
export async function importPackage(name: string): Promise<unknown> {
  return (await import(name)).default;
}

/**
 * The path of a file in such a package.
 *
 * @param path The package's name and the path in it, with `/` between its parts.
 */
export function resolveFile(path: string): string {
  return fileURLToPath(import.meta.resolve(path));
}

/** The files that decide what pixels a frame has, with their names. */
export function drawingCode(): [name: string, content: Uint8Array][] {
  const folder = new URL("./render/", import.meta.url);
  return readdirSync(folder).sort().map((name) => [name, readFileSync(new URL(name, folder))]);
}

function readVersion(path: string): string {
  return JSON.parse(readFileSync(path, "utf8")).version;
}
