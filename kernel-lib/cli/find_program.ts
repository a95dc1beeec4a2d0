/** Where a program is that is started by its name. */
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { delimiter, isAbsolute, join, resolve } from "node:path";

/**
 * The absolute path of a program, links followed.
 *
 * @param name Its path, or its name where PATH finds it.
 * @returns Undefined if there is none that may be run.
 */
export function findProgram(name: string): string | undefined {
  const isPath = isAbsolute(name) || /[\\/]/.test(name);
  const folders = isPath ? [""] : (Deno.env.get("PATH") ?? "").split(delimiter).filter(Boolean);
  const file = Deno.build.os === "windows" && !/\.exe$/i.test(name) ? `${name}.exe` : name;
  return folders.map((folder) => resolve(join(folder, file))).filter(isProgram)
    .map((path) => realpathSync(path)).at(0);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
