import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { interrupted } from "./command.mjs";
import { main } from "./report.mjs";
import { setup } from "./setup.mjs";
import {
  checks,
  examples,
  terminalBeside,
  testFiles,
  thisTerminal,
  withCache,
} from "./test_runners.mjs";

// npm test [-- NAME]: everything, or the tests whose names contain NAME, or those of the file NAME.
// With --long also what takes longer, test/long.
await main(async () => {
  const began = performance.now();
  const long = process.argv.includes("--long");
  const filter = process.argv.slice(2).find((argument) => !argument.startsWith("-"));
  const cache = mkdtempSync(join(tmpdir(), "vega-reel-cache-"));
  process.on("exit", () => rmSync(cache, { recursive: true, force: true }));
  const found = await setup({ browser: true, engines: long ? "all" : true });
  const machine = { ...found, env: withCache(found.env, cache) };

  const { drawing, waiting, browser } = testFiles({ long, filter });
  const beside = filter ? waiting : [...checks(), examples(), ...waiting];
  const total = { passed: 0, failed: [], skipped: 0 };
  const runAll = async (runners, terminal) => {
    for (const run of runners) {
      if (interrupted()) return;
      const { passed, failed, skipped } = await run(machine, terminal);
      total.passed += passed;
      total.failed.push(...failed);
      total.skipped += skipped;
    }
  };
  // Three at once: the first on this terminal, and the others, which wait most of the time, beside.
  const [first = [], ...others] = [drawing, beside, browser].filter(({ length }) => length > 0);
  const onTerminal = runAll(first, thisTerminal);
  await Promise.all([
    onTerminal,
    ...others.map((runners) => runAll(runners, terminalBeside(onTerminal))),
  ]);
  if (interrupted()) return 130;

  const { passed, failed, skipped } = total;
  if (failed.length > 0) console.log(`\nFailed:\n  ${failed.join("\n  ")}`);
  const ran = passed + failed.length > 0;
  if (!ran) console.log(`\nNo test was run${filter ? `: none is called "${filter}"` : ""}`);
  console.log(`\n${((performance.now() - began) / 1000).toFixed(0)} s`);
  console.log(
    `${passed} passed, ${failed.length} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`,
  );
  return ran && failed.length === 0 ? 0 : 1;
});
