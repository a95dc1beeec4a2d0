import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { capture, CommandError } from "./command.mjs";
import { root } from "./paths.mjs";

/**
 * Runs npm: the one that started this script where there is one, which also spares Windows its
 * `npm.cmd`. Its errors are wanted even under `npm test --silent`.
 */
function npm(args, { cwd = root, env = process.env } = {}) {
  const started = process.env.npm_execpath ?? "";
  const command = /npm-cli\.c?js$/.test(started) ? [process.execPath, started] : ["npm"];
  const [program, ...rest] = [...command, ...args, "--loglevel=error", "--no-progress"];
  // An npm that runs inside another takes .npmrc's list for an option, which it refuses.
  return capture(program, rest, { cwd, env: { ...env, npm_config_allow_scripts: undefined } });
}

/**
 * Whether npm's own record of a folder's `node_modules` holds every package of its lockfile. Packages for
 * other platforms are optional and may be missing; `canvas` may not, since its folder is what
 * `rebuild` needs.
 */
export function npmPackagesInstalled(folder = root) {
  const locked = readPackages(join(folder, "package-lock.json"));
  const installed = readPackages(join(folder, "node_modules", ".package-lock.json"));
  return Object.entries(locked).every(([path, { version, optional }]) =>
    path === "" || (optional && path !== "node_modules/canvas") ||
    installed[path]?.version === version
  );
}

function readPackages(lockfile) {
  try {
    return JSON.parse(readFileSync(lockfile, "utf8")).packages;
  } catch {
    return {};
  }
}

/**
 * Installs what a folder's lockfile names. Install scripts are run one by one afterwards, by `rebuild`:
 * npm would remove `canvas`, an optional package, when its build fails.
 *
 * @returns {Promise<string>} How, in words, if not by `npm ci`.
 * @throws {CommandError} With npm's output.
 */
export async function installNpmPackages(folder = root) {
  const options = ["--ignore-scripts", "--include=dev", "--include=optional"];
  const ci = await npm(["ci", ...options], { cwd: folder });
  if (ci.code === 0) return "";
  // npm 11 refuses a lockfile without the packages of other platforms, which is how it writes one
  // where the registry lacks those; `npm install` takes the same versions all the same.
  const install = await npm(["install", "--no-save", ...options], { cwd: folder });
  if (install.code === 0) return "by npm install, as npm ci does not accept package-lock.json";
  throw new CommandError(
    `Cannot install the npm packages of package-lock.json: exit code ${install.code} from npm`,
    `${ci.output}\n${install.output}`,
  );
}

/**
 * Runs the install script of one package.
 *
 * @returns {Promise<{code: number, output: string}>} Its exit code and everything it printed.
 */
export function rebuild(name, env) {
  return npm(["rebuild", name, "--foreground-scripts"], { env });
}
