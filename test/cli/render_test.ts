/** `vega-reel render` and `still`, run as their users run them. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { still, sweep } from "vega-reel";
import { descendants, isLasting } from "../processes.ts";
import { linesOf, start, vegaReel, withExamples } from "./vega_reel.ts";

Deno.test("vega-reel render prints the path of the video, and progress as lines of JSON", () =>
  withExamples(async (cwd) => {
    const args = [
      "render",
      "chart.vl.json",
      "-p",
      "years.csv",
      "-o",
      "a.mp4",
      "--no-cache",
      "-n",
      "1",
    ];
    const plain = await vegaReel(args, { cwd });
    assert.deepEqual([plain.code, plain.stdout, plain.stderr], [0, `${join(cwd, "a.mp4")}\n`, ""]);
    const { code, stdout } = await vegaReel([...args, "--json", "--check"], { cwd });
    const lines = linesOf(stdout);
    const { type, frames, path, stats } = lines.pop() as Record<string, never>;
    assert.deepEqual([code, type, frames, path], [0, "video", 3, join(cwd, "a.mp4")]);
    assert.deepEqual([stats["workers"], stats["checked"]], [1, 1]);
    assert.deepEqual([...new Set(lines.map((line) => line.type))], ["progress"]);
    assert.equal(lines.at(-1)!.phase, "done");
    // Whoever reads has had enough, as `head` has.
    const child = start([...args, "-o", "closed.mp4", "--json"], { cwd });
    await child.stdout.cancel();
    const [{ code: closed }, errors] = await Promise.all([
      child.status,
      new Response(child.stderr).text(),
    ]);
    assert.deepEqual([closed, errors], [1, ""]);
    assert.ok(!readdirSync(cwd).includes("closed.mp4"));
  }));

Deno.test("vega-reel render takes chart and params from standard input", () =>
  withExamples(async (cwd) => {
    const chart = await Deno.readTextFile(join(cwd, "chart.vl.json"));
    const sweep = ["--sweep", "year=1955:1960", "--frames", "6", "-o", "a.mp4", "--json"];
    const a = await vegaReel(["render", "-", ...sweep], { cwd, stdin: chart });
    assert.equal(linesOf(a.stdout).at(-1)!.frames, 6);
    const frames = await Deno.readTextFile(join(cwd, "frames.ndjson"));
    const piped = ["-p", "-", "--params-format", "ndjson", "-o", "b.mp4", "--json"];
    const b = await vegaReel(["render", "chart.vl.json", ...piped], { cwd, stdin: frames });
    assert.equal(linesOf(b.stdout).at(-1)!.frames, 2);
  }));

Deno.test("vega-reel render keeps standard output free of what code of the user's logs", () =>
  withExamples(async (cwd) => {
    const log = 'console.log("here"); export default () => (console.log("there"), { year: 1 });';
    await Deno.writeTextFile(join(cwd, "log.mjs"), log);
    const args = ["render", "chart.vl.json", "--update", "log.mjs", "--frames", "1", "--json"];
    const { stdout, stderr } = await vegaReel([...args, "--no-cache"], { cwd });
    assert.equal(linesOf(stdout).at(-1)!.type, "video");
    assert.match(stderr, /frame 0: there\n/);
  }));

Deno.test("vega-reel render --json ends quietly where nobody reads it any more", () =>
  withExamples(async (cwd) => {
    const args = ["render", "chart.vl.json", "-p", "years.csv", "-o", "a.mp4", "--json"];
    const child = start([...args, "--no-cache"], { cwd });
    await child.stdout.cancel();
    const stderr = await new Response(child.stderr).text();
    assert.deepEqual([(await child.status).code, stderr], [1, ""]);
  }));

Deno.test("vega-reel render ends with 1 where a frame fails, and names it", () =>
  withExamples(async (cwd) => {
    await Deno.writeTextFile(join(cwd, "bad.json"), `[{ "year": 2000 }, { "yaer": 2001 }]`);
    const args = ["render", "chart.vl.json", "-p", "bad.json", "-o", "a.mp4"];
    const { code, stdout, stderr } = await vegaReel(args, { cwd });
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /^vega-reel: Cannot read the params of frame 1 as 'yaer' .*'year'/);
    const last = linesOf((await vegaReel([...args, "--json"], { cwd })).stdout).at(-1)!;
    assert.equal(`vega-reel: ${last.message}\n`, stderr);
    assert.deepEqual([last.type, last.code], ["error", 1]);
    assert.deepEqual(readdirSync(cwd).filter((name) => name.endsWith(".mp4")), []);
  }));

Deno.test("vega-reel render is cancelled by SIGINT and SIGTERM, and leaves nothing", () =>
  withExamples(async (cwd) => {
    const before = readdirSync(cwd);
    const chart = ["chart.vl.json", "--sweep", "year=0:900", "--frames", "900"];
    for (const [signal, flags] of [["SIGINT", []], ["SIGTERM", ["--untrusted"]]] as const) {
      const child = start(["render", ...chart, "--no-cache", "--json", ...flags], { cwd });
      const begun: number[] = [];
      let last = "";
      for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
        last += text;
        if (begun.length > 0 || !/"phase":"render","frames":[1-9]/.test(last)) continue;
        begun.push(child.pid, ...descendants(child.pid).map(({ id }) => id));
        child.kill(signal);
      }
      const { code, stderr } = await child.output().catch(async () => ({
        ...await child.status,
        stderr: new Uint8Array(),
      }));
      assert.deepEqual([code, stderr.length], [130, 0], last);
      const [{ frames }, { type, name }] = linesOf(last).slice(-2);
      assert.deepEqual([type, name], ["error", "AbortError"]);
      assert.ok(Number(frames) < 900, `${signal}: ${frames} frames`);
      assert.ok(begun.length > 1);
      for (const id of begun) assert.equal(await isLasting(id), false, `${signal}: ${id}`);
      assert.deepEqual(readdirSync(cwd), before);
    }
  }));

Deno.test("onStop() ends the program at once the second time", async () => {
  const stop = new URL("../../kernel-lib/cli/stop.ts", import.meta.url).href;
  const code = `import { onStop } from "${stop}";
    onStop(() => console.log("stopping"));
    setInterval(() => {}, 1000);
    console.log("ready");`;
  const child = new Deno.Command(Deno.execPath(), { args: ["eval", code], stdout: "piped" })
    .spawn();
  let text = "";
  for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += part;
    child.kill("SIGINT");
  }
  assert.deepEqual([text, (await child.status).code], ["ready\nstopping\n", 130]);
});

Deno.test("vega-reel still writes the PNG of a frame", () =>
  withExamples(async (cwd) => {
    const args = [
      "still",
      "chart.vl.json",
      "--sweep",
      "year=1955:1960",
      "--frames",
      "6",
      "-f",
      "4",
    ];
    const { code, bytes } = await vegaReel(args, { cwd });
    assert.equal(code, 0);
    const frames = sweep("year", { from: 1955, to: 1960, frames: 6 });
    assert.deepEqual(bytes, await still(join(cwd, "chart.vl.json"), frames, { frame: 4 }));
    const { stdout } = await vegaReel([...args, "-o", "a.png", "--json"], { cwd });
    const path = join(cwd, "a.png");
    assert.deepEqual(linesOf(stdout), [{ type: "still", path, bytes: bytes.length, frame: 4 }]);
    assert.deepEqual(await Deno.readFile(path), bytes);
  }));
