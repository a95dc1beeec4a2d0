/** The documents: their examples in TypeScript are run by `npm test`, by `deno test --doc`. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { apiDocument } from "../scripts/docs.mjs";

const root = new URL("../", import.meta.url);
const documents = [
  "README.md",
  "CONTRIBUTING.md",
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

Deno.test("documents: every example is in TypeScript, or a command that there is", () => {
  const { scripts } = JSON.parse(read(new URL("package.json", root)));
  for (const name of documents) {
    for (
      const [, language, text] of read(new URL(name, root)).matchAll(/^```(\w*)\n(.*?)^```$/gms)
    ) {
      // Signatures, and the map of the house, are no examples.
      if (language === "" && name !== "README.md") continue;
      assert.ok(["ts", "sh"].includes(language), `${name}: ${language}`);
      for (const [, script] of text.matchAll(/\bnpm run (?:-- )?(\S+)/g)) {
        assert.ok(script in scripts, `${name}: npm run ${script}`);
      }
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
