/** Gives the extension the version of the library: `npm version` runs it. The wheel reads it itself. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./paths.mjs";

const read = (path) => JSON.parse(readFileSync(join(root, path), "utf8"));
const write = (path, value) =>
  writeFileSync(join(root, path), `${JSON.stringify(value, null, 2)}\n`);

const { version } = read("package.json");
write("extension/package.json", { ...read("extension/package.json"), version });
const lock = read("extension/package-lock.json");
lock.version = version;
lock.packages[""].version = version;
write("extension/package-lock.json", lock);
