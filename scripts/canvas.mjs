import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import process from "node:process";
import { ask, which } from "./command.mjs";
import { canInstallDebian, debianCommand, installDebian, missingDebian } from "./debian.mjs";
import { rebuild } from "./npm.mjs";
import { root } from "./paths.mjs";
import { step } from "./report.mjs";

const debianPackages = [
  "build-essential",
  "pkg-config",
  "libcairo2-dev",
  "libpango1.0-dev",
  "libjpeg-dev",
  "libgif-dev",
  "librsvg2-dev",
];

// What a failed attempt leaves: its circumstances as the first line, so that the next run does not
// try the same again, and then its output.
const attemptFile = join(root, "node_modules", ".vega-reel-canvas.log");

/**
 * Sees to it that `canvas` (Cairo) loads: a prebuilt binary where its makers offer one for this
 * machine, else a build from source. It is optional: without it charts are drawn by Skia.
 */
export async function setUpCanvas() {
  if (await loads()) return;
  if (lastAttempt() !== await circumstances()) {
    let output;
    await step("canvas (Cairo)", async () => {
      output = await build();
      return output === undefined ? "" : "failed";
    });
    if (output === undefined) return;
    writeFileSync(attemptFile, `${await circumstances()}\n${output}`);
  }
  const lines = [
    "canvas (Cairo) could not be built: charts are drawn by Skia (@napi-rs/canvas).",
    `The reason is in ${relative(root, attemptFile)}. ${await advice()}`,
  ];
  for (const line of lines) console.log(`  ${line.trimEnd()}`);
}

/** Asked of Node in a process of its own: a broken addon can end the process that loads it. */
async function loads() {
  const script = 'require("canvas").createCanvas(1, 1).getContext("2d")';
  return await ask(process.execPath, ["-e", script]) !== undefined;
}

/** Gives the output of a build that failed, or `undefined`. */
async function build() {
  const { output } = await rebuild("canvas", buildEnvironment());
  if (await loads()) return;
  const missing = canInstallDebian() ? await missingDebian(debianPackages) : [];
  if (missing.length === 0) return output;
  try {
    await step(`Debian packages ${missing.join(" ")}`, () => installDebian(missing));
  } catch (error) {
    return `${output}\n${error.message}\n${error.output}`;
  }
  const again = await rebuild("canvas", buildEnvironment());
  return await loads() ? undefined : again.output;
}

/** All cores build. Node's own headers, where it came with them, spare a download. */
function buildEnvironment() {
  const env = { ...process.env, JOBS: "max" };
  const prefix = dirname(dirname(process.execPath));
  const hasHeaders = existsSync(join(prefix, "include", "node", "node_api.h"));
  return hasHeaders ? { ...env, npm_config_nodedir: prefix } : env;
}

/** Whatever may make the next attempt end otherwise. */
async function circumstances() {
  const libraries = ["--modversion", "pangocairo", "libpng", "librsvg-2.0"];
  const { version } = JSON.parse(
    readFileSync(join(root, "node_modules", "canvas", "package.json"), "utf8"),
  );
  return JSON.stringify({
    canvas: version,
    node: process.version,
    compiler: which("c++") ?? which("g++") ?? which("clang++"),
    libraries: await ask("pkg-config", libraries),
    mayInstall: canInstallDebian(),
  });
}

function lastAttempt() {
  try {
    return readFileSync(attemptFile, "utf8").split("\n", 1)[0];
  } catch {
    return undefined;
  }
}

async function advice() {
  if (which("apt-get")) {
    const missing = await missingDebian(debianPackages);
    return missing.length > 0 ? `To have Cairo, type: ${debianCommand(missing)}` : "";
  }
  if (which("dnf")) {
    return "To have Cairo, type: sudo dnf install gcc-c++ make cairo-devel pango-devel " +
      "libjpeg-turbo-devel giflib-devel librsvg2-devel";
  }
  if (which("brew")) {
    return "To have Cairo, type: brew install pkg-config cairo pango libpng jpeg giflib librsvg";
  }
  return "To have Cairo, install a C++ compiler and the headers of cairo and pango.";
}
