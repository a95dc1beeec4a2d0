import process from "node:process";
import { ask, must, which } from "./command.mjs";

/** Whether this user may install Debian packages here. */
export function canInstallDebian() {
  return process.platform === "linux" && process.getuid() === 0 && which("apt-get") !== undefined;
}

/** Those of the named packages that are not installed. */
export async function missingDebian(packages) {
  const missing = [];
  for (const name of packages) {
    // `-s` prints "Status: install ok installed"; a removed package keeps an entry, too.
    const status = await ask("dpkg-query", ["-W", "-f", "${db:Status-Status}", name]);
    if (status !== "installed") missing.push(name);
  }
  return missing;
}

/** The command that a person types for the same. */
export function debianCommand(packages) {
  return `sudo apt-get install -y ${packages.join(" ")}`;
}

let updated;
let queue = Promise.resolve();

/**
 * Installs Debian packages, one call after the other, since apt locks its database.
 *
 * @throws {CommandError} With apt's output.
 */
export function installDebian(packages) {
  const result = queue.then(async () => {
    updated ??= aptGet("update the list of Debian packages", ["update"]);
    await updated;
    await aptGet(`install the Debian packages ${packages.join(" ")}`, [
      "install",
      "-y",
      "--no-install-recommends",
      ...packages,
    ]);
  });
  queue = result.catch(() => {});
  return result;
}

function aptGet(doing, args) {
  // Somebody else's apt run ends; ours waits for it instead of failing.
  return must(doing, "apt-get", ["-q", "-o", "DPkg::Lock::Timeout=120", ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
}
