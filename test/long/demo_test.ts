/** What people type first in a clone. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { documented } from "../documented.ts";
import { root, run } from "../packages/command.ts";
import { streamInfo } from "../video.ts";

Deno.test("npm run demo renders the first lesson to a video", async () => {
  const video = join(root, "notebooks", "wave.mp4");
  await Deno.remove(video).catch(() => {});
  const [npm, ...args] = documented("npm run demo");
  assert.match(await run(npm, args), /wave\.mp4/);
  assert.equal((await streamInfo(video)).frames, 60);
});
