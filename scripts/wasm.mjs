/** Builds the WebAssembly modules of the library from their text: `npm run build:wasm`. */
import { Buffer } from "node:buffer";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import initWabt from "wabt";
import { root } from "./paths.mjs";

/** Each module's text, and the file that is made of it, both relative to the repository. */
const MODULES = { "kernel-lib/render/yuv420.wat": "kernel-lib/render/yuv420_wasm.ts" };

/** @returns {Promise<Record<string, string>>} What each built file must hold. */
export async function builtModules() {
  const wabt = await initWabt();
  return Object.fromEntries(
    Object.entries(MODULES).map(([source, built]) => {
      const module = wabt.parseWat(source, readFileSync(join(root, source), "utf8"));
      try {
        module.validate();
        return [built, asSource(source, module.toBinary({}).buffer)];
      } finally {
        module.destroy();
      }
    }),
  );
}

/** A module of text needs no file and no network to be loaded, wherever it is bundled. */
function asSource(source, bytes) {
  const lines = Buffer.from(bytes).toString("base64").match(/.{1,88}/g);
  return `/** Built from ${source} by \`npm run build:wasm\`: do not edit. */
export const MODULE = Uint8Array.fromBase64(
  ${lines.map((line) => `"${line}"`).join(" +\n    ")},
);
`;
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  for (const [path, text] of Object.entries(await builtModules())) {
    writeFileSync(join(root, path), text);
    console.log(`${path}: ${text.length} bytes`);
  }
}
