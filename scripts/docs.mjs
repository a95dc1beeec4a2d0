/** Writes docs/api.md of the docstrings: `npm run docs`. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { apiPage } from "./api_page.mjs";
import { denoFromElsewhere, denoFromNpm } from "./deno.mjs";
import { root } from "./paths.mjs";

/**
 * What docs/api.md must hold.
 *
 * @param {string} deno The program.
 * @throws {Error} If it cannot read the docstrings.
 */
export function apiDocument(deno) {
  const documented = run(deno, ["doc", "--json", "kernel-lib/mod.ts"]);
  return run(deno, ["fmt", "--ext=md", "-"], apiPage(JSON.parse(documented)));
}

function run(deno, args, input) {
  const { status, stdout, stderr, error } = spawnSync(deno, args, {
    cwd: root,
    input,
    encoding: "utf8",
    maxBuffer: 1e8,
  });
  if (status === 0) return stdout;
  throw new Error(`Cannot run deno ${args.join(" ")}: ${error?.message ?? stderr}`);
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const text = apiDocument(await denoFromNpm() ?? await denoFromElsewhere());
  writeFileSync(join(root, "docs", "api.md"), text);
  console.log(`docs/api.md: ${text.length} bytes`);
}
