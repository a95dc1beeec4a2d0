/** A real Dask cluster on this machine. */
import { join } from "node:path";
import { pythonCommand } from "../../kernel-lib/run/bridge_process.ts";
import { descendants, until, untilGone } from "../processes.ts";

/** A scheduler and its workers, each a process that can be killed. */
export class DaskCluster implements AsyncDisposable {
  readonly folder: string;
  readonly address: string;
  readonly #scheduler: Deno.ChildProcess;
  readonly #security: string[];
  readonly #workers: Deno.ChildProcess[] = [];

  private constructor(
    folder: string,
    address: string,
    scheduler: Deno.ChildProcess,
    security: string[],
  ) {
    this.folder = folder;
    this.address = address;
    this.#scheduler = scheduler;
    this.#security = security;
  }

  /**
   * Starts a scheduler.
   *
   * @param security Arguments for TLS, if it is wanted.
   */
  static async start(security: string[] = []): Promise<DaskCluster> {
    const folder = await Deno.makeTempDir({ prefix: "vega-reel-dask-" });
    const file = join(folder, "scheduler.json");
    const scheduler = dask("scheduler", [
      ...["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", file],
      ...security,
    ]);
    let address = "";
    await until("the scheduler listens", () => {
      try {
        address = JSON.parse(Deno.readTextFileSync(file)).address;
        return true;
      } catch {
        return false;
      }
    });
    return new DaskCluster(folder, address, scheduler, security);
  }

  /** Kills the scheduler at once. */
  async kill(): Promise<void> {
    kill(this.#scheduler.pid);
    await this.#scheduler.status;
  }

  /**
   * Starts a worker, with a folder of its own for what tasks share.
   *
   * @param env What else its environment has.
   */
  async addWorker(env: Record<string, string> = {}): Promise<Worker> {
    const name = `worker${this.#workers.length}`;
    const folder = join(this.folder, name);
    const process = dask("worker", [
      this.address,
      ...["--host", "127.0.0.1", "--nthreads", "1", "--no-dashboard", "--name", name],
      ...["--local-directory", folder, "--no-nanny"],
      ...this.#security,
    ], { XDG_CACHE_HOME: folder, ...env });
    this.#workers.push(process);
    const worker = new Worker(process, folder);
    await worker.listening;
    return worker;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const processes = [];
    for (const process of [...this.#workers, this.#scheduler]) {
      processes.push(...descendants(process.pid));
      kill(process.pid);
      await process.status;
    }
    await untilGone(processes);
    await Deno.remove(this.folder, { recursive: true });
  }
}

/** A worker of the cluster. */
export class Worker {
  readonly process: Deno.ChildProcess;
  /** Takes what tasks share, and what the worker itself keeps. */
  readonly folder: string;
  /** Resolves once the scheduler knows it. */
  readonly listening: Promise<void>;

  constructor(process: Deno.ChildProcess, folder: string) {
    this.process = process;
    this.folder = folder;
    this.listening = listens(process);
  }

  get id(): number {
    return this.process.pid;
  }

  /** Kills the worker at once. */
  async kill(): Promise<void> {
    kill(this.id);
    await this.process.status;
  }
}

async function listens(process: Deno.ChildProcess): Promise<void> {
  const registered = Promise.withResolvers<void>();
  let words = "";
  const read = async () => {
    for await (const chunk of process.stderr) {
      words += new TextDecoder().decode(chunk);
      if (words.includes("Registered to")) registered.resolve();
    }
    registered.reject(new Error(`Dask's worker has ended: ${words}`));
  };
  read();
  registered.promise.catch(() => {});
  await registered.promise;
}

/** One of Dask's commands. It ends with this process, even where that is killed. */
function dask(command: string, args: string[], env: Record<string, string> = {}) {
  const script = `import os, runpy, sys, threading
threading.Thread(target=lambda: os._exit(bool(sys.stdin.read())), daemon=True).start()
runpy.run_module("distributed.cli.dask_${command}", run_name="__main__", alter_sys=True)`;
  return new Deno.Command(pythonCommand(), {
    args: ["-c", script, ...args],
    env,
    stdin: "piped",
    stdout: "null",
    stderr: command === "worker" ? "piped" : "null",
  }).spawn();
}

function kill(id: number): void {
  try {
    Deno.kill(id, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
