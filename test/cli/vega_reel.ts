/** The command `vega-reel`, run as its users run it. */
import { copyFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { withFolder } from "../folder.ts";

/** The program that npm links to. */
export const BIN = fileURLToPath(new URL("../../bin/vega-reel.mjs", import.meta.url));

const EXAMPLES = fileURLToPath(new URL("./examples/", import.meta.url));
/** The chart and the notebook that all documentation speaks of. */
const NAMED = ["chart.vl.json", "talk.ipynb"];

/** What a command did. */
export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
  /** What it printed to standard output, as bytes. */
  bytes: Uint8Array<ArrayBuffer>;
}

/** How a command is run. */
export interface RunOptions {
  /** The working folder. */
  cwd?: string;
  /** What its standard input holds. */
  stdin?: string;
  env?: Record<string, string>;
}

/** Starts it by Node, with the Deno of the tests. */
export function start(
  args: string[],
  { cwd, stdin, env }: RunOptions = {},
): Deno.ChildProcess {
  return new Deno.Command("node", {
    args: [BIN, ...args],
    cwd,
    env: { DENO_PATH: Deno.execPath(), NO_COLOR: "1", ...env },
    stdin: stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Runs it to its end. */
export async function vegaReel(args: string[], options: RunOptions = {}): Promise<Ran> {
  const child = start(args, options);
  if (options.stdin !== undefined) {
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(options.stdin));
    await writer.close();
  }
  const { code, stdout, stderr } = await child.output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, stdout: out, stderr: err, bytes: stdout };
}

/** The lines of JSON that it printed. */
export function linesOf(stdout: string): Record<string, unknown>[] {
  return stdout.trim().split("\n").map((line) => JSON.parse(line));
}

/** A working folder with the charts and params of the examples. */
export async function withExamples(test: (folder: string) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    for (const name of readdirSync(EXAMPLES)) {
      copyFileSync(join(EXAMPLES, name), join(folder, name));
    }
    for (const name of NAMED) {
      copyFileSync(new URL(`../${name}`, import.meta.url), join(folder, name));
    }
    await test(folder);
  });
}
