import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import process from "node:process";
import { ask, capture, which } from "./command.mjs";
import { canInstallDebian, debianCommand, installDebian } from "./debian.mjs";
import { root } from "./paths.mjs";
import { step } from "./report.mjs";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** A Chromium of this machine, or Debian's where we may install it. */
export async function chromiumOfMachine() {
  const found = await findChromium();
  if (found || !canInstallDebian()) return found;
  await step("Chromium for the browser tests", async () => {
    try {
      await installDebian(["chromium"]);
    } catch {
      return "not from apt";
    }
  });
  return await findChromium();
}

/**
 * The Chromium that Playwright downloads for itself, or `undefined`, with the reason printed.
 * Needs the npm packages.
 */
export async function chromiumOfPlaywright() {
  const playwright = createRequire(join(root, "package.json"))("playwright-core");
  const path = playwright.chromium.executablePath();
  if (!existsSync(path)) {
    await step("Chromium from Playwright", async () => {
      const cli = join(root, "node_modules", "playwright-core", "cli.js");
      const { code } = await capture(process.execPath, [cli, "install", "chromium"]);
      return code === 0 ? "downloaded" : "cannot be downloaded";
    });
  }
  if (await runs(path)) return path;
  console.log(`  No Chromium is here: the browser tests are skipped. To run them, ${advice()}`);
}

function advice() {
  return which("apt-get")
    ? `type: ${debianCommand(["chromium"])}`
    : "install Chromium or Chrome, or set VEGA_REEL_CHROMIUM to one";
}

async function findChromium() {
  const candidates = [process.env.VEGA_REEL_CHROMIUM, ...names.map(which)];
  for (const path of candidates) if (path && await runs(path)) return path;
}

async function runs(path) {
  // Ubuntu's chromium-browser may be no more than a note about snap.
  return await ask(path, ["--version"]) !== undefined;
}
