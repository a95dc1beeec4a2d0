import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { root } from "./paths.mjs";

/**
 * A hash of everything that something is built of: it is built again only when that changes.
 *
 * @param {string[]} inputs Files and folders, relative to the checkout.
 */
export function hashOfSources(inputs) {
  const hash = createHash("sha256");
  for (const path of inputs.map((input) => join(root, input)).flatMap(filesOf)) {
    hash.update(relative(root, path)).update(readFileSync(path));
  }
  return hash.digest("hex");
}

function filesOf(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true }).map((file) => join(path, file))
    .filter((file) => statSync(file).isFile() && !file.includes(`${sep}__pycache__${sep}`)).sort();
}
