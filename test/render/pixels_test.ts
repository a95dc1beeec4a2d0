/** Every frame is what a fresh view would draw. */
import assert from "node:assert/strict";
import { OPERATORS } from "../../kernel-lib/render/operators.ts";
import { readPatch } from "../../kernel-lib/render/patch.ts";
import { inPlaceRung } from "../../kernel-lib/render/rung.ts";
import { withPlaces } from "../../kernel-lib/render/values.ts";
import { importVega } from "../../kernel-lib/render/vega.ts";
import { assertFresh, countDifferences } from "../assert_fresh.ts";
import { drawFresh } from "../fresh.ts";
import { keepWorkers } from "../keep_workers.ts";
import { type SettledJob, settledJob } from "../settled.ts";
import { drawPatched, type PlainJob, plainJob } from "./drawing.ts";
import { rowTraps } from "./row_traps.ts";
import type { Trap } from "./trap.ts";
import { traps } from "./traps.ts";

keepWorkers();

for (const [name, trap] of Object.entries(traps)) {
  Deno.test(`animate() draws ${name} as fresh views do`, async () => {
    await assertFresh(trap.spec, trap.frames);
  });
}

for (const [name, trap] of Object.entries(rowTraps)) {
  Deno.test(`FrameView.show() draws ${name} as fresh views do`, async () => {
    const job = await plainJob(trap.spec);
    assert.equal(await differences(job, trap, true), 0);
  });
}

for (const [name, trap, jobOf] of all()) {
  if (!trap.needsNewView) continue;
  Deno.test(`FrameView.show() draws ${name} wrongly when it always patches in place`, async () => {
    assert.notEqual(await differences(await jobOf(), trap, false), 0);
  });
}

Deno.test("FrameView.show() patches in place where a new view is not needed", async () => {
  for (const [name, { needsNewView, movesScales, frames }, jobOf] of all()) {
    if (needsNewView || movesScales) continue;
    const rungs: string[] = [];
    await drawPatched(await jobOf(), frames, true, (rung) => rungs.push(rung));
    assert.deepEqual(rungs, frames.map((_, i) => i === 0 ? "newView" : "inPlace"), name);
  }
});

Deno.test("every row of the table of operators has a trap that is patched in place by it", async () => {
  const vega = await importVega();
  const rows = new Set<string>();
  for (const { spec, frames, needsNewView } of Object.values({ ...traps, ...rowTraps })) {
    if (needsNewView) continue;
    const job = await plainJob(spec);
    const { datasets, signals } = readPatch(frames[0], job.names, 0);
    const given = [Object.keys(datasets), Object.keys(signals)] as const;
    const rung = inPlaceRung(vega.parse(withPlaces(job.spec, ...given)), ...given);
    for (const type of rung?.types ?? []) rows.add(type);
  }
  assert.deepEqual([...rows].sort(), Object.keys(OPERATORS).sort());
});

const settled = new Map<string, Promise<SettledJob>>();

/** All traps with their jobs: those of rows need no look at their frames. */
function* all(): Generator<[string, Trap, () => Promise<PlainJob>]> {
  for (const [name, trap] of Object.entries(traps)) {
    yield [name, trap, () => {
      if (!settled.has(name)) settled.set(name, settledJob(trap.spec, trap.frames));
      return settled.get(name)!;
    }];
  }
  for (const [name, trap] of Object.entries(rowTraps)) {
    yield [name, trap, () => plainJob(trap.spec)];
  }
}

/** How many bytes of all frames differ from those of fresh views. */
async function differences(job: PlainJob, { frames }: Trap, rungB: boolean): Promise<number> {
  const fresh = await drawFresh(job as never, frames);
  let count = 0;
  for (const [index, { rgba }] of await drawPatched(job, frames, rungB)) {
    count += countDifferences(fresh.get(index)!.rgba, rgba);
  }
  return count;
}
