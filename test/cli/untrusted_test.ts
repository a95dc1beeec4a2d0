/** What a stranger's chart can reach when it is rendered with `--untrusted`. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { stillCommand } from "../../kernel-lib/cli/still.ts";
import { drawUntrusted } from "../../kernel-lib/cli/untrusted.ts";
import { linesOf, vegaReel, withExamples } from "./vega_reel.ts";

/** Rows, or an image, of a URL. */
const chartOf = (url: string) => ({
  data: { url },
  mark: "point",
  encoding: { x: { field: "x", type: "quantitative" } },
});
const pictureOf = (url: string) => ({
  data: { values: [{ url }] },
  mark: { type: "image", width: 9, height: 9 },
  encoding: { url: { field: "url" } },
});

/** A PNG of one pixel. */
const PIXEL = Uint8Array.fromBase64(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
);

/** A server on this machine that counts what is asked of it. */
function serve(files: Record<string, unknown>) {
  const asked: string[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, ({ url }) => {
    const { pathname } = new URL(url);
    asked.push(pathname);
    const file = files[pathname];
    if (file === undefined) return new Response(null, { status: 404 });
    return file instanceof Uint8Array ? new Response(file as BodyInit) : Response.json(file);
  });
  const origin = `http://127.0.0.1:${server.addr.port}`;
  return { asked, origin, [Symbol.asyncDispose]: () => server.shutdown() };
}

Deno.test("vega-reel render --untrusted makes the same video", () =>
  withExamples(async (cwd) => {
    const table = ["-p", "towns.parquet", "--data", "towns", "--frame-by", "year"];
    const chart = ["render", "towns.vl.json", ...table, "--domains", "x=frame,y=shared"];
    const videos = [];
    for (
      const flags of [["-o", "a.mp4", "--no-cache"], ["-o", "b.mp4", "--untrusted"], [
        "--untrusted",
      ]]
    ) {
      const { code, stdout, stderr } = await vegaReel([...chart, ...flags, "--json"], { cwd });
      assert.deepEqual([code, stderr], [0, ""]);
      const { type, path } = linesOf(stdout).at(-1)!;
      assert.equal(type, "video");
      videos.push(readFileSync(String(path)));
    }
    assert.deepEqual(videos[1], videos[0]);
    assert.deepEqual(videos[2], videos[0]);
    // Pictures take the place of others.
    await Deno.mkdir(join(cwd, "frames"));
    const [first, last] = ["frame-000000.png", "frame-000009.png"];
    for (const name of [first, last]) await Deno.writeFile(join(cwd, "frames", name), PIXEL);
    const url = pathToFileURL(join(cwd, "towns.vl.json")).href;
    const pictures = ["render", url, ...table, "-o", "frames/", "--untrusted"];
    const { code } = await vegaReel(pictures, { cwd });
    assert.deepEqual([code, readdirSync(join(cwd, "frames")).includes(last)], [0, false]);
    assert.deepEqual(readdirSync(cwd).filter((name) => name.startsWith(".")), []);
  }));

Deno.test("vega-reel still --untrusted reads no other file and no address", async () => {
  await using server = serve({ "/rows.json": [{ x: 1 }], "/pixel.png": PIXEL });
  await withExamples(async (cwd) => {
    await Deno.writeTextFile(join(cwd, "secret.json"), `[{ "x": 1 }]`);
    await Deno.writeFile(join(cwd, "secret.png"), PIXEL);
    await Deno.writeTextFile(join(cwd, "one.json"), "[{}]");
    const image = pictureOf(join(cwd, "secret.png"));
    const reach: [chart: unknown, raster: string][] = [
      [chartOf("file:///etc/passwd"), "cairo"],
      [chartOf("secret.json"), "cairo"],
      [chartOf(`${server.origin}/rows.json`), "cairo"],
      // Each canvas library reads images by itself.
      [image, "cairo"],
      [image, "skia"],
      [pictureOf(`${server.origin}/pixel.png`), "cairo"],
      [pictureOf(`${server.origin}/pixel.png`), "skia"],
    ];
    const draw = async (chart: unknown, raster: string, ...flags: string[]) => {
      await Deno.writeTextFile(join(cwd, "bad.json"), JSON.stringify(chart));
      return await vegaReel(["still", "bad.json", "-p", "one.json", "--raster", raster, ...flags], {
        cwd,
      });
    };
    for (const [chart, raster] of reach) {
      const { code, stdout, stderr } = await draw(chart, raster, "--untrusted");
      const words = `${raster}: ${JSON.stringify(chart)}`;
      assert.deepEqual([code, stdout], [1, ""], words);
      assert.match(stderr, /could not be loaded/, words);
    }
    assert.deepEqual(server.asked, []);
    // For a chart that is trusted, all of it is there.
    for (const [chart, raster] of [reach[1], reach[2], reach[3], reach[4]]) {
      assert.equal((await draw(chart, raster)).code, 0, JSON.stringify(chart));
    }
    assert.deepEqual(server.asked, ["/rows.json"]);
  });
});

Deno.test("vega-reel still --untrusted loads a chart from the web, which reaches no other host", async () => {
  await using other = serve({ "/rows.json": [{ x: 1 }] });
  await using server = serve({
    "/chart.json": { data: { values: [{ x: 1 }] }, mark: "point" },
    "/other.json": chartOf(`${other.origin.replace("127.0.0.1", "localhost")}/rows.json`),
    "/file.json": chartOf("file:///etc/passwd"),
  });
  await withExamples(async (cwd) => {
    await Deno.writeTextFile(join(cwd, "one.json"), "[{}]");
    const draw = async (name: string) => {
      const args = ["still", `${server.origin}/${name}`, "-p", "one.json", "--untrusted"];
      return (await vegaReel(args, { cwd })).code;
    };
    assert.deepEqual(
      [await draw("chart.json"), await draw("other.json"), await draw("file.json")],
      [0, 1, 1],
    );
    assert.deepEqual(server.asked, ["/chart.json", "/other.json", "/file.json"]);
    assert.deepEqual(other.asked, []);
  });
});

Deno.test("drawUntrusted() starts nothing once it is cancelled", async () => {
  await using server = serve({ "/chart.json": { data: { values: [{ x: 1 }] }, mark: "point" } });
  const context = { args: [], signal: AbortSignal.abort(new Error("cancelled")), exitCode: 0 };
  const command = stillCommand(context);
  const flags = { untrusted: true };
  const source = `${server.origin}/chart.json`;
  await assert.rejects(drawUntrusted({ source, flags, command, context }), /cancelled/);
  assert.deepEqual(server.asked, []);
});
