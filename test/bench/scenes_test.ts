/** The measured scenes are what they are said to be. */
import assert from "node:assert/strict";
import { animate } from "vega-reel";
import { SCENES } from "../../bench/scenes.ts";
import { keepWorkers } from "../keep_workers.ts";

keepWorkers();

for (const { name, spec, frames } of SCENES) {
  Deno.test(`the scene '${name}' is drawn, and moves`, async () => {
    const folder = await Deno.makeTempDir();
    try {
      const output = `${folder}/scene.mp4`;
      const given = { output, width: 320, height: 180, show: false, cache: false };
      const { stats } = await animate(spec, frames(3), given);
      assert.equal(stats.work.draws, 3);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}
