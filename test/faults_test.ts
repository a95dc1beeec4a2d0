/** What goes wrong around a job while it runs. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { animate } from "vega-reel";
import { withFolder } from "./folder.ts";
import { assertWorks } from "./rejects.ts";
import { readFrames, streamInfo } from "./video.ts";
import { waveFrames, waveSpec } from "./wave.ts";

Deno.test({
  name: "animate() and the store leave nothing where a file cannot become large enough",
  // A shell's `ulimit` stands in for a full disk; Windows has none.
  ignore: Deno.build.os === "windows",
  fn: () =>
    withFolder(async (folder) => {
      const script = fileURLToPath(new URL("full_disk.ts", import.meta.url));
      const run = [Deno.execPath(), "run", "-A", "--no-check", script, folder];
      const { stdout } = await new Deno.Command("sh", {
        args: ["-c", `trap "" XFSZ; ulimit -f 40; exec "$@"`, "sh", ...run],
        stdout: "piped",
        stderr: "inherit",
      }).output();
      const [video, entry] = new TextDecoder().decode(stdout).trim().split("\n");
      const path = join(folder, "video.mp4");
      assert.match(video, new RegExp(`^Cannot write the video '${path}': .*[Ff]ile too large`));
      assert.match(entry, /file too large/i);
      assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["cache"]);
      const left = [...Deno.readDirSync(join(folder, "cache", "segments", "00"))];
      assert.deepEqual(left, []);
    }),
});

Deno.test("animate() names the video whose folder is removed while it renders", () =>
  withFolder(async (folder) => {
    const output = join(folder, "gone", "video.mp4");
    await Deno.mkdir(join(folder, "gone"));
    const params = (function* () {
      yield* waveFrames(20);
      Deno.removeSync(join(folder, "gone"));
    })();
    const job = animate(waveSpec, params, { output, cache: false, show: false });
    await assert.rejects(job, new RegExp(`^Error: Cannot write the video '${output}': `));
    assert.deepEqual([...Deno.readDirSync(folder)], []);
  }));

Deno.test("animate() writes one video whole where two jobs have one output", () =>
  withFolder(async (folder) => {
    const output = join(folder, "video.mp4");
    const options = { output, cache: false, show: false, workers: 1 };
    const jobs = [20, 50].map((frames) => animate(waveSpec, waveFrames(frames, 5), options));
    const videos = await Promise.all(jobs);
    assert.deepEqual(videos.map(({ frames }) => frames), [20, 50]);
    const { frames } = await streamInfo(output);
    assert.ok([20, 50].includes(frames), `${frames} frames`);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["video.mp4"]);
  }));

Deno.test("animate() draws the smallest frame that there is", () =>
  withFolder(async (folder) => {
    const output = join(folder, "video.mp4");
    const spec = { width: 1, height: 1, padding: 0, background: "red", marks: [] };
    const video = await animate(spec, [{}, {}], { output, cache: false, show: false, crf: 0 });
    assert.deepEqual([video.width, video.height], [2, 2]);
    assert.equal((await readFrames(output, 2, 2)).length, 2);
  }));

Deno.test("animate() works after all that went wrong around it", assertWorks);
