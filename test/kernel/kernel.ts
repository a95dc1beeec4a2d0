/** The real Deno kernel, driven as a notebook drives it. */
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type JobModel, MIME_TYPE } from "../../kernel-lib/show/mime.ts";
import { children } from "../processes.ts";
import { fixedWaveSpec, waveFrames } from "../wave.ts";

/** The Python that has jupyter_client and nbconvert. */
export const python = Deno.env.get("VEGA_REEL_PYTHON") ??
  fileURLToPath(new URL("../../.venv/bin/python", import.meta.url));

/** Something the kernel published. */
export interface Message {
  type: string;
  content: Content;
  /** In base64. */
  buffers: string[];
  /** Seconds since the epoch, when it came. */
  time: number;
}

/** What a message says; which of these there are depends on its type. */
export interface Content {
  data?: Record<string, unknown>;
  transient?: { display_id?: string };
  execution_state?: string;
  name?: string;
  text?: string;
  ename?: string;
  evalue?: string;
  comm_id?: string;
}

/** An output of a cell, as a notebook keeps it. */
export interface Output extends Content {
  output_type: string;
}

/** A folder for notebooks in which `vega-reel` can be imported. */
export class NotebookFolder {
  readonly path = Deno.makeTempDirSync({ prefix: "vega-reel-kernel-" });
  readonly env: Record<string, string>;

  constructor() {
    const module = new URL("../../kernel-lib/mod.ts", import.meta.url).href;
    // As a notebook of the repository finds it; elsewhere Deno would fetch it.
    const arrow = new URL("../../node_modules/apache-arrow/Arrow.node.mjs", import.meta.url).href;
    const imports = { "vega-reel": module, "npm:apache-arrow": arrow };
    const config = { nodeModulesDir: "manual", imports };
    Deno.writeTextFileSync(join(this.path, "deno.json"), JSON.stringify(config));
    // A kernelspec of our own: the Deno that runs the tests is the one that is tested.
    const data = join(this.path, ".jupyter");
    Deno.mkdirSync(join(data, "kernels", "deno"), { recursive: true });
    const spec = {
      argv: [Deno.execPath(), "jupyter", "--kernel", "--conn", "{connection_file}"],
      display_name: "Deno",
      language: "typescript",
      env: { NO_COLOR: "1" },
    };
    Deno.writeTextFileSync(join(data, "kernels", "deno", "kernel.json"), JSON.stringify(spec));
    const others = Deno.env.get("JUPYTER_PATH");
    const cache = Deno.env.get("XDG_CACHE_HOME") || join(homedir(), ".cache");
    this.env = {
      JUPYTER_PATH: others ? `${data}${delimiter}${others}` : data,
      // What a kernel keeps stays here; what Deno itself keeps stays where it is.
      XDG_CACHE_HOME: join(this.path, ".cache"),
      DENO_DIR: Deno.env.get("DENO_DIR") || join(cache, "deno"),
    };
  }

  /** Names of the files that are not the folder's own. */
  get files(): string[] {
    const own = ["deno.json", ".jupyter", ".cache"];
    return [...Deno.readDirSync(this.path)].map(({ name }) => name)
      .filter((name) => !own.includes(name)).sort();
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

/** A running kernel. */
export class Kernel {
  /** All that the kernel has published so far. */
  readonly messages: Message[] = [];
  readonly #driver: Deno.ChildProcess;
  readonly #requests: WritableStreamDefaultWriter<Uint8Array>;
  readonly #cells = new Map<number, Cell>();
  readonly #statuses = new Map<number, (alive: boolean) => void>();
  readonly #ended: Promise<void>;
  #nextId = 0;
  #pid = 0;
  #arrived = Promise.withResolvers<void>();

  private constructor({ path, env }: NotebookFolder, ready: () => void) {
    const drive = fileURLToPath(new URL("drive.py", import.meta.url));
    this.#driver = new Deno.Command(python, {
      args: [drive, "deno", path],
      env,
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#requests = this.#driver.stdin.getWriter();
    this.#ended = this.#listen(ready);
  }

  /** Starts a kernel in a folder. */
  static async start(folder: NotebookFolder): Promise<Kernel> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const kernel = new Kernel(folder, resolve);
    const failed = kernel.#ended.then(() => {
      throw new Error("Cannot test the kernel as it did not start");
    });
    failed.catch(() => {});
    await Promise.race([promise, failed]);
    return kernel;
  }

  /** Sends a cell to the kernel. */
  execute(code: string): Cell {
    const id = this.#nextId++;
    const cell = new Cell(this);
    this.#cells.set(id, cell);
    this.#request({ op: "execute", id, code });
    return cell;
  }

  /** Runs a cell to its end. */
  async run(code: string): Promise<Output[]> {
    const cell = this.execute(code);
    await cell.ended;
    return cell.outputs;
  }

  /** Presses Stop. */
  interrupt(): void {
    this.#request({ op: "interrupt" });
  }

  isAlive(): Promise<boolean> {
    const id = this.#nextId++;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#statuses.set(id, resolve);
    this.#request({ op: "status", id });
    return promise;
  }

  /** Command lines of the kernel's children; that of a zombie is empty. */
  children(): string[] {
    return children(this.#pid).map(({ command }) => command);
  }

  /** Waits for something that comes with a message. */
  async until<Value>(look: () => Value | undefined, seconds = 20): Promise<Value> {
    const deadline = performance.now() + seconds * 1000;
    while (true) {
      const found = look();
      if (found !== undefined) return found;
      const left = deadline - performance.now();
      if (left <= 0) throw new Error(`Cannot go on as it must come within ${seconds} s: ${look}`);
      let timer;
      const timeout = new Promise((resolve) => timer = setTimeout(resolve, left));
      await Promise.race([this.#arrived.promise, timeout]);
      clearTimeout(timer);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#requests.close();
    await this.#ended;
    await this.#driver.status;
  }

  #request(request: Record<string, unknown>): void {
    this.#requests.write(new TextEncoder().encode(`${JSON.stringify(request)}\n`));
  }

  async #listen(ready: () => void): Promise<void> {
    let rest = "";
    for await (const chunk of this.#driver.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop()!;
      for (const line of lines) this.#receive(JSON.parse(line), ready);
      this.#arrived.resolve();
      this.#arrived = Promise.withResolvers();
    }
  }

  // deno-lint-ignore no-explicit-any
  #receive({ event, id, ...rest }: any, ready: () => void): void {
    if (event === "ready") {
      this.#pid = rest.pid;
      ready();
    } else if (event === "status") {
      this.#statuses.get(id)?.(rest.alive);
    } else if (event === "reply") {
      this.#cells.get(id)?.replied(rest.content.status);
    } else if (event === "message") {
      this.messages.push(rest);
      this.#cells.get(id)?.messages.push(rest);
    }
  }
}

