/** What a process that renders a stranger's chart may do. */
import { findPackageJSON } from "node:module";
import { dirname } from "node:path";
import { OWN_PATHS } from "../own_files.ts";

/** What a render needs besides the library itself. */
export interface Needs {
  /** Files that are read. */
  read: string[];
  /** Folders that are written to, and read. */
  write: string[];
  /** Hosts that something is loaded from. */
  net: string[];
  /** Programs that are started. */
  run: string[];
}

/** Variables that the libraries read; the other one's values the process does not have. */
const READ_VARIABLES = [
  "DISABLE_SYSTEM_FONTS_LOAD",
  "FFMPEG_PATH",
  "NAPI_RS_FORCE_WASI",
  "NAPI_RS_NATIVE_LIBRARY_PATH",
  "NO_COLOR",
  "OSTYPE",
  "TEMP",
  "TMP",
  "TMPDIR",
];

/** Variables that Deno, fontconfig and the languages of text need; the program cannot read them. */
const KEPT_VARIABLES = [
  "DENO_DIR",
  "FONTCONFIG_FILE",
  "FONTCONFIG_PATH",
  "HOME",
  "LANG",
  "LC_ALL",
  "NO_COLOR",
  "SystemRoot",
  "TZ",
  "XDG_CACHE_HOME",
  "XDG_CONFIG_HOME",
  "XDG_DATA_HOME",
];

/** What of the system the canvas libraries ask for. */
const SYSTEM = ["cpus", "homedir", "hostname", "networkInterfaces", "systemMemoryInfo"];

/** Packages with binaries, and the folders above them that hold those. */
const BINARIES: [name: string, levels: number][] = [["canvas", 1], ["@napi-rs/canvas", 2]];

/** The arguments of `deno run` that let a process do no more than it needs. */
export function narrowPermissions({ read, write, net, run }: Needs): string[] {
  const lists = {
    // What it imports of npm's packages needs no leave.
    read: [...OWN_PATHS, ...read, ...write],
    write,
    net,
    run,
    ffi: BINARIES.flatMap(([name, levels]) => folderOf(name, levels)),
    env: READ_VARIABLES,
    sys: SYSTEM,
  };
  const given = Object.entries(lists).filter(([, list]) => list.length > 0);
  const allowed = given.map(([name, list]) => `--allow-${name}=${list.map(escape).join(",")}`);
  // Modules from the web would be a way out, too.
  return ["--no-prompt", "--no-remote", ...allowed];
}

/** The variables that such a process has. */
export function narrowEnvironment(): Record<string, string> {
  const found = KEPT_VARIABLES.map((name) => [name, Deno.env.get(name)]);
  return Object.fromEntries(found.filter(([, value]) => value !== undefined));
}

function folderOf(name: string, levels: number): string[] {
  let path = undefined;
  try {
    path = findPackageJSON(name, import.meta.url);
  } catch {
    // It is not installed.
  }
  if (path === undefined) return [];
  for (let level = 0; level < levels; level++) path = dirname(path);
  return [path];
}

/** Two commas are one that belongs to a path. */
function escape(path: string): string {
  return path.replaceAll(",", ",,");
}
