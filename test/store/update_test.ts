import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { identifyUpdate } from "../../kernel-lib/store/update.ts";
import { withFolder } from "../folder.ts";

const pure = [
  "(_, { index, random }) => ({ x: Math.sin(index) + random() * Math.random() + Date.now() })",
  "async function (params) { await new Promise((done) => setTimeout(done, 1)); return params; }",
  "() => { class Walk { at = 0; step() { return this.at++; } } return { x: new Walk().step() }; }",
  "() => { const fetch = (x) => x; return { x: fetch(1) }; }",
  "(_, frame) => { console.log(frame); return structuredClone({ x: new Map([[1, 2]]) }); }",
];

const impure: Record<string, string> = {
  "fetch": "async () => ({ x: await (await fetch('http://example.org')).json() })",
  "Deno": "() => ({ x: Deno.readTextFileSync('a') })",
  "process": "() => ({ x: process.env.HOME })",
  "globalThis": "() => ({ x: globalThis['fet' + 'ch'] })",
  "eval": "() => ({ x: eval('fetch') })",
  "Function": "() => ({ x: new Function('return fetch')() })",
  "performance": "() => ({ x: performance.now() })",
  "crypto": "() => ({ x: crypto.randomUUID() })",
  "Temporal": "() => ({ x: Temporal.Now.instant() })",
  "import()": "async () => ({ x: await import('node:fs') })",
  "constructor": "() => ({ x: (() => {}).constructor('return Deno')() })",
  "this": "function () { return { x: this.Deno }; }",
};

for (const source of pure) {
  Deno.test(`identifyUpdate() takes ${source}`, () => {
    const { hash, isCurrent } = identifyUpdate({ source });
    assert.match(hash, /^[0-9a-f]{64}$/);
    assert.notEqual(identifyUpdate({ source: `${source} ` }).hash, hash);
    assert.equal(isCurrent(), true);
  });
}

for (const [name, source] of Object.entries(impure)) {
  Deno.test(`identifyUpdate() throws where a function uses '${name}'`, () => {
    assert.throws(() => identifyUpdate({ source }), { message: `it uses '${name}'` });
  });
}

/** Writes modules and identifies the one called main. */
function identify(folder: string, modules: Record<string, string>, main = "main.ts") {
  for (const [name, text] of Object.entries(modules)) {
    Deno.writeTextFileSync(join(folder, name), text);
  }
  return identifyUpdate({ module: pathToFileURL(join(folder, main)).href });
}

const modules = {
  "main.ts": `import { scale, type Scale } from "./scale.ts"; export * from "./main.ts";
    export default (_: unknown, frame: { index: number }) => ({ x: scale(frame.index as Scale) });`,
  "scale.ts": `import data from "./data.json" with { type: "json" };
    export type Scale = number; export const scale = (x: Scale): number => data.factor * x;`,
  "data.json": `{ "factor": 2 }`,
};

Deno.test("identifyUpdate() follows what a module imports, and takes no notice of its folder", () =>
  withFolder((folder) => {
    const before = identify(folder, modules);
    Deno.mkdirSync(join(folder, "other"));
    assert.equal(identify(join(folder, "other"), modules).hash, before.hash);
    const hashes = new Set([before.hash]);
    for (const [name, text] of Object.entries(modules)) {
      hashes.add(identify(folder, { ...modules, [name]: `${text} ` }).hash);
    }
    assert.equal(hashes.size, 4);
  }));

Deno.test("identifyUpdate() tells when a file of a module has become another", () =>
  withFolder((folder) => {
    const { isCurrent } = identify(folder, modules);
    assert.equal(isCurrent(), true);
    const later = Date.now() / 1000 + 10;
    Deno.utimeSync(join(folder, "data.json"), later, later);
    assert.equal(isCurrent(), false);
    Deno.removeSync(join(folder, "data.json"));
    assert.equal(isCurrent(), false);
  }));

const unknown: Record<string, { modules: Record<string, string>; message: RegExp }> = {
  "imports a package": {
    modules: { "main.ts": `import { range } from "d3-array"; export default () => ({});` },
    message: /^it imports 'd3-array'$/,
  },
  "imports from the web": {
    modules: { "main.ts": `import "https://example.org/a.ts"; export default () => ({});` },
    message: /^it imports 'https:\/\/example.org\/a.ts'$/,
  },
  "imports something impure": {
    modules: {
      "main.ts": `export { default } from "./other.js";`,
      "other.js": "export default async () => ({ x: await fetch('a') });",
    },
    message: /^'other.js' uses 'fetch'$/,
  },
  "reads beside itself": {
    modules: { "main.ts": "export default () => ({ x: import.meta.url });" },
    message: /^'main.ts' uses .*'import.meta'$/,
  },
  "imports what is not there": {
    modules: { "main.ts": `import "./missing.ts"; export default () => ({});` },
    message: /missing\.ts/,
  },
};

for (const [what, { modules, message }] of Object.entries(unknown)) {
  Deno.test(`identifyUpdate() throws where a module ${what}`, () =>
    withFolder((folder) => {
      assert.throws(() => identify(folder, modules), { message });
    }));
}
