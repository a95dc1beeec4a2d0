/** The package for npm, installed in an empty folder. */
import assert from "node:assert/strict";
import { basename, join } from "node:path";
import { assertHolds } from "../cluster/same_bytes.ts";
import { documented } from "../documented.ts";
import { withFolder } from "../folder.ts";
import { streamInfo } from "../video.ts";
import { root, run } from "./command.ts";

/** Type errors that there must be are found out by their absence. */
const SCRIPT = `
import { animate, type AnimateOptions, type Video } from "npm:vega-reel";

// @ts-expect-error An editor knows the options.
const misspelt: AnimateOptions = { widht: 320 };
void misspelt;

const spec = {
  width: 200,
  height: 100,
  data: { name: "bars" },
  mark: "bar" as const,
  encoding: {
    x: { field: "name", type: "nominal" as const },
    y: { field: "value", type: "quantitative" as const },
  },
};
const frames = Array.from({ length: 40 }, (_, i) => ({ bars: [{ name: "A", value: i }] }));
const options = { workers: 2, cache: false };
const video: Video = await animate(spec, frames, { ...options, output: "bars.mp4" });
await animate(spec, frames, { ...options, output: "far.mp4", executor: "loky:1" });
// @ts-expect-error A number is no text.
const text: string = video.frames;
console.log("drawn by", video.stats.raster, "with", video.stats.workers, text);
`;

Deno.test("npm pack makes a package that renders in an empty folder, on Skia where scripts did not run", async () => {
  await withFolder(async (folder) => {
    const [npm, ...pack] = documented("npm pack");
    await run(npm, [...pack, "--pack-destination", folder]);
    const { version, dependencies } = JSON.parse(
      await Deno.readTextFile(join(root, "package.json")),
    );
    // Whatever else there is, is bundled: it need not be installed again.
    assert.deepEqual(Object.keys(dependencies), ["@napi-rs/canvas", "dejavu-fonts-ttf"]);
    const packed = join(folder, `vega-reel-${version}.tgz`);

    const user = join(folder, "user");
    await Deno.mkdir(user);
    const [, install, given, deno] = documented("npm install .../vega-reel-0.1.0.tgz deno");
    // The Deno of the tests is the one that is tested.
    assert.deepEqual([given, deno], [`.../${basename(packed)}`, "deno"]);
    const options = ["--prefix", user, "--no-audit", "--no-fund"];
    await run(npm, [install, "--ignore-scripts", ...options, packed], { cwd: user });
    await Deno.writeTextFile(join(user, "script.ts"), SCRIPT);
    const printed = await run(Deno.execPath(), ["run", "--check", "-A", "script.ts"], {
      cwd: user,
    });

    assert.match(printed, /drawn by skia with 2 40/);
    const near = join(user, "bars.mp4");
    assert.equal((await streamInfo(near)).frames, 40);
    // Through the program that works on other machines, and the bridge to them.
    assertHolds(join(user, "far.mp4"), await Deno.readFile(near));
    const command = join(user, "node_modules", ".bin", "vega-reel");
    const env = { DENO_PATH: Deno.execPath() };
    assert.equal((await run(command, ["--version"], { env })).trim(), version);
    const notices = join(user, "node_modules", "vega-reel", "dist", "NOTICES.txt");
    assert.match(await Deno.readTextFile(notices), /^vega-lite \S+ \(BSD-3-Clause\)/m);
  });
});
