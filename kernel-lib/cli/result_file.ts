/** The file that a command writes its result to. */
import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";

/**
 * Checks that a file can be there, before the work that it is the result of.
 *
 * @param output The path as it was typed.
 * @param action What is being done, for messages.
 * @throws {Error} If there is no such folder, or a folder is at the path.
 */
export function checkResultFile(output: string, action: string): void {
  const isFolder = (path: string) =>
    statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  const path = resolve(output);
  if (!isFolder(dirname(path))) {
    throw new Error(
      `Cannot ${action} as the folder of 'output' must exist: '${dirname(path)}' is none`,
    );
  }
  if (isFolder(path)) {
    throw new Error(`Cannot ${action} as 'output' must be a file: '${path}' is a folder`);
  }
}
