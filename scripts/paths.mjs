import { join } from "node:path";
import { fileURLToPath } from "node:url";

const windows = process.platform === "win32";

/** The checkout's root. */
export const root = fileURLToPath(new URL("..", import.meta.url)).replace(/[\\/]$/, "");

/** The Python environment that carries JupyterLab. */
export const venv = join(root, ".venv");

/** Where the Python environment keeps its commands. */
export const venvBin = join(venv, windows ? "Scripts" : "bin");

/** Where npm keeps the packages' commands. */
export const nodeBin = join(root, "node_modules", ".bin");

/** A program's file name on this platform: `program("deno")` is `deno.exe` on Windows. */
export function program(name) {
  return windows ? `${name}.exe` : name;
}
