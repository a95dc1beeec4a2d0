/** Runs the cells of a notebook. */
import { abortable } from "../job/abortable.ts";
import { killProcesses } from "../render/encode.ts";

/** How long Jupyter may take to end, in ms. */
const PATIENCE = 10_000;

/** How much of Jupyter's own words an error repeats, in characters. */
const WORDS_LIMIT = 2000;

/**
 * Runs a notebook with `jupyter execute`, in its folder, without changing its file.
 *
 * @param notebook Path of the notebook.
 * @param output Path of a file that takes the notebook with its outputs.
 * @param signal Ends the run, and with it the kernel.
 * @throws {Error} If a cell fails, or there is no Jupyter; the message holds what it printed.
 */
export async function executeNotebook(
  notebook: string,
  output: string,
  signal: AbortSignal,
): Promise<void> {
  const args = ["execute", "--timeout=-1", `--output=${output}`, notebook];
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command("jupyter", {
      ...{ args, stdin: "null", stdout: "null", stderr: "piped", detached: true },
    }).spawn();
  } catch (cause) {
    throw new Error(`'jupyter' cannot be run: ${(cause as Error).message}`, { cause });
  }
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
