/** Runs a walk in a program of its own, whose modules are replaced by those of this folder. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { Walk } from "./walk.ts";

/** What a job does in any case, each in one of its places. */
const KINDS = [
  ...["readFileSync", "statSync", "mkdirSync", "writeFileSync", "renameSync", "utimesSync"],
  ...["Deno.open", "Deno.openSync", "Deno.stat", "Deno.rename", "FsFile.write", "FsFile.close"],
  ...["new Worker", "postMessage of open", "postMessage of scan", "postMessage of render"],
  ...["message of ready", "message of reply", "answer of ready", "answer of reply"],
  ...["Command.spawn", "life of a child"],
];

/** Asserts that nothing goes wrong but what is broken, and prints how much that is. */
export async function assertWalk(steps: "all" | "some"): Promise<void> {
  const [script, map] = ["walk.ts", "import_map.json"].map((name) =>
    fileURLToPath(new URL(name, import.meta.url))
  );
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", `--import-map=${map}`, script, steps],
    stdout: "piped",
    stderr: "inherit",
  }).output();
  const walk: Walk = JSON.parse(new TextDecoder().decode(stdout));
  const { found, broken, videos, errors, wrong, places } = walk;
  console.log(
    `${found} steps found, ${broken} broken: ${videos} right videos, ${errors} clear errors`,
  );
  assert.deepEqual(wrong, []);
  // Whether a worker is asked for a sign of life, say, is a matter of time: not all steps come again.
  assert.ok(broken >= 0.95 * found, `${broken} of ${found} steps came again`);
  for (const kind of places ? KINDS : []) {
    assert.ok(places!.some((place) => place.startsWith(`${kind} in `)), `no step is a ${kind}`);
  }
}
