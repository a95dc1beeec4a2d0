/** Messages between processes: lines of JSON, some followed by as many bytes as they say. */

/** A message without its bytes. */
export type Head = Record<string, unknown> & { type: string };

/** A message and the bytes that follow it. */
export interface Message<Type extends { type: string } = Head> {
  head: Type;
  bytes: Uint8Array<ArrayBuffer>;
}

const LINE_END = 10;

/**
 * A message as bytes. It begins with an empty line, so that nothing that others write before it
 * can spoil it.
 */
export function encodeMessage(head: object, bytes?: Uint8Array): Uint8Array[] {
  const line = JSON.stringify(bytes ? { ...head, bytes: bytes.length } : head);
  const first = new TextEncoder().encode(`\n${line}\n`);
  return bytes ? [first, bytes] : [first];
}

/** The messages of a stream; what is no JSON object is skipped. */
export async function* readMessages<Type extends { type: string }>(
  stream: AsyncIterable<Uint8Array>,
): AsyncGenerator<Message<Type>> {
  const input = new Input(stream);
  while (true) {
    const line = await input.line();
    if (line === undefined) return;
    const head = parseHead(line);
    if (!head) continue;
    const bytes = await input.bytes(typeof head.bytes === "number" ? head.bytes : 0);
    if (bytes === undefined) return;
    yield { head: head as unknown as Type, bytes };
  }
}

function parseHead(line: Uint8Array): Head | undefined {
  if (line.length === 0) return undefined;
  try {
    const head = JSON.parse(new TextDecoder().decode(line));
    return typeof head === "object" && head !== null && "type" in head ? head : undefined;
  } catch {
    return undefined;
  }
}

/** Takes lines and bytes from a stream of chunks, copying each byte once. */
class Input {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array();

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /** The next line; undefined at the end. */
  async line(): Promise<Uint8Array | undefined> {
    const parts: Uint8Array[] = [];
    while (true) {
      const end = this.#chunk.indexOf(LINE_END);
      if (end !== -1) {
        parts.push(this.#chunk.subarray(0, end));
        this.#chunk = this.#chunk.subarray(end + 1);
        return joined(parts);
      }
      parts.push(this.#chunk);
      if (!await this.#next()) return undefined;
    }
  }

  /** So many bytes; undefined if the stream ends before. */
  async bytes(size: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size;) {
      if (this.#chunk.length === 0 && !await this.#next()) return undefined;
      const part = this.#chunk.subarray(0, size - at);
      bytes.set(part, at);
      at += part.length;
      this.#chunk = this.#chunk.subarray(part.length);
    }
    return bytes;
  }

  async #next(): Promise<boolean> {
    const { done, value } = await this.#chunks.next();
    if (!done) this.#chunk = value;
    return !done;
  }
}

function joined(parts: Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0];
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
