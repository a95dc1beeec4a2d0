/** One version, in package.json; `npm version` changes it everywhere. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { MIME_TYPE } from "../../kernel-lib/show/mime.ts";
import { withFolder } from "../folder.ts";
import { root, run } from "./command.ts";

const FILES = [
  "package.json",
  "package-lock.json",
  "extension/package.json",
  "extension/package-lock.json",
];

/** The versions that a checkout's files name. */
function versionsOf(folder: string): string[] {
  return FILES.map((file) => JSON.parse(Deno.readTextFileSync(join(folder, file))).version);
}

Deno.test("package.json has the one version of library, extension and wheel", async () => {
  assert.equal(new Set(versionsOf(root)).size, 1);
  const project = await Deno.readTextFile(join(root, "pyproject.toml"));
  assert.match(project, /^dynamic = \["version"\]$/m);
  assert.match(project, /\[tool\.hatch\.version\]\npath = "package.json"/);
});

Deno.test("scripts/version.mjs, which npm version runs, writes it everywhere", async () => {
  await withFolder(async (folder) => {
    for (const file of [...FILES, "scripts/version.mjs", "scripts/paths.mjs"]) {
      await Deno.mkdir(join(folder, file, ".."), { recursive: true });
      await Deno.copyFile(join(root, file), join(folder, file));
    }
    const { scripts } = JSON.parse(await Deno.readTextFile(join(root, "package.json")));
    assert.match(scripts.version, /^node scripts\/version\.mjs /);
    const options = ["--no-git-tag-version", "--ignore-scripts"];
    await run("npm", ["version", ...options, "9.8.7"], { cwd: folder });
    await run("node", ["scripts/version.mjs"], { cwd: folder });
    assert.deepEqual(versionsOf(folder), FILES.map(() => "9.8.7"));
  });
});

Deno.test("MIME_TYPE is written down once, for library, extension and exporter", () => {
  const inUse = ["kernel-lib", "extension/src", "python"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((path) => /\.(ts|py)$/.test(path))
      .map((path) => join(folder, path))
      .filter((path) => Deno.readTextFileSync(join(root, path)).includes(MIME_TYPE))
  );
  assert.deepEqual(inUse, ["kernel-lib/show/mime.ts"]);
});
