/**
 * Measures what rendering on other machines costs, with Dask and loky on this one, and writes
 * `README.md` beside it: what a segment costs, how workers add up, and how much the bridge takes.
 *
 *     deno run -A --no-check bench/cluster/cluster.ts [MAX_WORKERS]
 */
import { availableParallelism, loadavg } from "node:os";
import { DaskCluster } from "../../test/cluster/dask.ts";
import { describeMachine } from "../machine.ts";
import { measureOverhead, measureScaling } from "./jobs.ts";
import { measureLimit } from "./limit.ts";
import { pageOf } from "./report.ts";

const maxWorkers = Number(Deno.args[0] ?? availableParallelism());
const repeats = 3;
const segments = { overhead: 8, scaling: 8, limit: 200 };

/** Rounds of a heavy frame: some hundredths of a second. */
const HEAVY = 1_000_000;

const folder = await Deno.makeTempDir({ prefix: "vega-reel-bench-" });
try {
  const machine = await describeMachine();
  const [load] = loadavg();
  console.error("A segment …");
  const overhead = await measureOverhead(segments.overhead, repeats, folder);
  console.error("Workers …");
  const scaling = await measureScaling(maxWorkers, segments.scaling, HEAVY, repeats, folder);
  await using cluster = await DaskCluster.start();
  for (let i = 0; i < 2; i++) await cluster.addWorker();
  const limit = [];
  for (const bytes of [30_000, 700_000]) {
    for (const [name, executor] of [["loky", "loky:2"], ["Dask", `dask:${cluster.address}`]]) {
      console.error(`The bridge's limit: ${name}, ${bytes} bytes …`);
      limit.push(await measureLimit(name, executor, bytes, segments.limit, repeats, folder));
    }
  }
  const page = pageOf({ machine, load, repeats, segments, overhead, scaling, limit });
  const path = new URL("./README.md", import.meta.url);
  await Deno.writeTextFile(path, page);
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", path.pathname] }).output();
  console.log(await Deno.readTextFile(path));
} finally {
  await Deno.remove(folder, { recursive: true });
}
