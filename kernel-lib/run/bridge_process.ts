/** The Python program that speaks with the engines of clusters, as a child of this process. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { PYTHON_FOLDER } from "../own_files.ts";
import { killProcesses } from "../render/encode.ts";
import type { BridgeMessage, BridgeRequest } from "./bridge_protocol.ts";
import { encodeMessage, type Message, readMessages } from "./messages.ts";

/** How long the bridge may take to give up its tasks once it is told to, in ms. */
const CLOSE_LIMIT = 12_000;

/** How long its last words are waited for once it has ended, in ms. */
const WORDS_PATIENCE = 500;

/** How much of the bridge's own words an error repeats, in characters. */
const WORDS_LIMIT = 2000;

/** A bridge to an engine: requests go in, messages come out. */
export class BridgeProcess {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #words: Promise<string>;
  #last: Promise<void> = Promise.resolve();

  /**
   * Starts the bridge.
   *
   * @param executor What the option `executor` names.
   * @param onMessage Called with every message.
   * @throws {Error} If there is no Python.
   */
  constructor(executor: string, onMessage: (message: Message<BridgeMessage>) => void) {
    this.#child = spawn(pythonCommand(), executor);
    this.#input = this.#child.stdin.getWriter();
    this.#words = tailOf(this.#child.stderr);
    this.ended = this.#read(onMessage);
    this.ended.catch(() => {});
  }

  /** Resolves with the bridge's last words when it has ended. */
  readonly ended: Promise<string>;

  /** Sends a request, after those before it. What it is sent too late is dropped. */
  send(request: BridgeRequest, bytes?: Uint8Array): Promise<void> {
    this.#last = this.#last.then(async () => {
      for (const part of encodeMessage(request, bytes)) await this.#input.write(part);
    });
    this.#last = this.#last.catch(() => {});
    return this.#last;
  }

  /** Ends the bridge, which gives up its tasks, and waits until it has. */
  async close(): Promise<void> {
    const kill = setTimeout(() => killProcesses(this.#child.pid), CLOSE_LIMIT);
    // Its input's end is what tells it, as it would if this process were killed.
    await this.#input.close().catch(() => {});
    await this.ended;
    clearTimeout(kill);
  }

  async #read(onMessage: (message: Message<BridgeMessage>) => void): Promise<string> {
    const read = async () => {
      for await (const message of readMessages<BridgeMessage>(this.#child.stdout)) {
        onMessage(message);
      }
      return await this.#words;
    };
    const words = read();
    words.catch(() => {});
    await this.#child.status;
    // Where it was killed, what it has started may still hold the other ends of its pipes.
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<string>((resolve) => {
      timer = setTimeout(() => resolve(""), WORDS_PATIENCE);
    });
    try {
      return await Promise.race([words, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Python: that of `VEGA_REEL_PYTHON`, else of the active environment, else what the system finds. */
export function pythonCommand(): string {
  const own = Deno.env.get("VEGA_REEL_PYTHON");
  if (own) return own;
  const program = Deno.build.os === "windows" ? ["Scripts", "python.exe"] : ["bin", "python"];
  for (const variable of ["VIRTUAL_ENV", "CONDA_PREFIX"]) {
    const folder = Deno.env.get(variable);
    if (folder && existsSync(join(folder, ...program))) return join(folder, ...program);
  }
  return "python3";
}

function spawn(python: string, executor: string): Deno.ChildProcess {
  const env: Record<string, string> = {};
  if (existsSync(PYTHON_FOLDER)) {
    const path = Deno.env.get("PYTHONPATH");
    env.PYTHONPATH = [PYTHON_FOLDER, ...(path ? [path] : [])].join(delimiter);
  }
  try {
    // In a process group of its own: Jupyter's Stop button signals the kernel's whole group.
    return new Deno.Command(python, {
      args: ["-m", "vega_reel.bridge", executor],
      env,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      detached: true,
    }).spawn();
  } catch (cause) {
    throw new Error(
      `Cannot use '${executor}' as Python, '${python}', cannot be run: ${
        (cause as Error).message
      }; install it, or set VEGA_REEL_PYTHON to one`,
      { cause },
    );
  }
}

async function tailOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  let words = "";
  for await (const chunk of stream.pipeThrough(new TextDecoderStream() as never)) {
    words = (words + chunk).slice(-WORDS_LIMIT);
  }
  return words.trim();
}
