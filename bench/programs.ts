/** How Vega Reel, its peers and ffmpeg are started. */
import type { Contestant } from "./timing.ts";
import { run } from "./timing.ts";

const peers = new URL("./peers/", import.meta.url).pathname;

/** Where the built library is found by its name. */
const built = new URL("./built.json", import.meta.url).pathname;

/** Python with the peers of its world; made by `scripts/bench.mjs`. */
const python = Deno.env.get("VEGA_REEL_BENCH_PYTHON") ?? "python3";

export const ffmpeg = Deno.env.get("FFMPEG_PATH") ?? "ffmpeg";

/** What is appended to the name of a tool that encodes as it does where nobody says how. */
export const AS_IT_COMES = ", as it comes";

/** A render by Vega Reel as it is installed, built, in a process of its own. */
export function reel(
  name: string,
  scene: string,
  frames: number,
  output: string,
  options: Record<string, unknown> = {},
): Contestant {
  const args = [scene, String(frames), output, JSON.stringify(options)];
  return {
    name,
    command: [
      Deno.execPath(),
      "run",
      "-A",
      "--no-check",
      `--config=${built}`,
      `${peers}reel.ts`,
      ...args,
    ],
  };
}

/** A render by a tool of Python's world, in its fastest way unless it is to encode as it comes. */
export function pythonPeer(
  tool: string,
  scene: string,
  frames: number,
  output: string,
  { encode, input }: { encode?: "lossless" | "as-it-comes"; input?: string } = {},
): Contestant {
  const args = [tool, scene, String(frames), output, ...(encode ? [`--${encode}`] : [])];
  const name = encode === "as-it-comes" ? `${tool}${AS_IT_COMES}` : tool;
  return { name, command: [python, `${peers}peers.py`, ...args], input };
}

/** A render by Chromium. */
export function chromium(
  frames: number,
  output: string,
  { lossless = false, input }: { lossless?: boolean; input?: string } = {},
): Contestant {
  const args = [String(frames), output, ...(lossless ? ["--lossless"] : [])];
  return { name: "chromium", command: ["node", `${peers}chromium.mjs`, ...args], input };
}

/** Why a peer cannot be measured here; undefined if it can. */
export async function whyMissing(tool: string): Promise<string | undefined> {
  const module =
    { pma: "parallel_animate", matplotlib: "matplotlib", "vl-convert": "vl_convert" }[tool];
  const command = tool === "chromium"
    ? [Deno.env.get("VEGA_REEL_CHROMIUM") ?? "chromium", "--version"]
    : [python, "-c", `import ${module}`];
  try {
    await run({ name: tool, command });
  } catch (error) {
    return (error as Error).message.split("\n").at(-1);
  }
}

/** Runs ffmpeg and returns what it printed to standard error. */
export async function runFfmpeg(args: string[]): Promise<string> {
  const { success, stderr } = await new Deno.Command(ffmpeg, { args }).output();
  const text = new TextDecoder().decode(stderr);
  if (!success) throw new Error(`Cannot measure as ffmpeg failed: ${text.slice(-1000)}`);
  return text;
}
