/** What a spec may load: by where it comes from, and by what the user allows. */
import { realpathSync } from "node:fs";
import { isAbsolute, relative } from "node:path";

/** The rights of one spec. */
export interface Access {
  /** Whether the spec has the notebook's own rights; one from the web has not. */
  localFiles: boolean;
  /**
   * Hosts (`example.org`, `localhost:8000`) and absolute paths of folders. A spec with the
   * notebook's rights may then load from these alone, one from the web from these besides.
   */
  allow?: string[];
}

/** True for an entry of `allow` that is a folder: a host has neither slash nor first dot. */
export function isFolderEntry(entry: string): boolean {
  return /[\\/]/.test(entry) || entry.startsWith(".");
}

/**
 * Checks that a file may be read; links are followed first.
 *
 * @param path An absolute path.
 * @throws {Error} If it may not.
 */
export function checkFile(path: string, { localFiles, allow }: Access): void {
  if (localFiles && !allow) return;
  const folders = (allow ?? []).filter(isFolderEntry);
  // A file that is not there, or cannot be reached, is in no folder.
  if (folders.some((folder) => isWithin(real(folder), real(path)))) return;
  throw new Error(
    localFiles
      ? `the file '${path}' is in no folder that 'resources.allow' names`
      : `a spec from the web may not read the file '${path}'`,
  );
}

/**
 * True for a URL whose host is allowed by name, wherever that leads; undefined where it may be
 * loaded if its host is public.
 *
 * @throws {Error} If it may not be loaded in any case.
 */
export function checkHost(
  { protocol, host, hostname, href }: URL,
  access: Access,
): true | undefined {
  const { localFiles, allow } = access;
  if (!["http:", "https:"].includes(protocol)) {
    throw new Error(`only http, https and files can be loaded: the address is '${href}'`);
  }
  if (localFiles && !allow) return true;
  const hosts = (allow ?? []).filter((entry) => !isFolderEntry(entry)).map((entry) =>
    entry.toLowerCase()
  );
  if (hosts.includes(host) || hosts.includes(hostname)) return true;
  if (localFiles) {
    throw new Error(`the host of '${href}' is none that 'resources.allow' names`);
  }
}

function isWithin(folder: string | undefined, path: string | undefined): boolean {
  if (folder === undefined || path === undefined) return false;
  const way = relative(folder, path);
  return way.split(/[\\/]/)[0] !== ".." && !isAbsolute(way);
}

function real(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
