/** Notebooks to videos by the programs that people use: the command line, nbconvert, a server. */
import assert from "node:assert/strict";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { isLasting } from "../processes.ts";
import { streamInfo } from "../video.ts";
import { NotebookFolder, python } from "./kernel.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** A folder in which the exporter is installed, as pip would tell nbconvert of it. */
class ExportFolder extends NotebookFolder {
  readonly processEnv: Record<string, string>;

  constructor() {
    super();
    const site = join(this.path, ".jupyter", "site");
    const info = join(site, "vega_reel-0.dist-info");
    Deno.mkdirSync(info, { recursive: true });
    const project = Deno.readTextFileSync(join(root, "pyproject.toml"));
    const entry = /entry-points\."nbconvert\.exporters"\]\n(.*) = "(.*)"/.exec(project)!;
    Deno.writeTextFileSync(
      join(info, "entry_points.txt"),
      `[nbconvert.exporters]\n${entry[1]} = ${entry[2]}\n`,
    );
    Deno.writeTextFileSync(join(info, "METADATA"), "Name: vega-reel\nVersion: 0\n");
    // As the wheel brings it; the notebooks are those of a kernel that is not here.
    const kernels = join(this.path, ".jupyter", "kernels");
    Deno.renameSync(join(kernels, "deno"), join(kernels, "vega-reel"));
    this.processEnv = {
      ...this.env,
      // The project's Jupyter, whichever is on the path.
      PATH: [dirname(python), dirname(Deno.execPath()), Deno.env.get("PATH")]
        .join(delimiter),
      PYTHONPATH: [site, join(root, "python")].join(delimiter),
      PYTHONDONTWRITEBYTECODE: "1",
      JUPYTER_RUNTIME_DIR: join(this.path, ".jupyter", "runtime"),
      DENO_PATH: Deno.execPath(),
    };
  }

  /** Writes a notebook of cells that have not been run. */
  write(name: string, ...cells: [kind: "markdown" | "code", source: string][]): string {
    const path = join(this.path, name);
    const notebook = {
      cells: cells.map(([cell_type, source], i) => ({
        ...{ cell_type, source, metadata: {}, id: `c${i}` },
        ...(cell_type === "code" ? { outputs: [], execution_count: null } : {}),
      })),
      metadata: {
        kernelspec: { name: "deno-of-others", display_name: "Deno", language: "typescript" },
      },
      ...{ nbformat: 4, nbformat_minor: 5 },
    };
    Deno.writeTextFileSync(path, JSON.stringify(notebook));
    return path;
  }

  run(command: string, ...args: string[]): Deno.ChildProcess {
    return new Deno.Command(command, {
      ...{ args, cwd: this.path, env: this.processEnv, stdout: "piped", stderr: "piped" },
    }).spawn();
  }

  export(...args: string[]): Deno.ChildProcess {
    const program = join(root, "kernel-lib", "cli.ts");
    return this.run(Deno.execPath(), "run", "-A", "--no-check", program, "export", ...args);
  }
}

const talk = [
  ["markdown", "# One\n\nWords."],
  [
    "code",
    `import { animate } from "vega-reel";
const spec = { width: 64, height: 48, padding: 0, autosize: "none", background: "red", marks: [] };
await animate(spec, [{}, {}, {}], { output: "one.mp4", embed: false });`,
  ],
  ["markdown", "# Two"],
  [
    "code",
    `await animate(spec, [{}, {}], { output: "two.mp4", width: 96, height: 48, embed: false });`,
  ],
  // A film is shown, but is no animation.
  [
    "code",
    `const { concat } = await import("vega-reel");
await concat(["one.mp4", "two.mp4"], { output: "both.mp4" })`,
  ],
] as ["markdown" | "code", string][];

/** The three frames of one animation, the two of the other, and a card of two seconds for each. */
const FRAMES = 125;

async function ended(child: Deno.ChildProcess) {
  const { code, stdout, stderr } = await child.output();
  const [output, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, errors, lines: output.trim().split("\n") };
}

Deno.test("vega-reel export --execute runs a notebook, and joins what it shows", async () => {
  using folder = new ExportFolder();
  const notebook = folder.write("talk.ipynb", ...talk);
  const before = await Deno.readTextFile(notebook);
  const { code, lines, errors } = await ended(folder.export("talk.ipynb", "--execute", "--json"));
  assert.equal(code, 0, errors);
  const said = lines.map((line) => JSON.parse(line));
  assert.deepEqual(
    new Set(said.map(({ phase }) => phase)),
    new Set(["execute", "cards", "join", undefined]),
  );
  const { type, path, frames, chapters } = said.at(-1);
  assert.deepEqual([type, path, frames], ["video", join(folder.path, "talk.mp4"), FRAMES]);
  assert.deepEqual(chapters.map(({ title }: { title: string }) => title), ["One", "Two"]);
  assert.equal((await streamInfo(path)).frames, FRAMES);
  assert.equal(await Deno.readTextFile(notebook), before, "the notebook is as it was");
  assert.deepEqual(folder.files, ["both.mp4", "one.mp4", "talk.ipynb", "talk.mp4", "two.mp4"]);

  const again = await ended(folder.export("talk.ipynb", "--json"));
  assert.equal(again.code, 1);
  const { type: kind, message } = JSON.parse(again.lines.at(-1)!);
  assert.deepEqual([kind, /must show an animation: run its cells/.test(message)], ["error", true]);
  const failing = folder.write("bad.ipynb", ["code", `throw new Error("no such data");`]);
  const bad = await ended(folder.export(failing, "--execute"));
  assert.equal(bad.code, 1);
  assert.match(bad.errors, /Cannot export '.*bad.ipynb': a cell failed: .*no such data/s);
  assert.equal((await ended(folder.export("--capitons", "talk.ipynb"))).code, 2);
});

