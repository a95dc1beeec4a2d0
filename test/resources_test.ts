/** What a spec may load: the option `resources`, and the limits of a spec from the web. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createCanvas, loadImage } from "canvas";
import { animate, still } from "vega-reel";
import { freshView } from "../kernel-lib/render/fresh.ts";
import { importVega } from "../kernel-lib/render/vega.ts";
import { fetchWithin } from "../kernel-lib/render/web.ts";
import { withFolder } from "./folder.ts";

/** A chart of the dataset `t`, or of the image, at a URL. */
const dataAt = (url: string) => ({
  data: { name: "t", url },
  mark: "point",
  encoding: { x: { field: "x", type: "quantitative" } },
});
const imageAt = (url: string) => ({
  width: 20,
  height: 20,
  padding: 0,
  signals: [{ name: "url", value: url }],
  marks: [{
    type: "image",
    encode: { update: { url: { signal: "url" }, width: { value: 20 }, height: { value: 20 } } },
  }],
});

const CSV = "x\n1\n2\n";
const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20">` +
  `<rect width="20" height="20" fill="red"/></svg>`;

/** Starts a server on this machine that answers by path, and counts what it is asked. */
function serve(answers: Record<string, (host: string) => Response>) {
  const asked: string[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    const { pathname } = new URL(request.url);
    asked.push(pathname);
    return answers[pathname]?.(request.headers.get("host")!) ?? new Response("", { status: 404 });
  });
  const { port } = server.addr;
  return {
    asked,
    host: `127.0.0.1:${port}`,
    other: `localhost:${port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

Deno.test("animate() takes relative URLs against 'resources.base', a folder or a URL", () =>
  withFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "rows.csv"), CSV);
    await Deno.writeTextFile(join(folder, "red.svg"), SVG);
    await using server = serve({
      "/data/rows.csv": () => new Response(CSV),
      "/data/red.svg": () => new Response(SVG, { headers: { "content-type": "image/svg+xml" } }),
    });
    const bases = [folder, pathToFileURL(folder), `http://${server.host}/data`];
    const charts = await Promise.all(
      bases.map((base) => still(dataAt("rows.csv"), [{}], { resources: { base } })),
    );
    assert.deepEqual(charts[1], charts[0]);
    assert.deepEqual(charts[2], charts[0]);
    for (const base of bases) {
      const image = await still(imageAt("red.svg"), [{}], { resources: { base } });
      assert.deepEqual(await pixelOf(image), [255, 0, 0, 255]);
    }
    assert.deepEqual(server.asked.sort(), ["/data/red.svg", "/data/rows.csv"]);
    await assert.rejects(still(dataAt("rows.csv"), [{}], { resources: { base: "/no/where" } }), {
      name: "TypeError",
      message: "Cannot draw a still as 'resources.base' must be a folder or an http(s) URL: " +
        "current value is '/no/where'",
    });
  }));

Deno.test("animate() loads from the hosts and folders of 'resources.allow' alone", () =>
  withFolder(async (folder) => {
    await using server = serve({
      "/rows.csv": () => new Response(CSV),
      "/away.csv": (host) =>
        Response.redirect(`http://${host.replace("127.0.0.1", "localhost")}/rows.csv`),
    });
    const inside = join(folder, "inside");
    Deno.mkdirSync(inside);
    for (const name of ["rows.csv", "inside/rows.csv"]) {
      Deno.writeTextFileSync(join(folder, name), CSV);
    }
    Deno.symlinkSync(join(folder, "rows.csv"), join(inside, "link.csv"));
    const allow = [inside, server.host];
    const load = (url: string) => still(dataAt(url), [{}], { resources: { allow } });
    const expected = await load(join(inside, "rows.csv"));
    assert.deepEqual(await load(`http://${server.host}/rows.csv`), expected);
    const notInFolder =
      /frame 0 .*dataset 't'.*the file '.*' is in no folder that 'resources\.allow' names/;
    for (const name of ["rows.csv", "inside/../rows.csv", "inside/link.csv", "insider/rows.csv"]) {
      await assert.rejects(load(`${folder}/${name}`), { message: notInFolder }, name);
    }
    await assert.rejects(load(`file://${folder}/rows.csv`), { message: notInFolder });
    const notNamed =
      /frame 0 .*the host of 'http:\/\/localhost:\d+\/rows\.csv' is none that 'resources\.allow' names/;
    for (const url of [`http://${server.other}/rows.csv`, `http://${server.host}/away.csv`]) {
      await assert.rejects(load(url), { message: notNamed });
    }
    assert.deepEqual(server.asked, ["/rows.csv", "/away.csv"]);
    const image = imageAt(join(folder, "picture.png"));
    await assert.rejects(still(image, [{}], { resources: { allow } }), {
      message:
        /^Cannot render frame 0 .* the image '.*picture\.png' could not be loaded: the file /,
    });
    await assert.rejects(still(image, [{}], { resources: { allow: [] } }), {
      message: /in no folder/,
    });
  }));

