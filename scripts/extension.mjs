import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { must } from "./command.mjs";
import { jupyter, jupyterData } from "./kernelspec.mjs";
import { installNpmPackages, npmPackagesInstalled } from "./npm.mjs";
import { root } from "./paths.mjs";
import { SetupError, step } from "./report.mjs";
import { hashOfSources } from "./sources.mjs";

const folder = join(root, "extension");

/** The built extension. */
export const extensionFolder = join(folder, "labextension");
const stampFile = join(extensionFolder, ".sources");

/** The extension's name, and its folder's among JupyterLab's. */
const { name } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));

/**
 * Builds the JupyterLab extension where its sources have changed since it was built.
 *
 * @throws {CommandError} With what npm, the compiler or the builder printed.
 */
export async function buildExtension() {
  if (!npmPackagesInstalled(folder)) {
    await step("npm packages of the JupyterLab extension", () => installNpmPackages(folder));
  }
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === sources()) return;
  await step("JupyterLab extension", async () => {
    rmSync(join(folder, "lib"), { recursive: true, force: true });
    const module = (...path) => join(folder, "node_modules", ...path);
    const node = (args) =>
      must("build the JupyterLab extension", process.execPath, args, { cwd: folder });
    await node([module("typescript", "bin", "tsc")]);
    await node([
      module("@jupyter", "builder", "lib", "build-labextension.js"),
      "--core-package-file",
      module("@jupyterlab", "core-meta", "core.package.json"),
      folder,
    ]);
    writeFileSync(stampFile, sources());
  });
}

/**
 * Puts the built extension where the environment's JupyterLab finds it.
 *
 * @throws {SetupError} If JupyterLab does not find it afterwards.
 */
export async function installExtension() {
  const target = join(jupyterData, "labextensions", name);
  const installedStamp = join(target, ".sources");
  if (existsSync(installedStamp) && readFileSync(installedStamp, "utf8") === sources()) return;
  await step("JupyterLab extension for Jupyter", async () => {
    rmSync(target, { recursive: true, force: true });
    cpSync(extensionFolder, target, { recursive: true });
    writeFileSync(
      join(target, "install.json"),
      JSON.stringify({
        packageManager: "npm",
        packageName: name,
        uninstallInstructions: `Remove ${target}`,
      }),
    );
    const printed = await must("list JupyterLab's extensions", jupyter, ["labextension", "list"], {
      env: { ...process.env, JUPYTER_PATH: jupyterData },
    });
    if (!new RegExp(`${name}.*enabled.*OK`).test(printed)) {
      throw new SetupError(
        `Cannot install the extension as JupyterLab must find it in ${target}: it finds\n${printed}`,
      );
    }
  });
}

/** A hash of everything that the built extension is made of. */
function sources() {
  const inputs = ["package.json", "package-lock.json", "tsconfig.json", "src", "style", "schema"];
  return hashOfSources([
    ...inputs.map((input) => `extension/${input}`),
    ...["mime", "html", "text"].map((name) => `kernel-lib/show/${name}.ts`),
  ]);
}
