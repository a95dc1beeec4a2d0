/** `--untrusted`: a stranger's chart is drawn by a process that may do no more than that. */
import { lookup } from "node:dns/promises";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { CLI } from "../own_files.ts";
import { ffmpegCommand } from "../job/encoder.ts";
import type { Video } from "../job/job.ts";
import type { Progress } from "../job/progress.ts";
import { replace } from "../job/whole.ts";
import type { Context } from "./context.ts";
import { findProgram } from "./find_program.ts";
import type { Flags } from "./flags.ts";
import { formatOf } from "./formats.ts";
import { narrowEnvironment, narrowPermissions } from "./permissions.ts";
import { STDIN } from "./source.ts";
import { USAGE, UsageError } from "./usage.ts";

/** Flags whose values are paths. */
const PATHS = ["params", "config", "context", "fonts"];

/** Flags that the process is not given as they were typed. */
const OWN = ["untrusted", "json", "output", "cache", "encoder", "executor"];

/** What was typed. */
export interface Typed {
  source: string;
  flags: Flags;
  command: Command;
  context: Context;
}

/**
 * Renders a video in a process and a folder of its own, and moves it into place.
 *
 * @param typed What was typed.
 * @param onProgress Told how far it is.
 * @throws {UsageError} If what was typed would run other code.
 * @throws {Error} If it fails; nothing is left then.
 */
