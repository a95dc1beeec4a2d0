/** Builds `dist`, what of the library goes into packages: `npm run build`. */
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { installNpmPackages, npmPackagesInstalled } from "./npm.mjs";
import { noticesOf, packageOf } from "./notices.mjs";
import { root } from "./paths.mjs";
import { main, step } from "./report.mjs";
import { hashOfSources } from "./sources.mjs";
import { bundleTypes } from "./types.mjs";

/** The result. */
export const dist = join(root, "dist");

/** What stays outside: packages with binaries, and fonts, which are found as files. */
export const EXTERNAL = ["@napi-rs/canvas", "canvas", "dejavu-fonts-ttf"];

/** What is imported by users or started by `deno run`: they share what they have in common. */
const MODULES = { mod: "kernel-lib/mod.ts", cli: "kernel-lib/cli.ts" };

/** What draws, in a thread of its own: one file, so that it starts quickly. */
const WORKER = "kernel-lib/render/worker.ts";

/** What is started by itself, one file each. */
const PROGRAMS = {
  prepare_kernel: "kernel-lib/prepare_kernel.ts",
  remote: "kernel-lib/remote.ts",
};

const stampFile = join(dist, ".sources");

/**
 * Builds `dist` where its sources have changed since it was built: JavaScript, the worker's in one
 * file, the types of all that users import in another, and the licences of what is in them.
 *
 * @throws {CommandError} With what npm or the compiler printed.
 */
export async function buildLibrary() {
  if (!npmPackagesInstalled()) await step("npm packages", () => installNpmPackages());
  const sources = hashOfSources(["kernel-lib", "scripts", "package.json", "package-lock.json"]);
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === sources) return;
  await step("JavaScript and types of the library", async () => {
    // In another folder until it is whole; below the root, as that has the packages.
    const folder = mkdtempSync(`${dist}-`);
    try {
      const bundled = [...await bundleModules(folder), ...await bundleTypes(folder)];
      writeFileSync(join(folder, "NOTICES.txt"), noticesOf(bundled));
      writeFileSync(join(folder, ".sources"), sources);
      rmSync(dist, { recursive: true, force: true });
      chmodSync(folder, 0o755);
      renameSync(folder, dist);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

/** @returns The folders of the packages that are in the JavaScript. */
async function bundleModules(folder) {
  const { build } = await import("esbuild");
  const options = {
    absWorkingDir: root,
    outdir: folder,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "esnext",
    external: EXTERNAL,
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "none",
    metafile: true,
    plugins: [ownFiles],
    // For packages that are CommonJS.
    banner: {
      js: `import { createRequire as makeRequire } from "node:module";` +
        `const require = makeRequire(import.meta.url), __dirname = import.meta.dirname;`,
    },
  };
  const built = (entryPoints, drawn, more) =>
    build({ ...options, entryPoints, define: { VERSIONS: versions(drawn) }, ...more });
  const worker = await built({ worker: WORKER }, []);
  const drawn = packagesOf(worker);
  const others = await Promise.all([
    built(PROGRAMS, drawn),
    // All in one folder, as `own_files_built.ts` has them.
    built(MODULES, drawn, { splitting: true, chunkNames: "[name]-[hash]" }),
  ]);
  return [...drawn, ...others.flatMap(packagesOf)];
}

/** The folders of the packages that a bundle has something of. */
function packagesOf({ metafile }) {
  const used = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0)
  );
  return [...new Set(used.map(([path]) => packageOf(path)).filter(Boolean))];
}

/** Puts the module that knows how things lie in `dist` in the place of the checkout's. */
const ownFiles = {
  name: "own files",
  setup(build) {
    build.onResolve({ filter: /\/own_files\.ts$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path.replace("own_files", "own_files_built")),
    }));
  },
};

/** The versions of the library and of packages, as source. */
function versions(folders) {
  const packages = ["", ...folders].map((folder) =>
    JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"))
  );
  return JSON.stringify(Object.fromEntries(packages.map(({ name, version }) => [name, version])));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main(buildLibrary);
