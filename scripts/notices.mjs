import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./paths.mjs";

/** The folder of the package that a file is in, relative to the checkout; undefined for our own. */
export function packageOf(path) {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
}

/**
 * The licences of what is in the packages that are built.
 *
 * @param {Iterable<string>} folders The packages' folders, relative to the checkout.
 * @throws {Error} If a package does not say what it may be used for.
 */
export function noticesOf(folders) {
  const notices = [...new Set(folders)].sort().map((folder) => {
    const path = join(root, folder);
    const { name, version, licenses, license = licenses?.[0].type, repository } = JSON.parse(
      readFileSync(join(path, "package.json"), "utf8"),
    );
    if (!license) throw new Error(`Cannot build as '${name}' must name its licence`);
    const files = readdirSync(path).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
    const texts = files.map((file) => readFileSync(join(path, file), "utf8").trim());
    // Some licences ask where the source is.
    const source = repository?.url ?? repository ?? `https://www.npmjs.com/package/${name}`;
    return [`${name} ${version} (${license}), ${source}`, ...texts].join("\n\n");
  });
  return `This contains code of other projects, under these licences.\n\n${
    notices.join(`\n\n${"-".repeat(80)}\n\n`)
  }\n`;
}
