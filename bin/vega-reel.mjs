#!/usr/bin/env node
// Starts `vega-reel` from Node: finds Deno and runs the command line with it, with all permissions,
// as any program of the user's own has them (`--untrusted` narrows them). What Deno prints, reads
// and ends with is what this program does.
import { spawn } from "node:child_process";
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { constants as system } from "node:os";
import { delimiter, dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const program = process.platform === "win32" ? "deno.exe" : "deno";

/** The Deno that DENO_PATH names, else npm's beside this package or the user's, else PATH's. */
function findDeno() {
  const { DENO_PATH } = process.env;
  if (DENO_PATH) {
    const isPath = /[\\/]/.test(DENO_PATH);
    return [DENO_PATH, `${DENO_PATH}.exe`].flatMap((name) => isPath ? name : onPath(name))
      .find(runs);
  }
  const fromNpm = [root, join(process.cwd(), "/")].map(denoOf);
  return [...fromNpm, ...onPath(program)].find((path) => path !== undefined && runs(path));
}

/** Where PATH may have a program. */
function onPath(name) {
  return (process.env.PATH ?? "").split(delimiter).filter(Boolean)
    .map((folder) => join(folder, name));
}

/** The program of npm's package, as a module in a folder would find it. */
function denoOf(folder) {
  try {
    const description = createRequire(join(folder, "package.json")).resolve("deno/package.json");
    return join(dirname(description), program);
  } catch {
    return undefined;
  }
}

function runs(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

const deno = findDeno();
if (deno === undefined) {
  const { DENO_PATH } = process.env;
  console.error(
    DENO_PATH
      ? `vega-reel: Cannot start Deno as DENO_PATH must be that of a program: it is '${DENO_PATH}'`
      : "vega-reel: there is no Deno, which draws the videos: install it by `npm install deno` or " +
        "from https://deno.com, or set DENO_PATH to it",
  );
  process.exit(1);
}

// As it is written, or built.
const entry = ["kernel-lib/cli.ts", "dist/cli.js"].map((path) => join(root, path)).find(existsSync);
const args = ["run", "--quiet", "--allow-all", entry, ...process.argv.slice(2)];

// Where Node can become another program, nothing has to be passed on.
if (process.execve && process.platform !== "win32") process.execve(deno, [deno, ...args]);

const child = spawn(deno, args, { stdio: "inherit" });
const isOnTerminal = [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    // A terminal's Ctrl-C has reached the child already.
    if (signal !== "SIGINT" || !isOnTerminal) child.kill(signal);
  });
}
child.on("error", ({ message }) => {
  console.error(`vega-reel: Cannot start Deno, ${deno}: ${message}`);
  process.exit(1);
});
child.on("exit", (code, signal) => process.exit(code ?? 128 + system.signals[signal]));
