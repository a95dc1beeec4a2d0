/** An ffmpeg child process that takes raw frames and gives back encoded video. */

/** How the message of every failure of an encoder begins: all that is left of an error elsewhere. */
const FAILURE = "Cannot encode as ";

/** True for an error that says that an encoder failed, wherever that was. */
export function isEncoderFailure(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith(FAILURE);
}

/** How much of ffmpeg's own words an error repeats, in characters. */
const STDERR_LIMIT = 2000;

/**
 * Encodes the frames of one segment. Every segment has a fresh encoder: rate control carries
 * state from frame to frame, so bytes would otherwise depend on what was encoded before.
 */
export class Encoder {
  readonly #command: string;
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #output: Promise<Uint8Array<ArrayBuffer>>;
  readonly #errors: Promise<string>;

  /**
   * Starts ffmpeg.
   *
   * @param command Path or name of the ffmpeg program.
   * @param args Its arguments; it reads frames from its standard input and writes to its output.
   * @throws {Error} If it cannot be started.
   */
  constructor(command: string, args: string[]) {
    this.#command = command;
    this.#child = spawn(command, args);
    this.#input = this.#child.stdin.getWriter();
    this.#output = new Response(this.#child.stdout).bytes();
    this.#errors = new Response(this.#child.stderr).text();
  }

  /** Process id of the child. */
  get pid(): number {
    return this.#child.pid;
  }

  /**
   * Writes one frame. The buffer may be used again once the promise has resolved.
   *
   * @throws {Error} If ffmpeg has ended or fails; the message holds what it printed.
   */
  async write(frame: Uint8Array): Promise<void> {
    try {
      await this.#input.write(frame);
    } catch (cause) {
      throw await this.#failure(cause);
    }
  }

  /**
   * Ends the input and waits for the rest of the output.
   *
   * @throws {Error} If ffmpeg fails; the message holds what it printed.
   */
  async finish(): Promise<Uint8Array<ArrayBuffer>> {
    try {
      await this.#input.close();
    } catch (cause) {
      throw await this.#failure(cause);
    }
    const [status, output] = await Promise.all([this.#child.status, this.#output, this.#errors]);
    if (!status.success) throw await this.#failure();
    return output;
  }

  /** Ends the child at once and waits until it is gone. Its output is lost. */
  async abort(): Promise<void> {
    this.#input.abort().catch(() => {});
    killProcesses(this.#child.pid);
    await Promise.allSettled([this.#child.status, this.#output, this.#errors]);
  }

  async #failure(cause?: unknown): Promise<Error> {
    // A broken pipe tells nothing; what ffmpeg prints before it ends does.
    this.#input.abort().catch(() => {});
    const [status, errors] = await Promise.all([this.#child.status, this.#errors, this.#output]);
    const words = errors.trim().slice(-STDERR_LIMIT);
    const end = status.signal ? `was ended by ${status.signal}` : `ended with code ${status.code}`;
    const when = status.success ? " before it had all frames" : "";
    return new Error(
      `${FAILURE}'${this.#command}' ${end}${when} and printed${words ? `: ${words}` : " nothing"}`,
      { cause },
    );
  }
}

function spawn(command: string, args: string[]): Deno.ChildProcess {
  try {
    // In a process group of its own: Jupyter's Stop button signals the kernel's whole group.
    return new Deno.Command(command, {
      args,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      detached: true,
    }).spawn();
  } catch (cause) {
    throw new Error(
      `Cannot start ffmpeg as '${command}' cannot be run: ${(cause as Error).message}; ` +
        `install it, or set FFMPEG_PATH to one`,
      { cause },
    );
  }
}

/**
 * Ends an encoder at once, together with the processes that it has started: what is called
 * ffmpeg may be a script around it.
 *
 * @param pid Process id of the encoder; nothing happens where that is no id of a child.
 */
export function killProcesses(pid: number): void {
  // To the system, 0 and -1 mean the own group and all processes, and 1 is its first.
  if (!(pid > 1)) return;
  for (const id of Deno.build.os === "windows" ? [pid] : [-pid, pid]) {
    try {
      Deno.kill(id, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
}
