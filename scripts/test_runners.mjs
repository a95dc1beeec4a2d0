import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join, relative, resolve, sep } from "node:path";
import process from "node:process";
import { capture, foreground } from "./command.mjs";
import { root } from "./paths.mjs";
import { readJUnit, readTap } from "./test_results.mjs";

/**
 * Runs something on the machine that `setup()` describes, and prints on a terminal: this one, or
 * one beside it.
 *
 * @typedef {(machine: object, terminal: Terminal) => Promise<import("./test_results.mjs").Results>} Runner
 */

/**
 * Where commands run and print.
 *
 * @typedef {object} Terminal
 * @property {(text: string) => void} print
 * @property {(command: string, args: string[], options?: object) => Promise<number>} run
 */

/** @type {Terminal} This one, on which a command prints as it runs. */
export const thisTerminal = { print: (text) => console.log(text), run: foreground };

/**
 * A terminal beside this one. What is printed there would be in the midst of other lines, so each
 * command's comes in one piece, and none before `quiet`.
 *
 * @param {Promise<unknown>} quiet
 * @returns {Terminal}
 */
export function terminalBeside(quiet) {
  let held = [];
  const print = (text) => held ? held.push(text) : console.log(text);
  const release = () => {
    for (const text of held) console.log(text);
    held = undefined;
  };
  quiet.then(release, release);
  const run = async (command, args, options) => {
    const { code, output } = await capture(command, args, options);
    print(output.trimEnd());
    return code;
  };
  return { print, run };
}

/**
 * The environment of tests, which leave the user's cache folder alone; Deno keeps its own there.
 *
 * @param {Record<string, string | undefined>} env
 * @param {string} folder Takes what would go there. Only Linux has a variable for it.
 */
export function withCache(env, folder) {
  const cache = env.XDG_CACHE_HOME || join(homedir(), ".cache");
  // What npm tells the scripts that it runs is this checkout's, not that of packages under test.
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => !/^npm_/i.test(name)));
  return { ...own, XDG_CACHE_HOME: folder, DENO_DIR: env.DENO_DIR || join(cache, "deno") };
}

/**
 * Formatting, lint and types, those of the examples too, each one test.
 *
 * @returns {Runner[]}
 */
export function checks() {
  const typed = ["kernel-lib", "test"].filter((folder) => existsSync(join(root, folder)));
  const inExamples = ["check", "--doc-only", ...documents(), "kernel-lib"];
  return [["fmt", "--check"], ["lint"], ["check", ...typed], inExamples].map((args) => {
    const name = `deno ${args.join(" ")}`;
    return async ({ deno, env }, { print, run }) => {
      print(`\n${name}`);
      const code = await run(deno, args, { env });
      return { passed: code === 0 ? 1 : 0, failed: code === 0 ? [] : [name], skipped: 0 };
    };
  });
}

/**
 * The examples of the documents and docblocks, each of which is run in a folder of its own making.
 *
 * @returns {Runner}
 */
export function examples() {
  return async ({ deno, env }, terminal) => {
    const cwd = mkdtempSync(join(tmpdir(), "vega-reel-examples-"));
    try {
      // The chart and the notebook that they speak of.
      for (const name of ["chart.vl.json", "talk.ipynb"]) {
        copyFileSync(join(root, "test", name), join(cwd, name));
      }
      const sources = [...documents(), "kernel-lib"].map((path) => join(root, path));
      return await withReport(terminal, "deno test --doc", readJUnit, (report) => {
        const args = ["test", "--doc", "-A", "--no-check", "--config", join(root, "deno.json")];
        return terminal.run(deno, [...args, `--junit-path=${report}`, ...sources], { cwd, env });
      });
    } finally {
      rmSync(cwd, { recursive: true, force: true });
    }
  };
}

/** The documents with examples of their own: those of docs/api.md are the docblocks'. */
function documents() {
  const docs = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"));
  return [
    "README.md",
    ...docs.filter((name) => name !== "api.md").map((name) => join("docs", name)),
  ];
}

