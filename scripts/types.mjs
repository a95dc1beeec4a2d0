import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { must } from "./command.mjs";
import { root } from "./paths.mjs";

/** The packages whose types are part of ours. They are copied: nobody has to install them. */
const INLINED = ["vega", "vega-lite", "vega-typings", "@types/geojson"];
const TYPED_APART = ["d3-color", "d3-ease", "d3-interpolate"];

const OPTIONS = {
  target: "ESNext",
  module: "ESNext",
  moduleResolution: "bundler",
  lib: ["ESNext", "DOM", "DOM.Iterable"],
  types: [],
  strict: true,
  skipLibCheck: true,
};

/**
 * Writes `mod.d.ts`: the types of all that users import, in one file that needs no other.
 *
 * @param folder Where it is written, below the checkout's root.
 * @returns {Promise<string[]>} The folders of the packages that are copied into it.
 * @throws {CommandError} With what the compiler printed.
 */
export async function bundleTypes(folder) {
  const declarations = join(folder, "declarations");
  const config = join(folder, "tsconfig.json");
  const run = (program, args) =>
    must("build the types", process.execPath, [join(root, "node_modules", program), ...args]);
  const configure = (entry, options) =>
    writeFileSync(
      config,
      JSON.stringify({ compilerOptions: { ...OPTIONS, ...options }, files: [entry] }),
    );

  // `deno check` has checked them already.
  configure(join(root, "kernel-lib", "mod.ts"), {
    noCheck: true,
    declaration: true,
    emitDeclarationOnly: true,
    allowImportingTsExtensions: true,
    rewriteRelativeImportExtensions: true,
    rootDir: join(root, "kernel-lib"),
    outDir: declarations,
  });
  await run("typescript/bin/tsc", ["-p", config]);

  const copied = [...INLINED, ...TYPED_APART.map((name) => `@types/${name}`)];
  const inlined = [...copied, ...TYPED_APART, "geojson"];
  const entry = join(declarations, "mod.d.ts");
  configure(entry, {});
  await run("dts-bundle-generator/dist/bin/dts-bundle-generator.js", [
    ...["--project", config, "--no-check", "--no-banner", "--export-referenced-types=false"],
    ...["--external-inlines", ...inlined, "--out-file", join(folder, "mod.d.ts"), entry],
  ]);
  rmSync(declarations, { recursive: true });
  rmSync(config);
  const imported = /^(?:import|export) .* from ['"](.*)['"]/m.exec(
    readFileSync(join(folder, "mod.d.ts"), "utf8"),
  );
  if (imported) throw new Error(`Cannot build the types as they import '${imported[1]}'`);
  return copied.map((name) => `node_modules/${name}`);
}