/** Starts a kernel that knows the prelude, for all tests of the file that calls this. */
export function sharedKernel(): { kernel: Kernel; folder: NotebookFolder } {
  const shared = {} as { kernel: Kernel; folder: NotebookFolder };
  Deno.test.beforeAll(async () => {
    shared.folder = new NotebookFolder();
    shared.kernel = await Kernel.start(shared.folder);
    await shared.kernel.run(prelude);
  });
  Deno.test.afterAll(async () => {
    await shared.kernel[Symbol.asyncDispose]();
    shared.folder[Symbol.dispose]();
  });
  return shared;
}

/** A cell that was sent to the kernel. */
export class Cell {
  /** What the kernel published in answer to the cell. */
  readonly messages: Message[] = [];
  /** Resolves to "ok" or "error" when the kernel has replied and is idle. */
  readonly ended: Promise<string>;
  readonly #kernel: Kernel;
  #status: string | undefined;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.ended = this.#end();
    this.ended.catch(() => {});
  }

  replied(status: string): void {
    this.#status = status;
  }

  /** The outputs as a notebook that runs now keeps them, whichever cell ran when they changed. */
  get outputs(): Output[] {
    return this.messages.flatMap(({ type, content }) => {
      if (!["display_data", "execute_result", "stream", "error"].includes(type)) return [];
      const updates = this.#kernel.messages.filter((message) =>
        message.type === "update_display_data" && displayId(message) !== undefined &&
        displayId(message) === content.transient?.display_id
      );
      return [{ output_type: type, ...content, ...updates.at(-1)?.content }];
    });
  }

  /** The messages about the cell's only job. */
  get jobMessages(): Message[] {
    const first = this.messages.find(({ type }) => type === "display_data");
    if (!first) return [];
    return this.#kernel.messages.filter((message) => displayId(message) === displayId(first));
  }

  /** The cell's only job as it was shown last. */
  get job(): JobModel | undefined {
    const last = this.jobMessages.at(-1);
    return last && jobOf(last.content);
  }

  /** The error with which the cell ended. */
  get error(): Content | undefined {
    return this.messages.find(({ type }) => type === "error")?.content;
  }

  async #end(): Promise<string> {
    const isIdle = () => this.messages.some(({ content }) => content.execution_state === "idle");
    const status = await this.#kernel.until(() => isIdle() ? this.#status : undefined, 30);
    // The kernel can say so before it has sent the cell's result.
    await new Promise((resolve) => setTimeout(resolve, 50));
    return status;
  }
}

/** The job that an output shows. */
export function jobOf({ data }: Content): JobModel | undefined {
  return data?.[MIME_TYPE] as JobModel | undefined;
}

function displayId({ content }: Message): string | undefined {
  return content.transient?.display_id;
}

/**
 * A first cell: `animate`, `still`, the smallest animation, and `slow`, an `update` for it that
 * takes 20 ms a frame.
 */
export const prelude = `
import { animate, still } from "vega-reel";
const spec = ${JSON.stringify(fixedWaveSpec)};
const waveFrames = ${waveFrames};
const slow = async (_, frame) => {
  await new Promise((resolve) => setTimeout(resolve, 20));
  return { wave: [{ x: 0, y: 0 }, { x: 10, y: Math.sin(frame.index) }] };
};
`;
