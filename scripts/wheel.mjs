/** Gathers in `build/wheel` what Python's wheel holds besides Python: `pip wheel .` runs it. */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import process from "node:process";
import { buildLibrary, dist } from "./build.mjs";
import { buildExtension, extensionFolder } from "./extension.mjs";
import { noticesOf } from "./notices.mjs";
import { root } from "./paths.mjs";
import { main, SetupError } from "./report.mjs";

const folder = join(root, "build", "wheel");

/** The faces of the fonts that are used on machines without any. */
const FONTS = ["", "-Bold", "-Oblique", "-BoldOblique"].map((face) => `ttf/DejaVuSans${face}.ttf`);

/**
 * Builds the library and the extension, and gathers them with the packages that are not bundled:
 * Skia for this platform, and fonts.
 *
 * @throws {SetupError} If there is no Skia for this platform.
 */
export async function gatherWheel() {
  await buildLibrary();
  await buildExtension();
  rmSync(folder, { recursive: true, force: true });
  const library = join(folder, "kernel-lib");
  cpSync(dist, library, { recursive: true });
  rmSync(join(library, ".sources"));
  const packages = [...skia(), "dejavu-fonts-ttf"].map((name) => `node_modules/${name}`);
  for (const path of packages) {
    const only = path.endsWith("/dejavu-fonts-ttf") ? ["package.json", ...FONTS] : [""];
    for (const file of only) {
      const target = join(library, path, file);
      mkdirSync(dirname(target), { recursive: true });
      cpSync(join(root, path, file), target, { recursive: true });
    }
  }
  const notices = join(library, "NOTICES.txt");
  writeFileSync(notices, `${readFileSync(notices, "utf8")}\n${noticesOf(packages)}`);
  const labextension = join(folder, "labextension");
  cpSync(extensionFolder, labextension, { recursive: true });
  rmSync(join(labextension, ".sources"));
  writeFileSync(
    join(labextension, "install.json"),
    JSON.stringify({
      packageManager: "python",
      packageName: "vega-reel",
      uninstallInstructions: "pip uninstall vega-reel",
    }),
  );
}

/** The packages of Skia: npm has installed the one with this platform's binary. */
function skia() {
  const names = readdirSync(join(root, "node_modules", "@napi-rs"))
    .filter((name) => name.startsWith("canvas")).map((name) => `@napi-rs/${name}`);
  if (names.length > 1) return names;
  const { platform, arch } = process;
  throw new SetupError(
    `Cannot build a wheel as @napi-rs/canvas must have a binary for this platform: ` +
      `there is none for ${platform} on ${arch}`,
  );
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main(gatherWheel);