Deno.test("animate() loads nothing at a private address for a spec from the web", () =>
  withFolder(async (folder) => {
    const given: Record<string, unknown> = {};
    await using server = serve({
      "/chart.json": () => Response.json(given.spec),
      "/there.json": (host) => Response.redirect(`http://${host}/chart.json`),
      "/away.json": (host) =>
        Response.redirect(`http://${host.replace("127.0.0.1", "localhost")}/chart.json`),
      "/rows.csv": () => new Response(CSV),
      "/red.svg": () => new Response(SVG),
    });
    const options = { output: join(folder, "a.mp4"), show: false, cache: false, workers: 1 };
    const run = (name = "chart.json", allow?: string[]) =>
      animate(`http://${server.host}/${name}`, [{}, {}], { ...options, resources: { allow } });
    const refused = (name: string) =>
      new RegExp(
        `frame 0 .*'${name}'.*a spec from the web may load public addresses alone: ` +
          `'http://${server.host}/${name}' is at 127\\.0\\.0\\.1 \\(loopback\\); ` +
          "'resources.allow' may name its host",
      );
    given.spec = dataAt("rows.csv");
    await assert.rejects(run(), { message: refused("rows.csv") });
    given.spec = imageAt("red.svg");
    await assert.rejects(run(), { message: refused("red.svg") });
    assert.deepEqual(server.asked, ["/chart.json", "/chart.json"]);
    assert.equal((await run("there.json", [server.host])).frames, 2);
    await assert.rejects(run("away.json"), {
      message:
        /^Cannot load the spec '.*away\.json': .*'http:\/\/localhost:\d+\/chart\.json' is at /,
    });
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["a.mp4"]);
  }));

const privateHosts = {
  "127.0.0.1": "loopback",
  "0x7f.1": "loopback",
  "2130706433": "loopback",
  "localhost": "loopback",
  "0.0.0.0": "unspecified",
  "10.1.2.3": "private",
  "172.16.0.1": "private",
  "192.168.1.1": "private",
  "169.254.169.254": "linkLocal",
  "100.64.0.1": "carrierGradeNat",
  "224.0.0.1": "multicast",
  "255.255.255.255": "broadcast",
  "[::1]": "loopback",
  "[::]": "unspecified",
  "[fe80::1]": "linkLocal",
  "[fd00::1]": "uniqueLocal",
  "[::ffff:127.0.0.1]": "loopback",
  "[::ffff:a9fe:a9fe]": "linkLocal",
  "[64:ff9b::7f00:1]": "rfc6052",
  "[2002:7f00:1::]": "6to4",
};

Deno.test("fetchWithin() knows what is not public, however it is written", async () => {
  const access = { localFiles: false };
  for (const [host, range] of Object.entries(privateHosts)) {
    await assert.rejects(fetchWithin(`http://${host}:1/`, access), {
      message: new RegExp(
        `^a spec from the web may load public .* is at [\\da-f.:]+ \\(${range}\\)`,
      ),
    }, host);
  }
  for (const url of ["ftp://example.org/", "blob:null/5", "file:///etc/passwd"]) {
    await assert.rejects(fetchWithin(url, access), { message: /^only http, https and files/ });
  }
  await using server = serve({ "/loop": (host) => Response.redirect(`http://${host}/loop`) });
  const endless = fetchWithin(`http://${server.host}/loop`, { ...access, allow: [server.host] });
  await assert.rejects(endless, { message: /is redirected more than 20 times$/ });
});

