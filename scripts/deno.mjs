import { existsSync } from "node:fs";
import { join } from "node:path";
import { ask, which } from "./command.mjs";
import { rebuild } from "./npm.mjs";
import { program, root, venvBin } from "./paths.mjs";
import { installPython } from "./python.mjs";
import { SetupError, step } from "./report.mjs";

const oldest = "2.9.0";

// The binary itself: npm's `.bin/deno` may be a Node program around it, which a kernel, stopped by
// signals to its process, cannot have.
const fromNpm = join(root, "node_modules", "deno", program("deno"));

/** The Deno that npm installed, if it runs on this machine. */
export async function denoFromNpm() {
  if (!existsSync(fromNpm)) await rebuild("deno");
  return await works(fromNpm) ? fromNpm : undefined;
}

/**
 * A Deno from elsewhere: PATH, or PyPI's package in the Python environment.
 *
 * @throws {SetupError} If there is none that runs and is new enough.
 */
export async function denoFromElsewhere() {
  const onPath = which("deno");
  if (onPath && await works(onPath)) return onPath;
  const fromPyPI = join(venvBin, program("deno"));
  if (!existsSync(fromPyPI)) {
    await step("Deno, from PyPI as npm's does not run here", () => installPython(["deno"]));
  }
  if (await works(fromPyPI)) return fromPyPI;
  throw new SetupError(
    `Cannot find a Deno that runs here: npm's and PyPI's do not, and PATH has ${
      onPath ? `${onPath}, which is older than ${oldest} or does not run` : "none"
    }. Install Deno ${oldest} or newer so that PATH finds it, and try again`,
  );
}

async function works(deno) {
  const printed = await ask(deno, ["--version"]);
  const version = printed?.match(/^deno (\d+)\.(\d+)/);
  if (!version) return false;
  const [major, minor] = version.slice(1).map(Number);
  const [oldestMajor, oldestMinor] = oldest.split(".").map(Number);
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}
