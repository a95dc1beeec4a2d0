/** Runs the cells of a notebook. */
import { abortable } from "../job/abortable.ts";
import { killProcesses } from "../render/encode.ts";
import { kernelInstead } from "./kernel.ts";

/** How long Jupyter may take to end, in ms. */
const PATIENCE = 10_000;

/** How much of Jupyter's own words an error repeats, in characters. */
const WORDS_LIMIT = 2000;

/**
 * Runs a notebook with `jupyter execute`, in its folder, without changing its file. Where the Deno
 * kernel that it names is not installed, the one that comes with `vega-reel` runs it.
 *
 * @param notebook Path of the notebook.
 * @param output Path of a file that takes the notebook with its outputs.
 * @param signal Ends the run, and with it the kernel.
 * @throws {Error} If a cell fails, or there is no Jupyter or no kernel; the message holds what it
 * printed.
 */
export async function executeNotebook(
  notebook: string,
  output: string,
  signal: AbortSignal,
): Promise<void> {
  const content = JSON.parse(await Deno.readTextFile(notebook));
  const instead = kernelInstead(content, await kernels(signal));
  const args = [
    ...["execute", "--timeout=-1", `--output=${output}`],
    ...(instead === undefined ? [] : [`--kernel_name=${instead}`]),
    notebook,
  ];
  signal.throwIfAborted();
  const child = jupyter(args, { stdout: "null", detached: true });
  const errors = new Response(child.stderr).text();
  const ended = Promise.all([child.status, errors]);
  try {
    const [{ success }, words] = await abortable(ended, signal);
    if (!success) throw new Error(`a cell failed: ${words.trim().slice(-WORDS_LIMIT)}`);
  } catch (error) {
    // Jupyter ends its kernel when it is asked to end.
    if (signal.aborted) await end(child, ended);
    throw error;
  }
}

/** The names of the kernelspecs that Jupyter finds. */
async function kernels(signal: AbortSignal): Promise<string[]> {
  const args = ["kernelspec", "list", "--json"];
  const { success, stdout, stderr } = await jupyter(args, { signal }).output();
  const [list, words] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (!success) throw new Error(`Jupyter finds no kernels: ${words.trim().slice(-WORDS_LIMIT)}`);
  return Object.keys(JSON.parse(list).kernelspecs);
}

/** Starts the `jupyter` of the PATH. */
function jupyter(args: string[], options: Deno.CommandOptions): Deno.ChildProcess {
  try {
    return new Deno.Command("jupyter", {
      ...{ args, stdin: "null", stdout: "piped", stderr: "piped" },
      ...options,
    }).spawn();
  } catch (cause) {
    const { message } = cause as Error;
    throw new Error(`there must be a Jupyter on the PATH to run its cells: ${message}`, { cause });
  }
}

async function end(child: Deno.ChildProcess, ended: Promise<unknown>): Promise<void> {
  try {
    child.kill("SIGINT");
  } catch {
    // It has ended by itself.
  }
  const timer = setTimeout(() => killProcesses(child.pid), PATIENCE);
  await ended.catch(() => {});
  clearTimeout(timer);
}
