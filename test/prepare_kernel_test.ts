import assert from "node:assert/strict";
import { join } from "node:path";
import { withFolder } from "./folder.ts";
import { run } from "./packages/command.ts";

const PREPARE = new URL("../kernel-lib/prepare_kernel.ts", import.meta.url).href;

const OWN = { "own.ts": 'export const animate = "the folder\'s own";' };

/** What `vega-reel` is in a folder with some files. */
async function importedIn(files: Record<string, string>): Promise<string> {
  let printed = "";
  await withFolder(async (folder) => {
    for (const [name, text] of Object.entries({ ...OWN, ...files })) {
      await Deno.mkdir(join(folder, name, ".."), { recursive: true });
      await Deno.writeTextFile(join(folder, name), text);
    }
    // As cells do, which the kernel makes into imports of this kind.
    const cell = 'console.log((await import("vega" + "-reel")).animate);';
    await Deno.writeTextFile(join(folder, "cell.ts"), `await import("${PREPARE}");\n${cell}`);
    const args = ["run", "-A", "--no-check", "cell.ts"];
    printed = await run(Deno.execPath(), args, { cwd: folder });
  });
  return printed;
}

Deno.test("prepare_kernel lets 'vega-reel' be imported where a folder knows nothing of it", async () => {
  // Without it, the library's sources would not find their packages; what is built needs none.
  const config = { "deno.json": '{ "nodeModulesDir": "manual" }' };
  assert.match(await importedIn(config), /\[Function: animate\]/);
});

Deno.test("prepare_kernel leaves to a folder what it says of 'vega-reel'", async () => {
  const imports = { imports: { "vega-reel": "./own.ts" } };
  assert.match(await importedIn({ "deno.json": JSON.stringify(imports) }), /the folder's own/);
  assert.match(
    await importedIn({
      "package.json": '{ "dependencies": { "vega-reel": "*" } }',
      "node_modules/vega-reel/package.json": '{ "name": "vega-reel", "exports": "./mod.mjs" }',
      "node_modules/vega-reel/mod.mjs": OWN["own.ts"],
    }),
    /the folder's own/,
  );
});