/**
 * The test files: `*_test.ts` for Deno, `*.test.mjs` for Node, the latter driving a browser in
 * `test/ui` and `test/extension`. Those of `test/long` only when asked for.
 *
 * @returns {{drawing: Runner[], waiting: Runner[], browser: Runner[]}} Those that wait for kernels,
 *   engines and a browser can run beside those that draw.
 */
export function testFiles({ long = false, filter } = {}) {
  let files = listFiles("test").filter((file) => long || !isIn("long", file));
  let name = filter;
  if (filter && existsSync(resolve(filter))) {
    const path = relative(root, resolve(filter));
    files = listFiles("test").filter((file) => file === path || file.startsWith(path + sep));
    name = undefined;
  }
  const forDeno = files.filter((file) => file.endsWith("_test.ts"));
  const waiting = forDeno.filter((file) => WAITING.some((folder) => isIn(folder, file)));
  const drawing = forDeno.filter((file) => !waiting.includes(file));
  const browser = files.filter((file) => file.endsWith(".test.mjs"));
  return {
    drawing: drawing.length > 0 ? [denoTests("drawing", drawing, name)] : [],
    waiting: waiting.length > 0 ? [denoTests("waiting", waiting, name)] : [],
    browser: browser.length > 0 ? [nodeTests(browser, name)] : [],
  };
}

/** Folders of tests that start programs, and wait for them most of the time. */
const WAITING = ["cli", "cluster", "kernel", "notebook", "packages"];

function listFiles(folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true })
    .map((file) => join(folder, file))
    .sort();
}

function isIn(folder, file) {
  return file.split(sep)[1] === folder;
}

/** @returns {Runner} */
function denoTests(group, files, name) {
  const title = `deno test, ${group} (${files.length} files)`;
  // Types are a check of their own.
  const args = ["test", "-A", "--no-check", ...(name ? [`--filter=${name}`] : [])];
  return ({ deno, env }, terminal) =>
    withReport(terminal, title, readJUnit, async (report, folder) => {
      // Some look for what is left among the temporary files, where others write theirs.
      const own = { ...env, TMPDIR: folder };
      return await terminal.run(deno, [...args, `--junit-path=${report}`, ...files], { env: own });
    });
}

/** @returns {Runner} */
function nodeTests(files, name) {
  return async ({ env, chromium }, terminal) => {
    const inBrowser = files.filter((file) => isIn("ui", file) || isIn("extension", file));
    const skipped = chromium ? [] : inBrowser;
    if (skipped.length > 0) {
      terminal.print(`\nSkipped as no Chromium is here: ${skipped.join(", ")}`);
    }
    const rest = files.filter((file) => !skipped.includes(file));
    if (rest.length === 0) return { passed: 0, failed: [], skipped: skipped.length };
    const title = `node --test (${rest.length} files)`;
    const results = await withReport(terminal, title, readTap, (report) => {
      const args = ["--test", "--test-reporter=spec", "--test-reporter-destination=stdout"];
      args.push("--test-reporter=tap", `--test-reporter-destination=${report}`);
      if (name) args.push(`--test-name-pattern=${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`);
      return terminal.run(process.execPath, [...args, ...rest], { env });
    });
    // Asked for one name, Node reports all the others as skipped.
    return { ...results, skipped: (name ? 0 : results.skipped) + skipped.length };
  };
}

/** Runs what writes a report, and reads that. There is a folder for what else it writes. */
async function withReport(terminal, title, read, run) {
  const folder = mkdtempSync(join(tmpdir(), "vega-reel-test-"));
  try {
    terminal.print(`\n${title}`);
    const report = join(folder, "report");
    const code = await run(report, folder);
    const results = read(existsSync(report) ? readFileSync(report, "utf8") : "");
    // A runner can fail as a whole: a module that does not load, a crash.
    if (code !== 0 && results.failed.length === 0) {
      results.failed.push(`${title}: exit code ${code}`);
    }
    return results;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
