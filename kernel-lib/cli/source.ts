/** Reads what the user names: a file, what is on the web, or standard input. */
import { buffer } from "node:stream/consumers";
import process from "node:process";
import { whyNotRead } from "../spec/read_failure.ts";

/** The name of standard input. */
export const STDIN = "-";

/**
 * Reads all bytes of a file, a URL or standard input.
 *
 * @param source A path, an http(s) URL, or `-`.
 * @param what What it is, for messages.
 * @param signal Gives up.
 * @throws {Error} If it cannot be read.
 */
export async function readBytes(
  source: string,
  what: string,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    if (source === STDIN) return new Uint8Array(await readStdin(signal));
    if (!/^https?:/i.test(source)) return await Deno.readFile(source, { signal });
    const response = await fetch(source, { signal });
    if (response.ok) return await response.bytes();
    await response.body?.cancel();
    throw new Error(`the server answered ${response.status}`);
  } catch (cause) {
    signal.throwIfAborted();
    throw new Error(`Cannot read the ${what} '${source}': ${whyNotRead(cause)}`, { cause });
  }
}

/**
 * Reads JSON of a file, a URL or standard input.
 *
 * @throws {Error} If it cannot be read, or is no JSON.
 */
export async function readJSON(
  source: string,
  what: string,
  signal: AbortSignal,
): Promise<unknown> {
  const text = new TextDecoder().decode(await readBytes(source, what, signal));
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(
      `Cannot read the ${what} '${source}' as it must be JSON: ${(cause as Error).message}`,
      { cause },
    );
  }
}

function readStdin(signal: AbortSignal): Promise<ArrayBuffer | Uint8Array> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  return Promise.race([buffer(process.stdin), promise]);
}
