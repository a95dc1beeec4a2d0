/** Imports flow one way: what runs in a worker knows nothing of the life of a job. */
import assert from "node:assert/strict";

/** What each folder of kernel-lib may import from the others; `type` allows types alone. */
const MAY_IMPORT: Record<string, Record<string, "all" | "type">> = {
  render: { run: "all" },
  run: { render: "all" },
  spec: { render: "all" },
  job: { render: "all", spec: "all", run: "type" },
  notebook: { film: "all", job: "all", render: "all", show: "all" },
  film: { job: "all", render: "all", spec: "all" },
  store: { render: "all", run: "type" },
  show: { job: "type", run: "type", film: "type" },
  make: { render: "all" },
  cli: { job: "all", make: "all", render: "all", show: "all", spec: "all", store: "all" },
};

/** Files that a folder may import although it may not import the rest of theirs. */
const ONLY: Record<string, string[]> = { render: ["run/protocol.ts"] };

interface Import {
  from: string;
  to: string;
  typeOnly: boolean;
}

async function importsOf(folder: string): Promise<Import[]> {
  const root = new URL(`../kernel-lib/${folder}/`, import.meta.url);
  const imports: Import[] = [];
  for await (const { name } of Deno.readDir(root)) {
    const text = await Deno.readTextFile(new URL(name, root));
    for (const match of text.matchAll(/^(?:import|export)\b([^;]*?)from "([^"]+)";/gms)) {
      const to = match[2].startsWith(".")
        ? new URL(match[2], new URL(name, root)).href.split("/kernel-lib/")[1]
        : match[2];
      imports.push({ from: `${folder}/${name}`, to, typeOnly: /^\s*type\b/.test(match[1]) });
    }
    for (const match of text.matchAll(/\bimport\("([^"]+)"\)/g)) {
      imports.push({ from: `${folder}/${name}`, to: match[1], typeOnly: false });
    }
  }
  return imports;
}

for (const [folder, allowed] of Object.entries(MAY_IMPORT)) {
  Deno.test(`kernel-lib/${folder} imports only what lies further down the pipeline`, async () => {
    const imports = await importsOf(folder);
    assert.notEqual(imports.length, 0);
    for (const { from, to, typeOnly } of imports) {
      const other = Object.keys(MAY_IMPORT).find((name) => to.startsWith(`${name}/`));
      if (other === undefined || other === folder) continue;
      const rule = allowed[other];
      assert.ok(rule === "all" || (rule === "type" && typeOnly), `${from} imports ${to}`);
      assert.ok(!ONLY[folder] || ONLY[folder].includes(to), `${from} imports ${to}`);
    }
  });
}

Deno.test("extension imports of kernel-lib only what an output holds", async () => {
  const root = new URL("../extension/src/", import.meta.url);
  let imports = 0;
  for (const folder of ["", "export/", "output/", "plugins/", "status/"]) {
    for await (const { name, isFile } of Deno.readDir(new URL(folder, root))) {
      if (!isFile) continue;
      const text = await Deno.readTextFile(new URL(folder + name, root));
      for (const [, path] of text.matchAll(/from "[^"]*kernel-lib\/([^"]+)"/g)) {
        assert.equal(path, "show/mime.ts", `${folder}${name} imports ${path}`);
        imports++;
      }
    }
  }
  assert.notEqual(imports, 0);
});

Deno.test("kernel-lib/render does not import vega-lite", async () => {
  for (const { from, to } of await importsOf("render")) {
    assert.notEqual(to, "vega-lite", `${from} imports ${to}`);
  }
});
