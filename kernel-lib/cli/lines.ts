/** NDJSON: one JSON value on each line, read as it comes. */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import process from "node:process";
import { Readable } from "node:stream";
import { STDIN } from "./source.ts";

/**
 * The values of the lines, read only as far ahead as they are needed.
 *
 * @param source A path, an http(s) URL, or `-` for standard input.
 * @param signal Gives up reading.
 * @throws {Error} If it cannot be read, or a line is no JSON; the message names the line.
 */
export async function* readLines(source: string, signal: AbortSignal): AsyncGenerator<unknown> {
  const cannot = (cause: unknown) => {
    signal.throwIfAborted();
    throw new Error(`Cannot read the params '${source}': ${(cause as Error).message}`, { cause });
  };
  const input = await open(source, signal).catch(cannot);
  const failed = Promise.withResolvers<never>();
  // The lines themselves just end where their input fails.
  input.once("error", failed.reject);
  failed.promise.catch(() => {});
  const lines = createInterface({ input, crlfDelay: Infinity, signal })[Symbol.asyncIterator]();
  try {
    for (let number = 1;; number++) {
      const { done, value } = await Promise.race([lines.next(), failed.promise]).catch(cannot);
      if (done) break;
      // It can begin with a mark of the byte order, which is white space to all but JSON.
      const line = value.trim();
      if (line !== "") yield parse(line, number, source);
    }
  } finally {
    if (source !== STDIN) input.destroy();
  }
}

async function open(source: string, signal: AbortSignal): Promise<Readable> {
  if (source === STDIN) return process.stdin;
  if (!/^https?:/i.test(source)) return createReadStream(source);
  const response = await fetch(source, { signal });
  if (response.ok && response.body) return Readable.fromWeb(response.body as never);
  await response.body?.cancel();
  throw new Error(`the server answered ${response.status}`);
}

function parse(line: string, number: number, source: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new Error(
      `Cannot read line ${number} of the params '${source}' as it must be JSON: ${
        (cause as Error).message
      }`,
      { cause },
    );
  }
}
