/** The wheel, installed in an empty environment. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { MIME_TYPE } from "../../kernel-lib/show/mime.ts";
import { documented } from "../documented.ts";
import { withFolder } from "../folder.ts";
import { type Output, python } from "../kernel/kernel.ts";
import { streamInfo } from "../video.ts";
import { root, run } from "../packages/command.ts";

const CELLS = [
  'import { animate } from "vega-reel";',
  `const spec = {
    data: { name: "bars" },
    mark: "bar",
    encoding: {
      x: { field: "name", type: "nominal" },
      y: { field: "value", type: "quantitative" },
    },
  };
  const frames = Array.from({ length: 20 }, (_, i) => ({ bars: [{ name: "A", value: i }] }));
  const options = { width: 320, height: 180, workers: 2, cache: false };
  const video = await animate(spec, frames, { ...options, output: "bars.mp4" });`,
  'console.log("drawn by", video.stats.raster);',
  'new Deno.Command("jupyter-execute", { args: ["--version"] }).outputSync().success;',
  // The program that works on other machines, and the Python that it is reached through.
  `await animate(spec, frames, { ...options, output: "far.mp4", executor: "loky:1", show: false });`,
];

/** All files and folders of an environment whose names have ours. */
function traces(environment: string): string[] {
  const found: string[] = [];
  const walk = (folder: string) => {
    for (const { name, isDirectory } of Deno.readDirSync(folder)) {
      if (/vega.?reel/i.test(name)) found.push(name);
      else if (isDirectory) walk(join(folder, name));
    }
  };
  walk(environment);
  return found;
}

Deno.test("pip wheel makes a wheel with which a notebook in any folder renders, and that leaves nothing", async () => {
  await withFolder(async (folder) => {
    // What `pip install .` does is to make a wheel and to install that.
    const [, , checkout] = documented("pip install .");
    await run(python, ["-m", "pip", "wheel", checkout, "--no-deps", "--wheel-dir", folder]);
    const { version } = JSON.parse(await Deno.readTextFile(join(root, "package.json")));
    const [wheel] = [...Deno.readDirSync(folder)].map(({ name }) => name);
    assert.match(wheel, new RegExp(`^vega_reel-${RegExp.escape(version)}-py3-none-`));

    const environment = join(folder, "environment");
    await run(python, ["-m", "venv", environment]);
    const interpreter = join(environment, "bin", "python");
    const pip = (...args: string[]) => run(interpreter, ["-m", "pip", ...args]);
    await pip("install", `${join(folder, wheel)}[loky]`);

    const notebooks = join(folder, "notebooks");
    await Deno.mkdir(notebooks);
    const notebook = join(notebooks, "bars.ipynb");
    await Deno.writeTextFile(
      notebook,
      JSON.stringify({
        nbformat: 4,
        nbformat_minor: 4,
        metadata: { kernelspec: { name: "vega-reel", display_name: "Deno (Vega Reel)" } },
        cells: CELLS.map((source) => ({
          cell_type: "code",
          execution_count: null,
          metadata: {},
          outputs: [],
          source,
        })),
      }),
    );
    // Nothing is there but the environment: no Node, no Deno, no ffmpeg, nothing that was cached.
    const env = { HOME: folder, PATH: "/nonexistent", JUPYTER_PLATFORM_DIRS: "1" };
    const execute = [join(environment, "bin", "jupyter-execute"), "--inplace", notebook];
    await run(interpreter, execute, { env, clearEnv: true, cwd: folder });
    const { cells } = JSON.parse(await Deno.readTextFile(notebook));
    const outputs: Output[] = cells.flatMap(({ outputs }: { outputs: Output[] }) => outputs);
    assert.ok(outputs[0].data?.[MIME_TYPE], JSON.stringify(outputs));
    assert.deepEqual(outputs[1].text, ["drawn by skia\n"]);
    assert.deepEqual(
      outputs[2].data?.["text/plain"],
      ["true"],
      "the environment's programs are found",
    );
    const near = join(notebooks, "bars.mp4");
    assert.equal((await streamInfo(near)).frames, 20);
    assert.deepEqual(Deno.readFileSync(join(notebooks, "far.mp4")), Deno.readFileSync(near));

    const exporter = [join(environment, "bin", "jupyter-nbconvert"), "--to", "video", notebook];
    const output = ["--output", join(notebooks, "film")];
    await run(interpreter, [...exporter, ...output], { env, clearEnv: true, cwd: folder });
    assert.ok((await streamInfo(join(notebooks, "film.mp4"))).frames >= 20);

    const command = join(environment, "bin", "vega-reel");
    const chart = join(root, "test", "chart.vl.json");
    const args = [
      "render",
      chart,
      "--params",
      "frames.json",
      "--output",
      "chart.mp4",
      "--untrusted",
    ];
    await Deno.writeTextFile(
      join(notebooks, "frames.json"),
      '[{ "year": 2000 }, { "year": 2001 }]',
    );
    await run(command, args, { env, clearEnv: true, cwd: notebooks });
    assert.equal((await streamInfo(join(notebooks, "chart.mp4"))).frames, 2);

    const data = join(environment, "share", "jupyter");
    const listed = await run(python, ["-m", "jupyter", "labextension", "list"], {
      env: { JUPYTER_PATH: data, JUPYTER_CONFIG_DIR: folder },
    });
    assert.match(
      listed,
      new RegExp(`jupyterlab-vega-reel v${RegExp.escape(version)}.*enabled.*OK.*python, vega-reel`),
    );
    const extension = join(data, "labextensions", "jupyterlab-vega-reel", "static");
    const built = [...Deno.readDirSync(extension)].map(({ name }) =>
      Deno.readTextFileSync(join(extension, name))
    );
    assert.ok(built.some((text) => text.includes(MIME_TYPE)), "the extension shows what is sent");

    assert.notDeepEqual(traces(environment), []);
    await pip("uninstall", "--yes", "vega-reel");
    assert.deepEqual(traces(environment), []);
  });
});
