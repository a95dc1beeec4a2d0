import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import process from "node:process";
import { ask, capture, must, which } from "./command.mjs";
import { canInstallDebian, debianCommand, installDebian } from "./debian.mjs";
import { program, root, venv, venvBin } from "./paths.mjs";
import { SetupError, step } from "./report.mjs";

/** The Python of `.venv`. */
export const python = join(venvBin, program("python"));

const lockfile = join(root, "python", "requirements.txt");
const stampFile = join(venv, ".vega-reel-setup");

/**
 * Sees to it that `.venv` has JupyterLab and nbconvert in the versions of
 * `python/requirements.txt`.
 *
 * @throws {SetupError} If no Python of this machine can make an environment.
 */
export async function setUpPython() {
  const version = await environmentVersion();
  if (version && readText(stampFile) === stamp(version)) return;
  await step("Python environment with JupyterLab", async () => {
    if (!version) await createEnvironment();
    await installPython(["jupyterlab", "nbconvert"]);
    // JupyterLab runs CommonJS files of its own with Node, which would take them for modules
    // as the checkout's package.json says.
    writeFileSync(join(venv, "package.json"), "{}\n");
    writeFileSync(stampFile, stamp(await environmentVersion()));
  });
}

/** Sees to it that `.venv` has Jupyter Notebook, too. */
export async function setUpNotebook() {
  if (await ask(python, ["-c", "import notebook"]) !== undefined) return;
  await step("Jupyter Notebook, for the tests", () => installPython(["notebook"]));
}

/** Sees to it that `.venv` has the engines that tests and a lesson render with. */
export async function setUpEngines() {
  if (await ask(python, ["-c", "import cryptography, distributed, loky"]) !== undefined) return;
  await step("Dask and loky", () => installPython(["distributed", "loky", "cryptography"]));
}

/** The engines that only the long tests have, and what they are tested with. */
const LONG_ENGINES = { ipyparallel: "9.2.0", parsl: "2026.10.26" };

/** Sees to it that there is an environment for each of the other engines. */
export async function setUpLongEngines() {
  for (const [name, version] of Object.entries(LONG_ENGINES)) {
    const folder = join(venv, "engines", name);
    const own = join(folder, relative(venv, python));
    const test = `import importlib.metadata as m; assert m.version("${name}") == "${version}"`;
    if (await ask(own, ["-c", test]) !== undefined) continue;
    await step(`${name}, for the long tests`, async () => {
      const options = { env: pythonEnvironment() };
      await must(`make an environment for ${name}`, python, ["-m", "venv", folder], options);
      const args = ["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--quiet"];
      await must(`install ${name}`, own, [...args, `${name}==${version}`], options);
    });
  }
}

/** Installs packages into the environment, in the versions of `python/requirements.txt`. */
export async function installPython(names) {
  const args = ["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--quiet"];
  await must(`install ${names.join(", ")} from PyPI`, python, [...args, "-c", lockfile, ...names], {
    env: pythonEnvironment(),
  });
}

function stamp(version) {
  const locked = createHash("sha256").update(readFileSync(lockfile)).digest("hex");
  return JSON.stringify({ version, locked });
}

/** The Python version of an environment that works, and works in this very folder. */
async function environmentVersion() {
  // The environment's commands name its folder, so one that was moved is no use.
  if (!readText(join(venvBin, program("pip")))?.includes(venvBin)) return undefined;
  return await ask(python, ["-c", "import pip, platform; print(platform.python_version())"]);
}

function readText(path) {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return undefined;
  }
}

async function createEnvironment() {
  const base = await findPython();
  const attempts = [
    [base, ["-m", "venv", "--clear", venv]],
    [base, ["-m", "virtualenv", "--clear", venv]],
    ["virtualenv", ["--clear", "--python", base, venv]],
    ["uv", ["venv", "--clear", "--seed", "--python", base, venv]],
  ];
  // Debian's Python comes without the part that puts pip into an environment.
  if (await ask(base, ["-c", "import ensurepip, venv"]) === undefined && canInstallDebian()) {
    await installDebian(["python3-venv"]);
  }
  let first;
  for (const [command, args] of attempts) {
    const { code, output } = await capture(command, args, { env: pythonEnvironment() });
    if (code === 0 && await environmentVersion()) return;
    first ??= output.trim();
  }
  const command = which("apt-get") ? debianCommand(["python3-venv"]) : "pip install virtualenv";
  throw new SetupError(
    `Cannot make a Python environment in ${venv} with ${base}:\n${first}\n` +
      `Type this and try again: ${command}`,
  );
}

async function findPython() {
  const names = ["python3", "python", "python3.13", "python3.12", "python3.11", "python3.10"];
  const script = "import sys; print('%d.%d' % sys.version_info[:2]); print(sys.executable)";
  const seen = [];
  for (const name of names) {
    const [version, path] = (await ask(name, ["-c", script]))?.split(/\r?\n/) ?? [];
    if (!path) continue;
    const [major, minor] = version.split(".").map(Number);
    if (major === 3 && minor >= 10) return path;
    seen.push(`${path} is ${version}`);
  }
  throw new SetupError(
    `Cannot make a Python environment as JupyterLab needs Python 3.10 or newer: ${
      seen.length > 0 ? seen.join(", ") : "no Python is on PATH"
    }`,
  );
}

/** Another Python's settings would lead pip out of the environment. */
function pythonEnvironment() {
  return { ...process.env, PIP_USER: "0", PYTHONHOME: undefined, PYTHONPATH: undefined };
}
