/** The documents: their examples in TypeScript are run by `npm test`, by `deno test --doc`. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { apiDocument } from "../scripts/docs.mjs";
import { commandsOf, examplesOf } from "./documented.ts";

const root = new URL("../", import.meta.url);
const documents = [
  "README.md",
  "CONTRIBUTING.md",
  "bench/README.md",
  "bench/cluster/README.md",
  "notebooks/data/README.md",
  ...readdirSync(new URL("docs/", root)).filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

Deno.test("docs/api.md is what the docstrings say: npm run docs", () => {
  assert.equal(read(new URL("docs/api.md", root)), apiDocument(Deno.execPath()));
});

Deno.test("documents: every link within the repository leads somewhere", () => {
  const links = documents.flatMap((name) => {
    const prose = read(new URL(name, root)).replaceAll(/^```.*?^```$/gms, "");
    return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => ({ name, link }));
  });
  const within = links.filter(({ link }) => !/^\w+:/.test(link));
  assert.ok(within.length > 10);
  for (const { name, link } of within) {
    const url = new URL(link, new URL(name, root));
    const anchor = url.hash.slice(1);
    url.hash = "";
    assert.ok(existsSync(url), `${name}: ${link}`);
    if (anchor) assert.ok(anchorsOf(url).includes(anchor), `${name}: ${link}`);
  }
});

Deno.test("documents: a test runs every example", () => {
  // By `deno test --doc`; those of the API are the docblocks' own.
  const runTypeScript = ["README.md", "docs/guide.md", "docs/api.md"];
  // By test/cli/guide_test.ts, and by those that call `documented()`.
  const runCommands = ["README.md", "docs/guide.md"];
  for (const name of documents) {
    for (const { language, text } of examplesOf(name)) {
      // Signatures, and the map of the house, are no examples.
      if (language === "" && ["docs/api.md", "CONTRIBUTING.md"].includes(name)) continue;
      const runners: Record<string, string[]> = { ts: runTypeScript, sh: runCommands };
      assert.ok(runners[language]?.includes(name), `${name}: nothing runs '${text}'`);
    }
  }
  const folder = new URL("./", import.meta.url);
  const tests = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith("_test.ts")).map((path) => read(new URL(path, folder)));
  // Whoever reads this is running it.
  for (const command of commandsOf("README.md").filter((command) => command !== "npm test")) {
    const call = `documented(${JSON.stringify(command)})`;
    assert.ok(tests.some((test) => test.includes(call)), `README.md: nothing runs '${command}'`);
  }
});

Deno.test("documents: every script of npm that they name is there", () => {
  const { scripts } = JSON.parse(read(new URL("package.json", root)));
  for (const name of documents) {
    const text = read(new URL(name, root));
    for (const [, script] of text.matchAll(/\bnpm run (?:-- )?([\w:]+)/g)) {
      assert.ok(script in scripts, `${name}: npm run ${script}`);
    }
  }
});

function read(url: URL): string {
  return readFileSync(fileURLToPath(url), "utf8");
}

/** The anchors of headings, as GitHub makes them. */
function anchorsOf(url: URL): string[] {
  return [...read(url).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading.toLowerCase().replaceAll(/[^\w\- ]/g, "").replaceAll(" ", "-")
  );
}
