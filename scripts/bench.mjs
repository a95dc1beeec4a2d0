import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { foreground, must } from "./command.mjs";
import { program, root } from "./paths.mjs";
import { main, step } from "./report.mjs";
import { setup } from "./setup.mjs";

const venv = join(root, ".venv-bench");
const peersPython = join(venv, process.platform === "win32" ? "Scripts" : "bin", program("python"));

await main(async () => {
  const { deno, python, env } = await setup({ browser: true });
  await must("build the library", process.execPath, [join(root, "scripts", "build.mjs")], { env });
  if (!existsSync(peersPython)) await step("peers from PyPI", () => installPeers(python));
  const args = [
    "run",
    "-A",
    "--no-check",
    join(root, "bench", "bench.ts"),
    ...process.argv.slice(2),
  ];
  process.exitCode = await foreground(deno, args, {
    cwd: root,
    env: { ...env, VEGA_REEL_BENCH_PYTHON: peersPython },
  });
});

/** Peers have an environment of their own; one that cannot be had is named in the report. */
async function installPeers(python) {
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
  const requirements = (name) => ["--requirement", join(root, "bench", name)];
  await must("make an environment for the peers", python, ["-m", "venv", venv]);
  await must("install the peers", peersPython, [...pip, ...requirements("requirements.txt")]);
  const noDeps = [...pip, "--no-deps", ...requirements("requirements-no-deps.txt")];
  await must("install the peers", peersPython, noDeps);
}
