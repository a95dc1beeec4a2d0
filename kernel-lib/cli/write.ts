/** Writes to standard output, where a program may read. */

/** Writes all bytes. */
export function writeBytes(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
}

/** Writes a line of text. */
export function writeLine(text: string): void {
  writeBytes(new TextEncoder().encode(`${text}\n`));
}

/** Writes a value as one line of JSON. */
export function writeJSON(value: unknown): void {
  writeLine(JSON.stringify(value));
}

/** Keeps standard output for results: what code of the user's logs goes to standard error. */
export function logToStderr(): void {
  console.log = console.info = console.debug = console.error;
}
