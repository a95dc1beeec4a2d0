/**
 * Measures Vega Reel and writes `README.md`, `results.json` and the charts beside it.
 *
 *     npm run bench -- [--rounds N] [--only PART,…] [--quick]
 *
 * Parts: peers, floor, scaling, cost, stages, start, driver. What is left out keeps the
 * figures of the last run.
 */
import { parseArgs } from "node:util";
import { measureDriver } from "./driver.ts";
import { measureFloor } from "./floor.ts";
import { describeMachine } from "./machine.ts";
import { measurePeers } from "./peers.ts";
import { type Results, writeReport } from "./report.ts";
import { measureCost, measureScaling, measureStages } from "./scaling.ts";
import { SCENES } from "./scenes.ts";
import { measureStart } from "./start.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    rounds: { type: "string", default: "3" },
    only: { type: "string" },
    quick: { type: "boolean", default: false },
  },
});
const rounds = Number(values.rounds);
/** So many frames as a quick run, which only shows that all goes well, leaves of them. */
const frames = (count: number) => values.quick ? Math.max(20, Math.round(count / 15)) : count;
const parts = values.only?.split(",");
const cores = navigator.hardwareConcurrency;
const path = new URL("./results.json", import.meta.url);

const folder = await Deno.makeTempDir();
const known = await Deno.readTextFile(path).then(JSON.parse, () => ({}));
const results: Partial<Results> = values.quick ? {} : known;
const machine = await describeMachine();

async function part(name: keyof Results, measure: () => Promise<unknown>): Promise<void> {
  if (parts && !parts.includes(name)) return;
  console.error(`${name} …`);
  Object.assign(results, { [name]: await measure(), machine });
}

const counts = [1, 2, 4, 8, 16].filter((count) => count <= Math.max(4, cores));
const pixels = [[320, 240], [640, 360], [1280, 720], [1920, 1080], [3840, 2160]];
try {
  await part("peers", async () => [
    await measurePeers("wave", frames(300), rounds, folder),
    await measurePeers("scatter", frames(300), rounds, folder),
  ]);
  await part("floor", async () => [
    await measureFloor("wave", frames(600), cores, folder),
    await measureFloor("scatter", frames(300), cores, folder),
  ]);
  await part("scaling", async () => ({
    wave: await measureScaling(
      "wave",
      { all: frames(600), each: frames(300) },
      counts,
      rounds,
      folder,
    ),
    scatter: await measureScaling(
      "scatter",
      { all: frames(300), each: frames(100) },
      counts,
      rounds,
      folder,
    ),
  }));
  await part("cost", async () => ({
    frames: await measureCost(
      "wave",
      [60, 300, 1000, 3000, 10_000].map((count) => ({ amount: count, frames: frames(count) })),
      folder,
    ),
    points: await measureCost(
      "scatter",
      [200, 2000, 20_000, 200_000, 1_000_000].map((points) => ({
        amount: points,
        frames: Math.max(3, Math.min(frames(300), Math.round(600_000 / points))),
        options: { points },
      })),
      folder,
    ),
    pixels: await measureCost(
      "wave",
      pixels.map(([width, height]) => ({
        amount: width * height,
        frames: frames(width > 2000 ? 100 : 300),
        options: { width, height },
      })),
      folder,
    ),
  }));
  await part("stages", async () => {
    const stages = [];
    for (const { name } of SCENES) stages.push(await measureStages(name, frames(200), folder));
    return stages;
  });
  await part("start", () => measureStart(rounds + 2, folder));
  await part("driver", async () => [
    await measureDriver(frames(10_000), 200, folder),
    await measureDriver(frames(2000), 10_000, folder),
  ]);
  if (values.quick) console.log(JSON.stringify(results));
  else {
    await Deno.writeTextFile(path, JSON.stringify(results, null, 1) + "\n");
    await writeReport(results);
  }
} finally {
  await Deno.remove(folder, { recursive: true });
}
