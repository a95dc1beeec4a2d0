/**
 * Animates every spec of a folder and compares every frame with a fresh view's.
 *
 * Usage: deno task corpus DIR [--data FOLDER] [--out FOLDER] [--only TEXT]
 *
 * DIR holds the specs, as `.json` in any depth. Their data (`data/cars.json` and the like) are
 * looked for in FOLDER, by default npm's `vega-datasets`, which set-up installs. Pictures of
 * differences (as drawn, fresh, difference) are written to `--out`, by default a new folder.
 */
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { LocalPool } from "../../kernel-lib/run/pool.ts";
import { examine, type Outcome } from "./examine.ts";

/** How many workers draw each spec. */
const WORKERS = [1, 3];

const { positionals, values } = parseArgs({
  args: Deno.args,
  allowPositionals: true,
  options: { data: { type: "string" }, out: { type: "string" }, only: { type: "string" } },
});
const usage = "usage: deno task corpus DIR [--data FOLDER] [--out FOLDER] [--only TEXT]";
if (positionals.length !== 1) exit(usage);
// A task runs in the project's folder, and says in which one it was called.
if (Deno.env.has("INIT_CWD")) Deno.chdir(Deno.env.get("INIT_CWD")!);
const folder = resolve(positionals[0]);
const data = values.data === undefined ? datasets() : resolve(values.data);
const out = values.out === undefined ? undefined : resolve(values.out);
const specs = specsIn(folder).filter((path) => path.includes(values.only ?? ""));
if (specs.length === 0) exit(`Cannot try the corpus as there is no spec in '${folder}'`);
Deno.chdir(data);

const counts: Record<string, number> = {};
let pictures = out;
const executors = WORKERS.map((workers) => new LocalPool(workers, "cairo"));
try {
  for (const path of specs) {
    const name = relative(folder, path);
    const outcomes = await examine(JSON.parse(Deno.readTextFileSync(path)), executors)
      .catch((error) =>
        new Map([["nothing", { kind: "failed", message: error.message } as const]])
      );
    const worst = worstOf([...outcomes.values()]);
    const key = worst.kind === "refused" ? `refused: ${worst.reason}` : worst.kind;
    counts[key] = (counts[key] ?? 0) + 1;
    if (worst.kind === "pass") continue;
    for (const [by, outcome] of outcomes) {
      if (outcome.kind === "pass") continue;
      const message = "message" in outcome ? `: ${outcome.message}` : "";
      console.log(`${name} by ${by}: ${outcome.kind}${message}`);
      if (outcome.kind !== "wrong") continue;
      pictures ??= Deno.makeTempDirSync({ prefix: "vega-reel-corpus-" });
      Deno.mkdirSync(pictures, { recursive: true });
      const picture = join(pictures, `${name.replaceAll(/[^\w.-]+/g, "_")}.${by}.png`);
      Deno.writeFileSync(picture, outcome.picture);
      console.log(`  ${picture}`);
    }
  }
} finally {
  await Promise.all(executors.map((executor) => executor.close()));
}

const { pass = 0, wrong = 0, failed = 0 } = counts;
for (const key of Object.keys(counts).sort()) console.log(`${counts[key]} ${key}`);
const rendered = (100 * pass / specs.length).toFixed(1);
console.log(`${specs.length} specs, ${rendered} % rendered and equal to fresh views`);
Deno.exit(wrong + failed > 0 ? 1 : 0);

/** All specs below a folder. */
function specsIn(folder: string): string[] {
  const entries = [...Deno.readDirSync(folder)].sort((a, b) => a.name < b.name ? -1 : 1);
  return entries.flatMap(({ name, isDirectory }) => {
    const path = join(folder, name);
    if (isDirectory) return specsIn(path);
    return basename(name).endsWith(".json") ? [path] : [];
  });
}

/** A spec counts as its worst movement; one that can be drawn is not refused. */
function worstOf(outcomes: Outcome[]): Outcome {
  const order = ["wrong", "failed", "pass", "refused", "invalid", "still"];
  return outcomes.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))[0];
}

/** The folder that holds the `data` of `vega-datasets`. */
function datasets(): string {
  try {
    return dirname(dirname(fileURLToPath(import.meta.resolve("vega-datasets"))));
  } catch {
    exit(
      "Cannot try the corpus as its data are missing: 'npm install' brings vega-datasets, " +
        "or give the folder in which 'data/cars.json' is with --data",
    );
  }
}

function exit(message: string): never {
  console.error(message);
  Deno.exit(2);
}
