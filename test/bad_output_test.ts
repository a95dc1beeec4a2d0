/** Places that no video can be written to. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { animate } from "vega-reel";
import { assertRejects, assertWorks, type Expected } from "./rejects.ts";
import { waveFrames, waveSpec } from "./wave.ts";

const endings = ["video.avi", "video.mp4.part", "video", ".mp4"];

for (const name of endings) {
  Deno.test(`animate() rejects the output '${name}'`, async () => {
    await withFolder(async (folder) => {
      await assertRejects({ options: { output: `${folder}/${name}` } }, {
        name: "TypeError",
        message: "Cannot animate as the ending of 'output' must be .mp4, .webm, .gif or / " +
          `(a folder of pictures): current value is '${folder}/${name}'`,
      });
    });
  });
}

Deno.test("animate() rejects an output in a folder that does not exist", async () => {
  await withFolder(async (folder) => {
    await assertRejects({ options: { output: join(folder, "missing", "video.mp4") } }, {
      name: "Error",
      message: "Cannot animate as the folder of 'output' must exist: " +
        `'${join(folder, "missing")}' does not exist`,
    });
  });
});

Deno.test("animate() rejects an output in a folder that is a file", async () => {
  await withFolder(async (folder) => {
    const file = join(folder, "file");
    await Deno.writeTextFile(file, "");
    await assertRejects({ options: { output: join(file, "video.mp4") } }, {
      name: "Error",
      message: `Cannot animate as the folder of 'output' must exist: '${file}' is not a folder`,
    });
    assert.deepEqual(names(folder), ["file"]);
  });
});

Deno.test("animate() rejects an output that is a folder", async () => {
  await withFolder(async (folder) => {
    const output = join(folder, "video.mp4");
    await Deno.mkdir(output);
    await assertRejects({ options: { output } }, {
      name: "Error",
      message: `Cannot animate as 'output' must be a file: '${output}' is a folder`,
    });
    assert.deepEqual(names(folder), ["video.mp4"]);
  });
});

Deno.test({
  name: "animate() rejects an output in a folder that it cannot write to, before it draws",
  // Elsewhere there is no folder that even an administrator cannot write to.
  ignore: Deno.build.os !== "linux",
  async fn() {
    let called = 0;
    const params = (function* () {
      called++;
      yield* waveFrames(20);
    })();
    await assertRejects({ params, options: { output: "/proc/video.mp4" } }, {
      name: "Error",
      message: /^Cannot animate as the folder of 'output' must be writable: '\/proc' is not: /,
    });
    assert.equal(called, 0);
  },
});

Deno.test("animate() rejects an output on the web", async () => {
  await assertRejects({ options: { output: new URL("https://example.org/video.mp4") } }, {
    name: "TypeError",
    message: "Cannot animate as 'output' must be a path: " +
      "current value is 'https://example.org/video.mp4'",
  });
});

const failures: Record<string, { update: unknown; expected: Expected }> = {
  "fails": {
    update(params: unknown, { index }: { index: number }) {
      if (index === 17) throw new Error("no");
      return params;
    },
    expected: { name: "Error", message: "Cannot render frame 17 as 'update' threw Error: no" },
  },
  "is cancelled": {
    update: (params: unknown, { index }: { index: number }) =>
      index === 17 ? new Promise(() => {}) : params,
    expected: { name: "AbortError", message: /^The animation was cancelled: / },
  },
};

for (const [what, { update, expected }] of Object.entries(failures)) {
  Deno.test(`animate() leaves an earlier video as it was when the job ${what}`, async () => {
    await withFolder(async (folder) => {
      const output = join(folder, "video.mp4");
      await animate(waveSpec, waveFrames(3), { output, show: false, cache: false });
      const before = await Deno.readFile(output);
      await assertRejects({
        options: { output, update },
        during: (job) => {
          if (what === "is cancelled") setTimeout(() => job.cancel(), 500);
        },
      }, expected);
      assert.deepEqual(names(folder), ["video.mp4"]);
      assert.deepEqual(await Deno.readFile(output), before);
    });
  });
}

Deno.test("animate() leaves nothing where its output becomes a folder meanwhile", async () => {
  await withFolder(async (folder) => {
    const output = join(folder, "video.mp4");
    const params = (function* () {
      yield* waveFrames(20);
      Deno.mkdirSync(output);
      Deno.writeTextFileSync(join(output, "mine.txt"), "");
    })();
    await assertRejects({ params, options: { output } }, {
      name: "Error",
      message: /^Cannot write the video '.*video\.mp4': /,
    });
    assert.deepEqual(names(folder), ["video.mp4"]);
    assert.deepEqual(names(output), ["mine.txt"]);
  });
});

Deno.test("animate() works after outputs that it rejected", assertWorks);

async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function names(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name);
}
