/** The commands that the documents show, for the tests that run them. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

/** A fenced example of a document. */
export interface Example {
  language: string;
  text: string;
}

/** All fenced examples of a document, by its path in the repository. */
export function examplesOf(document: string): Example[] {
  const text = readFileSync(new URL(`../${document}`, import.meta.url), "utf8");
  return [...text.matchAll(/^ *```(.*)\n([^]*?)^ *```$/gm)]
    .map(([, language, text]) => ({ language, text }));
}

/** The command lines of a document's examples for the shell, without their comments. */
export function commandsOf(document: string): string[] {
  return examplesOf(document).filter(({ language }) => language === "sh")
    .flatMap(({ text }) => text.trim().split("\n"))
    .map((line) => line.replace(/\s+#.*$/, ""));
}

/**
 * The words of a command that the README shows, for a test that runs it; `docs_test.ts` looks for
 * a call for each of them.
 */
export function documented(command: string): string[] {
  assert.ok(commandsOf("README.md").includes(command), `the README has \`${command}\``);
  return command.split(" ");
}
