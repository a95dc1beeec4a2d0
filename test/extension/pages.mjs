/** The extension's output in pages of a real Chromium, without JupyterLab around it. */
import { createReadStream, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { THEMES } from "./themes.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const extension = join(root, "extension");

/** Why the tests cannot run; false where they can. */
export function skipped(executablePath) {
  if (!executablePath) {
    return "No Chromium is here: install one, or set VEGA_REEL_CHROMIUM to its command";
  }
  return existsSync(join(extension, "node_modules"))
    ? false
    : "The extension's npm packages are not installed: set-up does that";
}

/** What the pages use of the extension and of what it stands on, as `reel`. */
const ENTRY = {
  [join(extension, "src/output/rendered_job.ts")]: "RenderedJob",
  [join(extension, "src/output/files.ts")]: "ServerFiles",
  [join(extension, "src/output/source.ts")]: "findVideo",
  [join(root, "kernel-lib/show/mime.ts")]: "MIME_TYPE, packSegments",
  "@jupyterlab/translation": "nullTranslator",
  "@lumino/signaling": "Signal",
  "@lumino/widgets": "Widget",
};

/** Bundles the extension's source into a script, `reel.js`. */
async function bundle(folder) {
  const { DefinePlugin, rspack } = createRequire(join(extension, "package.json"))("@rspack/core");
  const entry = join(folder, "entry.js");
  const lines = Object.entries(ENTRY).map(
    ([from, names]) => `export { ${names} } from ${JSON.stringify(from)};`,
  );
  writeFileSync(entry, lines.join("\n"));
  const compiler = rspack({
    mode: "none",
    context: extension,
    entry,
    output: { path: folder, filename: "reel.js", library: { name: "reel", type: "var" } },
    resolve: { modules: [join(extension, "node_modules")], fallback: { path: false } },
    // JupyterLab's own build gives packages that ask for it an environment, too.
    plugins: [new DefinePlugin({ "process.env": "({})", "process.cwd": "(() => '/')" })],
    module: {
      rules: [
        {
          test: /\.ts$/,
          loader: "builtin:swc-loader",
          options: {
            jsc: { parser: { syntax: "typescript" }, target: "es2022" },
          },
        },
        { test: /\.svg$/, type: "asset/source" },
        { test: /\.css$/, type: "asset/source" },
      ],
    },
  });
  await new Promise((resolve, reject) =>
    compiler.run((error, stats) => {
      if (error) reject(error);
      else if (stats.hasErrors()) reject(new Error(stats.toString({ all: false, errors: true })));
      else resolve();
    })
  );
  await new Promise((resolve) => compiler.close(resolve));
}

/** Starts a browser, and a server for the pages and for the files of a folder. */
export async function startPages(executablePath) {
  const folder = mkdtempSync(join(tmpdir(), "vega-reel-extension-"));
  await bundle(folder);
  const server = createServer((request, response) => serve(folder, request, response));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const browser = await chromium.launch({
    executablePath,
    args: ["--autoplay-policy=no-user-gesture-required"],
  });
  return {
    /** The folder whose files the server sends. */
    folder,
    url: `http://127.0.0.1:${server.address().port}`,
    /**
     * Opens a page in which the extension is loaded; `setUp` of in_page.js is called with what is
     * given.
     *
     * @param {{ theme?: "light" | "dark", width?: number, setUp?: object, page?: object }} [options]
     */
    async open({ theme = "light", width = 900, setUp = {}, page: options = {} } = {}) {
      const page = await browser.newPage({ viewport: { width, height: 800 }, ...options });
      page.setDefaultTimeout(10_000);
      page.on("pageerror", (error) => console.error(error));
      await page.goto(this.url);
      await page.addStyleTag({ content: THEMES[theme] });
      const style = readFileSync(join(extension, "style/output.css"), "utf8");
      await page.addStyleTag({ content: style });
      await page.addScriptTag({ url: "/reel.js" });
      const inPage = fileURLToPath(new URL("in_page.js", import.meta.url));
      await page.addScriptTag({ path: inPage });
      await page.evaluate((options) => globalThis.setUp(options), setUp);
      return page;
    },
    async close() {
      await browser.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Sends a file, or the part of it that is asked for, as Jupyter's server does. */
function serve(folder, request, response) {
  const { pathname } = new URL(request.url, "http://localhost");
  if (pathname === "/") {
    const page =
      "<!doctype html><html lang=en><meta charset=utf-8><title>Vega Reel</title><main id=main></main>";
    response.writeHead(200, { "Content-Type": "text/html" }).end(page);
    return;
  }
  if (pathname === "/reel.js") {
    response.writeHead(200, { "Content-Type": "text/javascript; charset=utf-8" });
    createReadStream(join(folder, "reel.js")).pipe(response);
    return;
  }
  const file = join(folder, decodeURIComponent(pathname.slice("/files/".length)));
  const isAllowed = pathname.startsWith("/files/secret/")
    ? request.headers.authorization === "token secret"
    : pathname.startsWith("/files/");
  if (!isAllowed || !existsSync(file)) {
    response.writeHead(isAllowed ? 404 : 403).end();
    return;
  }
  const { size } = statSync(file);
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
  const start = Number(first ?? 0);
  const end = last ? Number(last) : size - 1;
  response.writeHead(first === undefined ? 200 : 206, {
    "Content-Type": "video/mp4",
    "Content-Length": end - start + 1,
    "Accept-Ranges": "bytes",
    ...(first === undefined ? {} : { "Content-Range": `bytes ${start}-${end}/${size}` }),
  });
  createReadStream(file, { start, end }).pipe(response);
}

/** For people to look at: set VEGA_REEL_SCREENSHOTS to a folder. */
export async function screenshot(page, name) {
  const folder = process.env.VEGA_REEL_SCREENSHOTS;
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`) });
}
