/** Where the film of a notebook goes. */
import { existsSync, realpathSync } from "node:fs";
import { filmOutput } from "../film/options.ts";
import { checkOutput } from "../job/output.ts";
import type { Located } from "./locate.ts";

/**
 * Checks where a notebook's film is to go.
 *
 * @param output The path as the user gave it.
 * @param file The notebook's path, if it has one.
 * @throws {TypeError} If its ending is not that of an MP4.
 * @throws {Error} If there is no such notebook, or the file cannot be written.
 */
export function outputOf(output: string | URL | undefined, file: string | undefined): string {
  if (file !== undefined && !existsSync(file)) {
    throw new Error(`Cannot export as the notebook must exist: '${file}' does not`);
  }
  return filmOutput(output ?? (file && besideNotebook(file, ".mp4")), "export");
}

function besideNotebook(file: string, ending: string): string {
  return file.replace(/(?:\.ipynb)?$/, ending);
}

/**
 * A notebook's own video is not to be lost to the film that it is a part of: where the path is not
 * given, another one is taken.
 *
 * @throws {Error} If it is given.
 */
export function besideOwn(
  output: string,
  located: Located[],
  file: string | undefined,
  isGiven: boolean,
): string {
  const isOwn = (path: string) => {
    const real = existsSync(path) && realpathSync(path);
    return located.some(({ path }) => realpathSync(path) === real);
  };
  if (!isOwn(output)) return output;
  const other = file && besideNotebook(file, "-film.mp4");
  if (!isGiven && other && !isOwn(other)) return checkOutput(other, "export");
  throw new Error(
    `Cannot export as 'output' must be another file than the notebook's own videos: ` +
      `current value is '${output}'`,
  );
}
