import assert from "node:assert/strict";
import { builtModules } from "../../scripts/wasm.mjs";

Deno.test("the WebAssembly modules are built from the texts beside them", async () => {
  const built = Object.entries(await builtModules());
  assert.notEqual(built.length, 0);
  for (const [path, text] of built) {
    const kept = await Deno.readTextFile(new URL(`../../${path}`, import.meta.url));
    assert.equal(kept, text, `${path} is not what 'npm run build:wasm' makes`);
  }
});
