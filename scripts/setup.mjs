import { delimiter, dirname } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { setUpCanvas } from "./canvas.mjs";
import { chromiumOfMachine, chromiumOfPlaywright } from "./chromium.mjs";
import { denoFromElsewhere, denoFromNpm } from "./deno.mjs";
import { buildExtension, installExtension } from "./extension.mjs";
import { embeddedFfmpeg, ffmpegOfMachine } from "./ffmpeg.mjs";
import { jupyter, jupyterData, setUpKernelspec } from "./kernelspec.mjs";
import { installNpmPackages, npmPackagesInstalled } from "./npm.mjs";
import { nodeBin, venv, venvBin } from "./paths.mjs";
import { python, setUpEngines, setUpLongEngines, setUpNotebook, setUpPython } from "./python.mjs";
import { main, SetupError, step } from "./report.mjs";

/**
 * Installs whatever this checkout still needs, and nothing when it has everything: npm packages,
 * a Python environment with JupyterLab, the kernelspec, an ffmpeg; for `lab` JupyterLab's extension,
 * for `browser` a Chromium and Jupyter Notebook, and for `engines` Dask and loky, or `"all"`.
 *
 * @returns Where things are (`chromium` is `undefined` if there is none), and the environment in
 *   which our commands run.
 * @throws {SetupError | CommandError} If something cannot be had; the message says what to do.
 */
export async function setup({ browser = false, engines = false, lab = true } = {}) {
  if (Number(process.versions.node.split(".")[0]) < 20) {
    throw new SetupError(`Cannot set up as Node must be 20 or newer: it is ${process.version}`);
  }
  const npmPackages = setUpNpmPackages();
  const ffmpegFound = setUpPython()
    .then(async () => await ffmpegOfMachine() ?? await embeddedFfmpeg());
  // One pip after the other.
  const pythonPackages = ffmpegFound.then(async () => {
    if (browser) await setUpNotebook();
    if (engines) await setUpEngines();
    if (engines === "all") await setUpLongEngines();
  });
  const [deno, ffmpeg, chromium] = await all([
    npmPackages.then(denoFromNpm).then(async (fromNpm) => {
      if (fromNpm) return fromNpm;
      await pythonPackages;
      return await denoFromElsewhere();
    }),
    ffmpegFound,
    browser ? findChromium(npmPackages) : undefined,
    npmPackages.then(setUpCanvas),
    lab ? all([buildExtension(), pythonPackages]).then(installExtension) : undefined,
    pythonPackages,
  ]);
  await setUpKernelspec({ deno, ffmpeg });
  return {
    deno,
    python,
    jupyter,
    ffmpeg,
    chromium,
    env: environment({ deno, ffmpeg, chromium }),
  };
}

async function setUpNpmPackages() {
  if (npmPackagesInstalled()) return;
  await step("npm packages", installNpmPackages);
}

async function findChromium(npmPackages) {
  const chromium = await chromiumOfMachine();
  await npmPackages;
  return chromium ?? await chromiumOfPlaywright();
}

/** Lets everything end, so that nothing runs on behind an error's message. */
async function all(promises) {
  const results = await Promise.allSettled(promises);
  const failed = results.find(({ status }) => status === "rejected");
  if (failed) throw failed.reason;
  return results.map(({ value }) => value);
}

function environment({ deno, ffmpeg, chromium }) {
  const { PATH = "", JUPYTER_PATH } = process.env;
  return {
    ...process.env,
    PATH: [venvBin, dirname(deno), nodeBin, PATH].join(delimiter),
    VIRTUAL_ENV: venv,
    JUPYTER_PATH: JUPYTER_PATH ? [jupyterData, JUPYTER_PATH].join(delimiter) : jupyterData,
    FFMPEG_PATH: ffmpeg,
    DENO_NO_UPDATE_CHECK: "1",
    VEGA_REEL_CHROMIUM: chromium,
  };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(async () => {
    const { deno, python, ffmpeg } = await setup();
    console.log(`Ready: ${deno}, ${python}, ${ffmpeg}`);
  });
}