Deno.test("still() draws no file that an SVG image names", () =>
  withFolder(async (folder) => {
    const file = join(folder, "black.png");
    const black = createCanvas(20, 20);
    black.getContext("2d").fillRect(0, 0, 20, 20);
    Deno.writeFileSync(file, black.toBuffer());
    const svg =
      `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ` +
      `width="20" height="20"><rect width="20" height="20" fill="red"/>` +
      `<image xlink:href="${pathToFileURL(file)}" width="20" height="20"/></svg>`;
    const image = imageAt(`data:image/svg+xml;base64,${btoa(svg)}`);
    for (const raster of ["cairo", "skia"] as const) {
      const draw = () => still(image, [{}], { raster, resources: { allow: [] } });
      const there = await draw();
      assert.notDeepEqual(await pixelOf(there), [0, 0, 0, 255], raster);
      Deno.renameSync(file, `${file}.gone`);
      assert.deepEqual(await draw(), there, raster);
      Deno.renameSync(`${file}.gone`, file);
    }
  }));

async function pixelOf(png: Uint8Array): Promise<number[]> {
  const canvas = createCanvas(20, 20);
  canvas.getContext("2d").drawImage(await loadImage(Buffer.from(png)), 0, 0);
  return [...canvas.getContext("2d").getImageData(10, 10, 1, 1).data];
}

Deno.test("expressions of a spec reach nothing of Deno", async () => {
  await withFolder(async (folder) => {
    const marker = join(folder, "reached");
    const code = `Deno.writeTextFileSync('${marker}', '')`;
    const vega = await importVega();
    const names = ["Deno", "globalThis", "self", "window", "this", "process", "require", "eval"];
    const expressions = [
      ...names.flatMap((name) => [name, `${name}.Deno`, `${name}("${code}")`]),
      `constructor.constructor("${code}")()`,
      `datum.constructor.constructor("${code}")()`,
      `[].constructor.constructor("${code}")()`,
      `"".sub.constructor("${code}")()`,
      `(0)["constructor"]["constructor"]("${code}")()`,
      `toString.constructor("${code}")()`,
      `warn.constructor("${code}")()`,
      `new Function("${code}")()`,
      `import("data:text/javascript,${code}")`,
      `(() => ${code})()`,
      `replace("a", "a", [].constructor.constructor("${code}"))`,
      `replace("a", "a", {}["constructor"]["constructor"]("${code}"))`,
      `toString({ toString: [].constructor.constructor("${code}") })`,
      `{ valueOf: {}.constructor.constructor("${code}") } + 1`,
      `sort([2, 1], [].constructor.constructor("${code}"))`,
      `setdata("t", [{ toString: [].constructor.constructor("${code}") }])`,
    ];
    const values = async (update: string) => {
      const transform = [{ type: "formula", as: "y", expr: update }];
      const spec = {
        data: [{ name: "t", values: [{ x: 1 }], transform }],
        signals: [{ name: "s", update }],
        marks: [{ type: "text", encode: { update: { text: { signal: "s + ''" } } } }],
      };
      const source = { spec, baseURL: folder, localFiles: false } as never;
      const view = await freshView(vega, source, { datasets: {}, signals: {} });
      return [view.signal("s"), ...view.data("t").map(({ y }) => y)];
    };
    assert.deepEqual(await values("1 + 1"), [2, 2]);
    for (const expression of expressions) {
      // Those that are no expression of Vega's are refused.
      for (const value of await values(expression).catch(() => [])) {
        assert.ok(!(value instanceof Object) || Array.isArray(value), expression);
      }
    }
    assert.deepEqual([...Deno.readDirSync(folder)], []);
  });
});
