import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { animate } from "vega-reel";
import { traps } from "./traps.ts";
import { keepWorkers } from "../keep_workers.ts";

keepWorkers();

/** Runs a program of the tests in a process of its own and returns what it prints. */
async function runProgram(args: string[], wrapper: string[] = []): Promise<string> {
  const [command, ...rest] = [...wrapper, Deno.execPath(), "run", "-A", ...args];
  const { success, stdout, stderr } = await new Deno.Command(command, {
    args: rest,
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    stdout: "piped",
    stderr: "piped",
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim();
}

for (
  const name of ["a line", "sums of groups", "facets with an aggregate and a window"] as const
) {
  Deno.test(`animate() draws ${name} with Skia as fresh views on Skia do`, async () => {
    const folder = await Deno.makeTempDir();
    try {
      const video = await animate(traps[name].spec, traps[name].frames, {
        output: `${folder}/skia.mp4`,
        raster: "skia",
        crf: 0,
        segmentFrames: 3,
        show: false,
        cache: false,
      });
      assert.equal(video.stats.raster, "skia");
      const { path, width, height } = video;
      const differences = await runProgram([
        ...["test/skia_fresh.ts", name, path, String(width), String(height)],
      ]);
      assert.equal(differences, "0");
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

/** Hides the system's fonts from the program that follows, in a mount namespace of its own. */
const WITHOUT_FONTS = [
  ...["unshare", "--map-root-user", "--mount", "sh", "-c"],
  'for d in /usr/share/fonts /usr/local/share/fonts; do [ -d "$d" ] && mount -t tmpfs none "$d"; ' +
  'done; exec "$@"',
  "sh",
];

const canHideFonts = Deno.build.os === "linux" &&
  await new Deno.Command("unshare", { args: ["--map-root-user", "--mount", "true"] })
    .output().then(({ success }) => success, () => false);

for (const raster of ["cairo", "skia"]) {
  Deno.test({
    name: `still() draws letters with ${raster} on a machine without fonts`,
    // Needs leave to make a mount namespace.
    ignore: !canHideFonts,
    async fn() {
      const bare = JSON.parse(await runProgram(["test/label_widths.ts", raster], WITHOUT_FONTS));
      // Letters, not boxes: an i is narrower than a W.
      assert.ok(bare.narrow > 0, JSON.stringify(bare));
      assert.ok(bare.wide > 2 * bare.narrow, JSON.stringify(bare));
    },
  });
}

/** Runs a program as on a machine where `canvas` could not be built. */
async function runWithoutCanvas(args: string[]): Promise<string> {
  const folder = await Deno.makeTempDir();
  try {
    const root = new URL("../..", import.meta.url);
    const config = {
      nodeModulesDir: "manual",
      imports: {
        "vega-reel": new URL("kernel-lib/mod.ts", root).href,
        "canvas": `file://${folder}/missing.ts`,
      },
    };
    await Deno.writeTextFile(`${folder}/deno.json`, JSON.stringify(config));
    return await runProgram([
      ...["--config", `${folder}/deno.json`, "test/default_raster.ts", `${folder}/a.mp4`, ...args],
    ]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("animate() takes Skia where canvas cannot be loaded", async () => {
  assert.equal(await runWithoutCanvas([]), "skia");
});

Deno.test("animate() throws at once where a worker cannot start", async () => {
  assert.match(
    await runWithoutCanvas(["cairo"]),
    /^Cannot load the canvas library 'canvas': .*missing\.ts/,
  );
});
