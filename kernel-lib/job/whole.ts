/** Files and folders that appear whole, or not at all. */
import { randomUUID } from "node:crypto";
import { statSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** The path of a new hidden file in the same folder. */
export function hiddenBeside(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomUUID().slice(0, 8)}.part`);
}

/**
 * Writes a video under a hidden name beside its place, and then renames it. What is there is
 * replaced.
 *
 * @param path Where it goes.
 * @param write Writes it to the path that it is given, a file or a folder of files.
 * @param signal Gives up.
 * @returns What was written, and its size in bytes.
 * @throws {Error} If it cannot be written; nothing is left behind, and what was there is still.
 */
export async function writeWhole<Written>(
  path: string,
  write: (temporary: string) => Promise<Written>,
  signal: AbortSignal,
): Promise<{ written: Written; bytes: number }> {
  const temporary = hiddenBeside(path);
  try {
    const written = await write(temporary);
    const bytes = await sizeOf(temporary);
    signal.throwIfAborted();
    await replace(temporary, path);
    return { written, bytes };
  } catch (cause) {
    await Deno.remove(temporary, { recursive: true }).catch(() => {});
    if (signal.aborted) throw signal.reason;
    throw new Error(`Cannot write the video '${path}': ${(cause as Error).message}`, { cause });
  }
}

async function sizeOf(path: string): Promise<number> {
  const { isDirectory, size } = await Deno.stat(path);
  if (!isDirectory) return size;
  let sum = 0;
  for await (const { name } of Deno.readDir(path)) sum += (await Deno.stat(join(path, name))).size;
  return sum;
}

/**
 * Moves a file or folder to a place, whatever is there. A folder does not take the place of one that
 * holds something, so that one is put aside.
 *
 * @param temporary Where it is, in the same file system.
 * @param path Where it goes.
 * @throws {Error} If it cannot be moved; what was there is still.
 */
export async function replace(temporary: string, path: string): Promise<void> {
  const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory();
  if (!isFolder(temporary) || !isFolder(path)) return await Deno.rename(temporary, path);
  const before = hiddenBeside(path);
  await Deno.rename(path, before);
  try {
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.rename(before, path);
    throw error;
  }
  await Deno.remove(before, { recursive: true });
}
