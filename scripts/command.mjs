import { spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";
import { program, root } from "./paths.mjs";

const posix = process.platform !== "win32";
const quiet = new Set();
const onTerminal = new Set();
let stopSignal;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    stopSignal = signal;
    if (quiet.size + onTerminal.size === 0) process.exit(130);
    for (const child of quiet) stop(child);
    // A terminal's Ctrl-C has already reached every process of its group; a second one would make
    // JupyterLab stop without asking.
    if (signal === "SIGINT" && process.stdin.isTTY) return;
    for (const child of onTerminal) child.kill(signal === "SIGINT" ? signal : "SIGTERM");
  });
}

/** Stops a quiet command with everything that it started. */
function stop(child) {
  try {
    process.kill(posix ? -child.pid : child.pid, "SIGTERM");
  } catch {
    // It has just ended by itself.
  }
}

/** Whether somebody asked this program to stop: what fails after that needs no explanation. */
export function interrupted() {
  return stopSignal !== undefined;
}

/** A command that failed, with everything that it printed. */
export class CommandError extends Error {
  constructor(message, output) {
    super(message);
    this.name = "CommandError";
    this.output = output;
  }
}

function start(command, args, { cwd = root, env = process.env, stdio }) {
  return new Promise((resolve) => {
    const output = [];
    const running = stdio === "inherit" ? onTerminal : quiet;
    // A quiet command has a process group of its own, so that it gets no signal but ours.
    const detached = posix && running === quiet;
    const child = spawn(command, args, { cwd, env, stdio, detached, windowsHide: true });
    running.add(child);
    child.stdout?.on("data", (bytes) => output.push(bytes));
    child.stderr?.on("data", (bytes) => output.push(bytes));
    const finish = (code) => {
      running.delete(child);
      child.stdout?.destroy();
      child.stderr?.destroy();
      resolve({ code: code ?? 1, output: Buffer.concat(output).toString() });
    };
    child.on("error", (error) => {
      output.push(Buffer.from(`${error.message}\n`));
      finish(127);
    });
    child.on("close", finish);
    // What the command leaves behind, a kernel for one, can hold its output open for ever.
    child.on("exit", (code) => setTimeout(finish, 2000, code).unref());
  });
}

/**
 * Runs a command quietly. Never rejects: a command that cannot be started has code 127.
 *
 * @returns {Promise<{code: number, output: string}>} Its exit code, and stdout and stderr together.
 */
export function capture(command, args, options = {}) {
  return start(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
}

/** Runs a command quietly and gives its stdout alone, or `undefined` when it fails. */
export async function ask(command, args, options = {}) {
  const result = await start(command, args, { ...options, stdio: ["ignore", "pipe", "ignore"] });
  return result.code === 0 ? result.output.trim() : undefined;
}

/**
 * Runs a command that has to succeed.
 *
 * @throws {CommandError} With what was being done, the exit code and the command's output.
 */
export async function must(doing, command, args, options = {}) {
  const { code, output } = await capture(command, args, options);
  if (code !== 0) {
    const typed = [command, ...args].join(" ");
    throw new CommandError(`Cannot ${doing}: exit code ${code} from ${typed}`, output);
  }
  return output;
}

/** Runs a command on this terminal and gives its exit code. */
export async function foreground(command, args, options = {}) {
  const { code, output } = await start(command, args, { ...options, stdio: "inherit" });
  if (output !== "") console.error(output.trimEnd());
  return code;
}

/** The absolute path of a program on PATH, or `undefined`. */
export function which(name) {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    if (folder === "") continue;
    const path = join(folder, program(name));
    try {
      accessSync(path, constants.X_OK);
      if (statSync(path).isFile()) return path;
    } catch {
      // Not in this folder.
    }
  }
}