Deno.test({
  name: "vega-reel export ends the notebook's kernel when it is cancelled",
  // Windows cannot send SIGINT to another process.
  ignore: Deno.build.os === "windows",
  fn: async () => {
    using folder = new ExportFolder();
    const wait =
      `Deno.writeTextFileSync("pid", String(Deno.pid)); await new Promise(() => setTimeout(() => {}, 60000));`;
    const child = folder.export(folder.write("wait.ipynb", ["code", wait]), "--execute");
    const pid = join(folder.path, "pid");
    for (let i = 0; i < 400 && !folder.files.includes("pid"); i++) await delay(50);
    const kernel = Number(await Deno.readTextFile(pid));
    child.kill("SIGINT");
    assert.equal((await ended(child)).code, 130);
    assert.equal(await isLasting(kernel), false);
    assert.deepEqual(folder.files, ["pid", "wait.ipynb"]);
  },
});

Deno.test("nbconvert and a Jupyter server export a notebook as a video", async () => {
  using folder = new ExportFolder();
  folder.write("talk.ipynb", ...talk);
  const nbconvert = (...args: string[]) => ended(folder.run(python, "-m", "nbconvert", ...args));
  const byExecution = await nbconvert("--to=video", "--execute", "talk.ipynb");
  assert.equal(byExecution.code, 0, byExecution.errors);
  const video = join(folder.path, "talk.mp4");
  assert.equal((await streamInfo(video)).frames, FRAMES);
  const stored = ["--to=notebook", "--execute", "--inplace", "talk.ipynb"];
  const kernel = "--ExecutePreprocessor.kernel_name=vega-reel";
  assert.equal((await nbconvert(...stored, kernel)).code, 0);

  const { cells } = JSON.parse(await Deno.readTextFile(join(folder.path, "talk.ipynb")));
  const [film] = cells.at(-1).outputs;
  assert.match([film.data["text/html"]].flat().join(""), /^<video .* src="both.mp4"/);
  assert.match([film.data["text/plain"]].flat().join(""), /^both.mp4: 5 frames, 0.2 s, 96x48, /);
  // A notebook can have the name of one of its own videos, and be written where that is.
  const text = await Deno.readTextFile(join(folder.path, "talk.ipynb"));
  const moved = text.replaceAll('"path": "one.mp4"', '"path": "videos/one.mp4"');
  await Deno.writeTextFile(join(folder.path, "one.ipynb"), moved);
  await Deno.mkdir(join(folder.path, "videos"));
  await Deno.copyFile(join(folder.path, "one.mp4"), join(folder.path, "videos", "one.mp4"));
  const own = await nbconvert("--to=video", "one.ipynb", "--output-dir=videos");
  assert.notEqual(own.code, 0);
  assert.match(own.errors, /videos.one.mp4' as it is a video of the notebook itself: use --output/);
  assert.equal((await streamInfo(join(folder.path, "videos", "one.mp4"))).frames, 3);

  const options = [
    "--no-browser",
    "--allow-root",
    "--ServerApp.port=0",
    "--IdentityProvider.token=t",
  ];
  const server = folder.run(python, "-m", "jupyter_server", ...options);
  try {
    const { url } = await serverInfo(folder);
    const get = (path: string) => fetch(`${url}nbconvert/video/${path}?download=true&token=t`);
    const answer = await get("talk.ipynb");
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get("Content-Type")!, /^video\/mp4/);
    assert.match(answer.headers.get("Content-Disposition")!, /talk\.mp4/);
    assert.deepEqual(await answer.bytes(), await Deno.readFile(video), "the same film");
    folder.write("empty.ipynb", ["markdown", "# Nothing"]);
    const empty = await get("empty.ipynb");
    assert.equal(empty.status, 500);
    assert.match(await empty.text(), /must show an animation: run its cells first/);
  } finally {
    server.kill("SIGTERM");
    await server.output();
  }
});

/** What a server says of itself once it is there. */
async function serverInfo(folder: ExportFolder): Promise<{ url: string }> {
  const runtime = folder.processEnv.JUPYTER_RUNTIME_DIR;
  for (let i = 0; i < 400; i++) {
    await delay(50);
    try {
      const name = [...Deno.readDirSync(runtime)].map(({ name }) => name)
        .find((name) => /^jpserver-\d+\.json$/.test(name))!;
      return JSON.parse(await Deno.readTextFile(join(runtime, name)));
    } catch { // It is not there, or not whole.
    }
  }
  throw new Error("The server has not started");
}
