/** A spec can be an object, a path or a URL; its relative URLs are relative to it. */
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { createCanvas } from "canvas";
import { animate, type Video } from "vega-reel";
import { assertFresh } from "../assert_fresh.ts";
import { keepWorkers } from "../keep_workers.ts";
import { readFrames } from "../video.ts";

keepWorkers();

const spec = {
  $schema: "https://vega.github.io/schema/vega-lite/v6.json",
  data: { name: "t", url: "rows.csv" },
  mark: { type: "point", size: 400 },
  width: 100,
  height: 60,
  encoding: {
    x: { field: "x", type: "quantitative", scale: { domain: [0, 4] } },
    y: { field: "y", type: "quantitative", scale: { domain: [0, 4] } },
  },
};
const CSV = "x,y\n1,1\n2,3\n3,2\n";
const rows = [{ x: 1, y: 1 }, { x: 2, y: 3 }, { x: 3, y: 2 }];

async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/chart.vl.json`, JSON.stringify(spec));
    await Deno.writeTextFile(`${folder}/rows.csv`, CSV);
    const black = createCanvas(9, 9);
    black.getContext("2d").fillRect(0, 0, 9, 9);
    await Deno.writeFile(`${folder}/picture.png`, black.toBuffer());
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function firstFrame({ path, width, height }: Video): Promise<Uint8Array> {
  return (await readFrames(path, width, height))[0];
}

Deno.test("animate() takes a spec's path or file URL, and data beside it", async () => {
  await inFolder(async (folder) => {
    const options = { output: `${folder}/a.mp4`, show: false, cache: false };
    const inline = { ...spec, data: { name: "t", values: rows } };
    const expected = await firstFrame(await animate(inline, [{}], options));
    const path = `${folder}/chart.vl.json`;
    for (const source of [path, pathToFileURL(path), pathToFileURL(path).href]) {
      assert.deepEqual(await firstFrame(await animate(source, [{}], options)), expected);
    }
  });
});

Deno.test("animate() takes a spec from the web, and data beside it, but no files", async () => {
  await inFolder(async (folder) => {
    const server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen() {} },
      async (request) => {
        const { pathname } = new URL(request.url);
        if (pathname === "/charts/thief.json") {
          const data = { name: "t", url: `file://${folder}/rows.csv` };
          return Response.json({ ...spec, data });
        }
        if (pathname === "/charts/looker.json") {
          const image = { url: { value: `file://${folder}/picture.png` } };
          return Response.json({
            width: 9,
            height: 9,
            marks: [{ type: "image", encode: { update: image } }],
          });
        }
        const name = pathname.replace("/charts/", "");
        return new Response(await Deno.readFile(`${folder}/${name}`));
      },
    );
    try {
      const base = `http://127.0.0.1:${server.addr.port}/charts/`;
      const resources = { allow: [`127.0.0.1:${server.addr.port}`] };
      const options = { output: `${folder}/a.mp4`, show: false, cache: false, resources };
      const fromWeb = await firstFrame(await animate(`${base}chart.vl.json`, [{}], options));
      const fromFile = await firstFrame(
        await animate(`${folder}/chart.vl.json`, [{}], {
          ...options,
          resources: {},
        }),
      );
      assert.deepEqual(fromWeb, fromFile);
      await assert.rejects(animate(`${base}thief.json`, [{}], options), {
        message: /frame 0.*dataset 't'.*a spec from the web may not read the file/,
      });
      await assert.rejects(animate(`${base}looker.json`, [{}], options), {
        message: /frame 0.*the image 'file:.*picture\.png' could not.*may not read the file/,
      });
    } finally {
      await server.shutdown();
    }
  });
});

Deno.test("animate() needs no data by URL that every frame gives", async () => {
  await inFolder(async (folder) => {
    const missing = { ...spec, data: { name: "t", url: "nowhere.csv" } };
    const options = { output: `${folder}/a.mp4`, show: false, cache: false };
    const video = await animate(missing, [{ t: rows }, { t: rows }], options);
    assert.equal(video.frames, 2);
  });
});

Deno.test("Animation.cancel() gives up loading from a server that does not answer", async () => {
  const left = Promise.withResolvers<string>();
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    return new Promise<Response>((resolve) => {
      request.signal.addEventListener("abort", () => {
        left.resolve("left");
        resolve(new Response());
      });
    });
  });
  const job = animate(`http://127.0.0.1:${server.addr.port}/chart.json`, [{}], {
    show: false,
    cache: false,
  });
  const timer = setTimeout(() => left.resolve("still there"), 20_000);
  setTimeout(() => job.cancel(), 200);
  await assert.rejects(job, { name: "AbortError" });
  assert.equal(await left.promise, "left");
  clearTimeout(timer);
  await server.shutdown();
});

Deno.test("animate() takes data in a spec that is one object, or that a signal picks from", async () => {
  const marks = [{
    type: "rect",
    from: { data: "t" },
    encode: {
      update: { width: { field: "w" }, height: { signal: "20 * n" }, fill: { value: "black" } },
    },
  }];
  const view = { width: 100, height: 60, marks };
  const one = {
    ...view,
    signals: [{ name: "n", value: 0 }],
    data: [{ name: "t", values: { w: 9 } }],
  };
  await assertFresh(one, [{ n: 1 }, { n: 3 }]);
  const picked = {
    ...view,
    signals: [{ name: "n", value: 2 }, { name: "pick", value: "a" }],
    data: [{
      name: "t",
      values: { a: [{ w: 9 }], b: [{ w: 30 }] },
      format: { type: "json", property: { signal: "pick" } },
    }],
  };
  await assertFresh(picked, [{ pick: "b" }, {}]);
});