export async function renderUntrusted(
  typed: Typed,
  onProgress: (progress: Progress) => void,
): Promise<Video> {
  const output = typed.flags.output as string | undefined;
  const place = output === undefined ? Deno.cwd() : dirname(resolve(output));
  // In the same folder, so that moving is a rename.
  const folder = mkdtempSync(join(place, ".vega-reel-"));
  try {
    const ending = output !== undefined && /[\\/]$/.test(output) ? "/" : "";
    const named = output === undefined ? [] : [`--output=${basename(output)}${ending}`];
    const video = await run(typed, folder, named, onProgress) as unknown as Video;
    const name = output === undefined ? nameIn(folder) : basename(output);
    const path = join(place, name);
    await moveOut(join(folder, name), path);
    return { ...video, path };
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/**
 * Draws one frame in a process of its own.
 *
 * @param typed What was typed.
 * @returns A PNG image.
 * @throws {UsageError} If what was typed would run other code.
 * @throws {Error} If it fails.
 */
export async function drawUntrusted(typed: Typed): Promise<Uint8Array<ArrayBuffer>> {
  const folder = mkdtempSync(join(tmpdir(), "vega-reel-"));
  try {
    await run(typed, folder, ["--output=frame.png"], () => {});
    const png = join(folder, "frame.png");
    await moveOut(png, `${png}.own`);
    return Deno.readFileSync(`${png}.own`);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** The name of the one file, whatever the process says. */
function nameIn(folder: string): string {
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name);
  if (names.length === 1) return names[0];
  throw new Error(`Cannot tell the video from other files: there are ${names.join(", ")}`);
}

/** What the process has made is not believed either: a link would lead to anything. */
async function moveOut(made: string, path: string): Promise<void> {
  if (Deno.lstatSync(made).isSymlink) throw new Error(`Cannot use '${made}' as it is a link`);
  await replace(made, path);
}

/** Runs the same command in the process, and waits for its last word. */
async function run(
  { source, flags, command, context }: Typed,
  folder: string,
  named: string[],
  onProgress: (progress: Progress) => void,
): Promise<Record<string, unknown>> {
  refuseOthers(flags);
  const isFile = !isOnWeb(source) && source !== STDIN;
  const spec = /^file:/i.test(source) ? fileURLToPath(source) : isFile ? resolve(source) : source;
  const ffmpeg = findProgram(ffmpegCommand());
  const permissions = narrowPermissions({
    read: [...isFile ? [spec] : [], ...filesOf(flags)],
    write: [folder],
    net: isOnWeb(source) ? await placesOf(new URL(source)) : [],
    run: ffmpeg === undefined ? [] : [ffmpeg],
  });
  const own = [...named, "--json", ...command.name() === "render" ? renderFlags(flags) : []];
  const entry = fileURLToPath(CLI);
  const program = [entry, command.name(), spec, ...typedAgain(command, flags), ...own];
  // Looking up an address takes its time.
  context.signal.throwIfAborted();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", ...permissions, ...program],
    cwd: folder,
    clearEnv: true,
    env: { ...narrowEnvironment(), FFMPEG_PATH: ffmpeg ?? "", ...temporaryFolder(folder) },
    stdin: source === STDIN || flags.params === STDIN ? "inherit" : "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const kill = () => {
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
  };
  context.signal.addEventListener("abort", kill);
  try {
    let last: Record<string, unknown> = {};
    const input = Readable.fromWeb(child.stdout as never);
    for await (const line of createInterface({ input })) {
      last = JSON.parse(line);
      if (last.type === "progress") onProgress(last as unknown as Progress);
    }
    const { code } = await child.status;
    context.signal.throwIfAborted();
    if (code === 0) return last;
    if (last.type !== "error") {
      throw new Error(`Cannot ${command.name()} as the process that draws ended with code ${code}`);
    }
    throw new (last.code === USAGE ? UsageError : Error)(String(last.message));
  } finally {
    context.signal.removeEventListener("abort", kill);
    // Where nobody hears what it says, it is not to go on.
    kill();
    await child.status;
  }
}

/** The variables that name the folder of temporary files; the last two are those of Windows. */
function temporaryFolder(folder: string): Record<string, string> {
  return { TMPDIR: folder, TEMP: folder, TMP: folder };
}

/** Nothing is kept. Whether there is a GPU is for none to see who may not see devices. */
function renderFlags({ encoder, output = ".mp4" }: Flags): string[] {
  const wanted = encoder ?? "auto";
  const chosen = wanted === "auto" && /\.mp4$/i.test(String(output)) ? "x264" : wanted;
  return ["--no-cache", "--executor=local", `--encoder=${chosen}`];
}

/** A module could do what the process may, which is more than a chart can; so could the web. */
function refuseOthers(flags: Flags): void {
  const { update, executor, params, paramsFormat } = flags as Record<string, string | undefined>;
  const web = PATHS.flatMap((name) => valuesOf(flags[name])).find(isOnWeb);
  if (web !== undefined) {
    throw new UsageError(`--untrusted takes files alone besides the chart: it is given '${web}'`);
  }
  if (update !== undefined) throw new UsageError("--update and --untrusted do not go together");
  if (executor !== undefined && executor !== "local") {
    throw new UsageError(
      "--executor and --untrusted do not go together: it is drawn on this machine",
    );
  }
  if (params === undefined || formatOf(params, paramsFormat) !== "module") return;
  throw new UsageError("--untrusted does not go together with a module of params");
}

/** A host by its name, and by the addresses that it has now: what is asked for may be either. */
async function placesOf({ protocol, hostname, port }: URL): Promise<string[]> {
  const number = port || (protocol === "https:" ? "443" : "80");
  const name = hostname.replace(/^\[|\]$/g, "");
  // Where it has none, loading the spec says so.
  const addresses = await lookup(name, { all: true }).catch(() => []);
  return [
    hostname,
    ...addresses.map(({ address, family }) => family === 6 ? `[${address}]` : address)
      .map((address) => `${address}:${number}`),
  ];
}

function isOnWeb(source: string): boolean {
  return /^https?:/i.test(source);
}

function filesOf(flags: Flags): string[] {
  const values = PATHS.flatMap((name) => valuesOf(flags[name]));
  return values.filter((path) => path !== STDIN).map((path) => resolve(path));
}

function valuesOf(value: unknown): string[] {
  if (value === undefined) return [];
  return typeof value === "object" ? Object.values(value as object) : [String(value)];
}

/** The flags as they would be typed in another folder. */
function typedAgain(command: Command, flags: Flags): string[] {
  return command.options.flatMap((option) => {
    const name = option.attributeName();
    const value = flags[name];
    if (OWN.includes(name) || value === undefined || option.negate) return [];
    if (value === true) return [option.long!];
    const path = (text: unknown) =>
      PATHS.includes(name) && text !== STDIN ? resolve(`${text}`) : text;
    if (Array.isArray(value)) return value.map((one) => `${option.long}=${path(one)}`);
    if (typeof value !== "object") return [`${option.long}=${path(value)}`];
    return Object.entries(value!).map(([key, one]) => `${option.long}=${key}=${path(one)}`);
  });
}
