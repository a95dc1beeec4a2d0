import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join, relative, resolve, sep } from "node:path";
import process from "node:process";
import { capture, foreground } from "./command.mjs";
import { root } from "./paths.mjs";
import { readJUnit, readTap } from "./test_results.mjs";

/**
 * Runs something on the machine that `setup()` describes.
 *
 * @typedef {(machine: object) => Promise<import("./test_results.mjs").Results>} Runner
 */

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
 * Formatting, lint and types, each one test.
 *
 * @returns {Runner[]}
 */
export function checks() {
  const typed = ["kernel-lib", "test"].filter((folder) => existsSync(join(root, folder)));
  return [["fmt", "--check"], ["lint"], ["check", ...typed]].map((args) => async (machine) => {
    const name = `deno ${args.join(" ")}`;
    console.log(`\n${name}`);
    const code = await foreground(machine.deno, args, { env: machine.env });
    return { passed: code === 0 ? 1 : 0, failed: code === 0 ? [] : [name], skipped: 0 };
  });
}

/**
 * The examples of the documents and docblocks, each of which is run in a folder of its own making.
 *
 * @returns {Runner}
 */
export function examples() {
  return async ({ deno, env }) => {
    const cwd = mkdtempSync(join(tmpdir(), "vega-reel-examples-"));
    try {
      // The chart and the notebook that they speak of.
      for (const name of ["chart.vl.json", "talk.ipynb"]) {
        copyFileSync(join(root, "test", name), join(cwd, name));
      }
      const sources = [...documents(), "kernel-lib"].map((path) => join(root, path));
      return await withReport("deno test --doc", readJUnit, (report) => {
        const args = ["test", "--doc", "-A", "--config", join(root, "deno.json")];
        return foreground(deno, [...args, `--junit-path=${report}`, ...sources], { cwd, env });
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
 * @returns {Runner[]}
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
  const forNode = files.filter((file) => file.endsWith(".test.mjs"));
  const runners = [];
  const groups = Object.entries({ drawing, waiting }).filter(([, group]) => group.length > 0);
  for (const [i, [title, group]] of groups.entries()) {
    const run = i === 0 ? denoTests : denoTestsAside;
    runners.push((machine) => run(machine, title, group, name));
  }
  if (forNode.length > 0) runners.push((machine) => nodeTests(machine, forNode, name));
  // Those that wait for kernels, engines and a browser run beside those that draw.
  const together = async (machine) => sum(await Promise.all(runners.map((run) => run(machine))));
  return runners.length === 0 ? [] : [together];
}

/** Folders of tests that start programs, and wait for them most of the time. */
const WAITING = ["cli", "cluster", "kernel", "notebook", "packages"];

function sum(results) {
  return {
    passed: results.reduce((sum, { passed }) => sum + passed, 0),
    failed: results.flatMap(({ failed }) => failed),
    skipped: results.reduce((sum, { skipped }) => sum + skipped, 0),
  };
}

function listFiles(folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true })
    .map((file) => join(folder, file))
    .sort();
}

function isIn(folder, file) {
  return file.split(sep)[1] === folder;
}

function denoTests({ deno, env }, group, files, name) {
  return withReport(`deno test, ${group} (${files.length} files)`, readJUnit, (report) => {
    return foreground(deno, denoArguments(files, name, report), { env });
  });
}

/** What it prints would be in the midst of the other tests', and so would its temporary files. */
function denoTestsAside({ deno, env }, group, files, name) {
  const title = `deno test, ${group} (${files.length} files)`;
  return withReport(title, readJUnit, async (report) => {
    const folder = mkdtempSync(join(tmpdir(), "vega-reel-aside-"));
    try {
      const args = denoArguments(files, name, report);
      const own = { env: { ...env, TMPDIR: folder } };
      const { code, output } = await capture(deno, args, own);
      console.log(`\n${title}\n${output}`);
      return code;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

function denoArguments(files, name, report) {
  // Types are a check of their own.
  const args = ["test", "-A", "--no-check", `--junit-path=${report}`];
  if (name) args.push(`--filter=${name}`);
  return [...args, ...files];
}

async function nodeTests({ env, chromium }, files, name) {
  const inBrowser = files.filter((file) => isIn("ui", file) || isIn("extension", file));
  const skipped = chromium ? [] : inBrowser;
  if (skipped.length > 0) {
    console.log(`\nSkipped as no Chromium is here: ${skipped.join(", ")}`);
  }
  const rest = files.filter((file) => !skipped.includes(file));
  if (rest.length === 0) return { passed: 0, failed: [], skipped: skipped.length };
  const title = `node --test (${rest.length} files)`;
  const results = await withReport(title, readTap, async (report) => {
    const args = ["--test", "--test-reporter=spec", "--test-reporter-destination=stdout"];
    args.push("--test-reporter=tap", `--test-reporter-destination=${report}`);
    if (name) args.push(`--test-name-pattern=${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`);
    // What it prints would be in the midst of the other tests'.
    const { code, output } = await capture(process.execPath, [...args, ...rest], { env });
    console.log(`\n${title}\n${output}`);
    return code;
  });
  // Asked for one name, Node reports all the others as skipped.
  return { ...results, skipped: (name ? 0 : results.skipped) + skipped.length };
}

/** Runs a runner that writes a report, and reads it. */
async function withReport(title, read, run) {
  const folder = mkdtempSync(join(tmpdir(), "vega-reel-test-"));
  try {
    console.log(`\n${title}`);
    const report = join(folder, "report");
    const code = await run(report);
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
