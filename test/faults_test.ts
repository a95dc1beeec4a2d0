/** What goes wrong around a job while it runs. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { animate, type Animation, type Progress } from "vega-reel";
import { withFolder } from "./folder.ts";
import { assertRejects, assertWorks } from "./rejects.ts";
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

Deno.test("animate() draws the largest frame that there is", () =>
  withFolder(async (folder) => {
    const output = join(folder, "video.mp4");
    const spec = { width: 7680, height: 4320, padding: 0, background: "red", marks: [] };
    const options = { output, cache: false, show: false, preset: "draft" as const };
    const video = await animate(spec, [{}], options);
    assert.deepEqual([video.width, video.height, video.frames], [7680, 4320, 1]);
    const { text, frames } = await streamInfo(output);
    assert.match(text, /7680x4320/);
    assert.equal(frames, 1);
  }));

for (const phase of ["compile", "scan", "render", "join"] as const) {
  Deno.test(`Animation.cancel() ends a job in the phase '${phase}'`, async () => {
    let job: Animation | undefined;
    const onProgress = (progress: Progress) => {
      // The first phase begins before the job can be held.
      if (progress.phase === phase) queueMicrotask(() => job!.cancel());
    };
    await assertRejects({
      options: { onProgress },
      during: (started) => {
        job = started;
      },
    }, {
      name: "AbortError",
      message: phase === "join"
        ? /: 20 of 20 frames were done/
        : /frames were done, none of them is/,
    });
  });
}

Deno.test("animate() works after all that went wrong around it", assertWorks);
