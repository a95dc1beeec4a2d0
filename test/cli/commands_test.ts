/** `vega-reel bench`, `cache` and `doctor`. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Finding } from "../../kernel-lib/cli/diagnosis.ts";
import { linesOf, vegaReel, withExamples } from "./vega_reel.ts";

const SWEEP = ["--sweep", "year=1955:1984", "--frames", "30"];

Deno.test("vega-reel bench prints seconds, speedup and efficiency, and draws them", () =>
  withExamples(async (cwd) => {
    const args = ["bench", "chart.vl.json", ...SWEEP, "-n", "1,2", "--repeats", "1"];
    const { code, stdout } = await vegaReel([...args, "--json", "-o", "a.svg"], { cwd });
    assert.equal(code, 0);
    const lines = linesOf(stdout);
    assert.deepEqual(lines.map(({ type }) => type), ["run", "run", "benchmark"]);
    const results = lines[2].results as { workers: number; efficiency: number; seconds: number }[];
    assert.deepEqual(results.map(({ workers }) => workers), [1, 2]);
    assert.equal(results[1].efficiency, results[0].seconds / results[1].seconds / 2);
    assert.match(await Deno.readTextFile(join(cwd, "a.svg")), /^<svg [^]*efficiency/);
    const one = await vegaReel([...args.slice(0, -3), "1", "--repeats", "1"], { cwd });
    assert.match(one.stdout, /^workers {2}seconds .*\n {6}1 +(\d+\.\d\d +){3}1\.00 +1\.00\n$/);
    const nowhere = await vegaReel([...args, "--json", "-o", "none/a.svg"], { cwd });
    assert.deepEqual([nowhere.code, linesOf(nowhere.stdout).map(({ type }) => type)], [1, [
      "error",
    ]], "before anything is measured");
  }));

Deno.test("vega-reel cache shows, prunes and clears what is kept", () =>
  withExamples(async (cwd) => {
    const cache = async (...args: string[]) => {
      const { code, stdout } = await vegaReel(["cache", ...args, "--cache", "kept", "--json"], {
        cwd,
      });
      assert.equal(code, 0);
      return JSON.parse(stdout);
    };
    const render = ["render", "chart.vl.json", ...SWEEP, "--cache", "kept", "-o", "a.mp4"];
    assert.equal((await vegaReel(render, { cwd })).code, 0);
    const { folder, entries, bytes, limit } = await cache("show");
    assert.deepEqual([folder, limit], [join(cwd, "kept"), 2e9]);
    assert.ok(entries > 2 && bytes > 1000);
    assert.equal((await cache("prune", "--older", "1")).removed, 0);
    const { removed } = await cache("prune", "--size", "0.001");
    const left = await cache("show");
    assert.ok(left.bytes <= 1000 && left.bytes === bytes - removed);
    assert.equal((await vegaReel(render, { cwd })).code, 0);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.ok((await cache("prune", "--older", "0")).removed > 0);
    assert.equal((await cache("show")).entries, 0);
    assert.equal((await vegaReel(render, { cwd })).code, 0);
    assert.ok((await cache("clear")).removed > 0);
    assert.equal((await cache("show")).entries, 0);
  }));

Deno.test("vega-reel doctor says what is there, and what to do about what is not", async () => {
  const { code, stdout } = await vegaReel(["doctor"]);
  assert.equal(code, 0);
  for (const name of ["vega-reel", "Deno", "Skia", "ffmpeg", "x264", "cores", "memory"]) {
    assert.match(stdout, new RegExp(`^ok  ${name} `, "m"));
  }
  assert.match(stdout, /\nVideos can be rendered\.[^\n]*\n$/);
  const bad = await vegaReel(["doctor", "--json"], { env: { FFMPEG_PATH: "no-such-program" } });
  assert.equal(bad.code, 1);
  const { canRender, findings } = JSON.parse(bad.stdout);
  assert.equal(canRender, false);
  const ffmpeg = findings.find(({ name }: { name: string }) => name === "ffmpeg");
  assert.deepEqual([ffmpeg.ok, ffmpeg.found], [false, "there is no 'no-such-program'"]);
  assert.match(ffmpeg.advice, /install ffmpeg .* FFMPEG_PATH/);
  const missing = findings.filter(({ ok, optional }: Finding) => !ok && !optional);
  assert.deepEqual(missing.map(({ name }: Finding) => name), ["ffmpeg", "x264"]);
});
