/** What is typed, and what is said of it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { CommanderError } from "commander";
import { createProgram } from "../../kernel-lib/cli/program.ts";
import { UsageError } from "../../kernel-lib/cli/usage.ts";
import { withFolder } from "../folder.ts";
import { python } from "../kernel/kernel.ts";
import { BIN, vegaReel, withExamples } from "./vega_reel.ts";

/** What is not understood, and the nearest thing that is. */
const MISTAKES: [args: string, message: RegExp][] = [
  ["rendr a.json", /^error: unknown command 'rendr'\n\(Did you mean render\?\)$/],
  ["render", /missing required argument 'spec'/],
  ["render a.json b.json", /too many arguments/],
  ["render a.json --fsp 3", /^error: unknown option '--fsp'\n\(Did you mean --fps\?\)$/],
  ["render a.json --fps fast", /'fast' is invalid\. It must be a number\./],
  ["render a.json --encoder x265", /It must be one of auto, nvenc, x264\. \(Did you mean x264\?\)/],
  ["render a.json --domains x=frme", /one of shared, frame\. \(Did you mean frame\?\)/],
  ["render a.json --fonts Lato", /It must be of the form name=value\./],
  ["render a.json --frames 2.5", /It must be an integer of at least 1\./],
  [
    "render a.json --crf 99",
    /^Cannot render as 'crf' must be a number from 0 to 51: current value/,
  ],
  ["render a.json --scale 2 --width 9", /'scale' and 'width' do not go together/],
  ["render a.json -o a.mov", /^Cannot animate as the ending of 'output' must be /],
  ["render a.json -o a.gif --fps 60", /^Cannot animate as 'fps' must be at most 50 in a \.gif/],
  ["export a.ipynb --cards x", /It must be a number\./],
  ["render a.json --update none.ts", /^Cannot animate as the module of 'update' does not exist/],
  [
    "render a.json --untrusted --update deno.json --frames 3",
    /^--update and --untrusted do not go/,
  ],
  ["render a.json --untrusted -p http://a.org/a.csv", /^--untrusted takes files alone .*a\.csv'$/],
  ["render a.json --untrusted -p a.ts", /^--untrusted does not go together with a module/],
  ["render - -p - --params-format csv", /^Spec and params cannot both come from standard input$/],
  ["still a.json --crf 3", /unknown option '--crf'/],
  ["still a.json -f -1 -o a.png", /^Cannot draw a still as 'frame' must be an integer/],
  ["bench a.json -n 1,x", /It must be an integer of at least 1\./],
  ["cache prune", /^prune goes with --size, --older or both$/],
  ["cache show --bogus", /unknown option '--bogus'/],
];

for (const [args, message] of MISTAKES) {
  Deno.test(`vega-reel ${args}: is not understood`, async () => {
    const context = { args: [], signal: new AbortController().signal, exitCode: 0 };
    const log = { ...console };
    try {
      const typed = createProgram(context).parseAsync(args.split(" "), { from: "user" });
      await assert.rejects(typed, (error: Error) => {
        assert.ok(error instanceof UsageError || error instanceof CommanderError);
        assert.match(error.message, message);
        return true;
      });
    } finally {
      Object.assign(console, log);
    }
  });
}

Deno.test("vega-reel says what it does not understand, ends with 2, and helps", () =>
  withExamples(async (cwd) => {
    const wrong = await vegaReel(["render", "chart.vl.json", "--fsp", "3"], { cwd });
    assert.deepEqual([wrong.code, wrong.stdout], [2, ""]);
    const words = "unknown option '--fsp'\n(Did you mean --fps?)";
    assert.equal(wrong.stderr, `vega-reel: ${words}\nSee vega-reel render --help\n`);
    const json = await vegaReel(["render", "chart.vl.json", "--fsp", "3", "--json"], { cwd });
    const { message, code } = JSON.parse(json.stdout);
    assert.deepEqual([json.code, json.stderr, message, code], [2, "", words, 2]);
    for (const args of [["--help"], ["help", "render"], ["render", "--help"]]) {
      const help = await vegaReel(args, { cwd });
      assert.equal(help.code, 0);
      assert.match(help.stdout, /^Usage: vega-reel [^]*\nExamples:\n/);
    }
    assert.match((await vegaReel(["--version"])).stdout, /^\d+\.\d+\.\d+\n$/);
    assert.equal((await vegaReel([])).code, 2);
    const shell = await vegaReel(["complete", "tcsh"]);
    assert.equal(shell.code, 2);
    assert.match(shell.stderr, /^vega-reel: .*'tcsh' is invalid .*bash/);
    const frames = await vegaReel(["render", "chart.vl.json"], { cwd });
    assert.equal(frames.code, 1);
    assert.match(frames.stderr, /^vega-reel: .* nothing says what they are: give --params FILE/);
    const file = await vegaReel(["render", "no.vl.json"], { cwd });
    assert.match(
      file.stderr,
      /^vega-reel: Cannot read the spec '.*no.vl.json': there is no such f/,
    );
  }));

Deno.test("vega-reel completes commands, flags and words in shells, and leaves files to them", async () => {
  const answer = async (...args: string[]) => (await vegaReel(["complete", "--", ...args])).stdout;
  assert.match(await answer("re"), /^render\t/);
  assert.match(await answer("render", "a.json", "--enc"), /^--encoder\twhat encodes: .*\n:0\n$/);
  assert.equal(await answer("render", "a.json", "--encoder", "nv"), "nvenc\t\n:0\n");
  assert.equal(await answer("render", "cha"), ":0\n");
  for (const shell of ["bash", "zsh", "fish"]) {
    const { code, stdout } = await vegaReel(["complete", shell]);
    assert.equal(code, 0);
    assert.match(stdout, /vega-reel complete --/);
  }
});

Deno.test("the program of npm ends with 1 and says what to do where there is no Deno", () =>
  withFolder(async (cwd) => {
    await Deno.mkdir(join(cwd, "bin"));
    const bin = join(cwd, "bin", "vega-reel.mjs");
    await Deno.copyFile(BIN, bin);
    const node = await new Deno.Command("node", { args: ["-p", "process.execPath"] }).output();
    const messageFor = async (DENO_PATH: string) => {
      const { code, stderr } = await new Deno.Command(
        new TextDecoder().decode(node.stdout).trim(),
        { args: [bin, "doctor"], cwd, env: { PATH: "", DENO_PATH } },
      ).output();
      assert.equal(code, 1);
      return new TextDecoder().decode(stderr);
    };
    assert.match(await messageFor(""), /there is no Deno.*`npm install deno`/);
    for (const wrong of ["deno", "none/deno"]) {
      assert.match(await messageFor(wrong), new RegExp(`DENO_PATH must be .* it is '${wrong}'`));
    }
  }));

Deno.test("the program of the wheel ends with 1 and says what DENO_PATH must be", async () => {
  const { code, stderr } = await new Deno.Command(python, {
    args: ["-B", "-m", "vega_reel", "doctor"],
    cwd: new URL("../../python/", import.meta.url),
    env: { DENO_PATH: "none/deno" },
  }).output();
  assert.deepEqual([code, new TextDecoder().decode(stderr)], [
    1,
    "vega-reel: Cannot start Vega Reel as DENO_PATH must be that of a program: it is 'none/deno'\n",
  ]);
});
