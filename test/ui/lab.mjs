/** A real JupyterLab with the Deno kernel, in a real Chromium. */
import { spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const root = new URL("../../", import.meta.url);

const python = process.env.VEGA_REEL_PYTHON ?? fileURLToPath(new URL(".venv/bin/python", root));

/** The Chromium of this machine; undefined where there is none. */
export function findChromium() {
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  const folders = (process.env.PATH ?? "").split(delimiter);
  const paths = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [process.env.VEGA_REEL_CHROMIUM, ...paths].find(
    (path) => path && spawnSync(path, ["--version"]).status === 0,
  );
}

/**
 * Starts JupyterLab, listening on the loopback interface only, with an empty folder in which
 * `vega-reel` can be imported; and a browser.
 *
 * @param {string} executablePath The browser.
 * @param {{ extension?: boolean }} [options] Whether the extension is on.
 */
export async function startLab(executablePath, { extension = true } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "vega-reel-ui-"));
  const env = prepare(folder, extension);
  const [port, token] = [await freePort(), randomUUID()];
  const server = spawn(
    python,
    [
      ...[
        "-m",
        "jupyterlab",
        "--no-browser",
        "--ServerApp.answer_yes=True",
        "--ip=127.0.0.1",
        `--port=${port}`,
      ],
      ...["--ServerApp.port_retries=0", `--IdentityProvider.token=${token}`],
      ...[
        `--ServerApp.root_dir=${join(folder, "notebooks")}`,
        "--LabApp.expose_app_in_browser=True",
        "--JupyterNotebookApp.expose_app_in_browser=True",
      ],
      ...(process.getuid?.() === 0 ? ["--allow-root"] : []),
    ],
    { env, stdio: ["ignore", "ignore", "pipe"] },
  );
  const log = [];
  server.stderr.on("data", (chunk) => log.push(chunk));
  const ended = new Promise((resolve) => server.on("exit", resolve));
  const close = async () => {
    // It ends its kernels before itself.
    server.kill("SIGTERM");
    if ((await Promise.race([ended, delay(15_000, "late", { ref: false })])) === "late") {
      server.kill("SIGKILL");
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const url = `http://127.0.0.1:${port}`;
    await serverReady(`${url}/api/status?token=${token}`, server, log);
    const browser = await chromium.launch({
      executablePath,
      args: [
        ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
        ...["--no-first-run", "--autoplay-policy=no-user-gesture-required"],
      ],
    });
    return new Lab(browser, {
      url,
      token,
      folder: join(folder, "notebooks"),
      close,
    });
  } catch (error) {
    await close();
    throw error;
  }
}

/** Makes the folders; returns the environment in which the server uses nothing but them. */
function prepare(folder, extension) {
  const write = (path, value) => {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), JSON.stringify(value));
  };
  write("notebooks/deno.json", {
    nodeModulesDir: "manual",
    imports: { "vega-reel": new URL("kernel-lib/mod.ts", root).href },
  });
  write("data/kernels/deno/kernel.json", {
    argv: ["deno", "jupyter", "--kernel", "--conn", "{connection_file}"],
    display_name: "Deno",
    language: "typescript",
    env: { NO_COLOR: "1" },
  });
  write(
    "config/lab/user-settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings",
    {
      fetchNews: "false",
      checkForUpdates: false,
    },
  );
  linkExtension(join(folder, "data/labextensions"));
  write("config/labconfig/page_config.json", {
    disabledExtensions: { "jupyterlab-vega-reel": !extension },
  });
  const { JUPYTER_PATH, XDG_CACHE_HOME, DENO_DIR } = process.env;
  return {
    ...process.env,
    // Nothing that was rendered before is to be found, but what Deno compiled is.
    XDG_CACHE_HOME: join(folder, "cache"),
    DENO_DIR: DENO_DIR || join(XDG_CACHE_HOME || join(homedir(), ".cache"), "deno"),
    JUPYTER_PATH: [join(folder, "data"), ...(JUPYTER_PATH ? [JUPYTER_PATH] : [])].join(delimiter),
    JUPYTER_CONFIG_DIR: join(folder, "config"),
    JUPYTER_DATA_DIR: join(folder, "data"),
    JUPYTER_RUNTIME_DIR: join(folder, "runtime"),
  };
}

/** Has JupyterLab load the extension as it is built in this checkout. */
function linkExtension(folder) {
  const built = fileURLToPath(new URL("extension/labextension", root));
  if (!existsSync(built)) {
    throw new Error("Cannot test the extension as it is not built");
  }
  mkdirSync(folder, { recursive: true });
  symlinkSync(built, join(folder, "jupyterlab-vega-reel"));
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
      .on("error", reject)
      .listen(0, "127.0.0.1", () => {
        const { port } = server.address();
        server.close(() => resolve(port));
      });
  });
}

async function serverReady(url, server, log) {
  for (const end = Date.now() + 60_000; Date.now() < end; await delay(100)) {
    if (server.exitCode !== null) break;
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
  }
  throw new Error(`Cannot test JupyterLab as its server does not start:\n${log.join("")}`);
}

/** JupyterLab and the browser that shows it. */
class Lab {
  #browser;
  #server;

  constructor(browser, server) {
    this.#browser = browser;
    this.#server = server;
  }

  /** The folder that JupyterLab shows. */
  get folder() {
    return this.#server.folder;
  }

  /** True if the browser can play H.264, which not every build of Chromium can. */
  async playsH264() {
    const page = await this.#browser.newPage();
    const answer = await page.evaluate(() =>
      document.createElement("video").canPlayType('video/mp4; codecs="avc1.4d401f"')
    );
    await page.close();
    return answer !== "";
  }

  /** Puts a notebook of the repository into the folder. */
  copyNotebook(name) {
    copyFileSync(new URL(`notebooks/${name}`, root), join(this.folder, name));
  }

  /**
   * Puts a notebook of these code cells into the folder.
   *
   * @param {object[]} [outputs] Of the last cell.
   */
  writeNotebook(name, cells, outputs = []) {
    const notebook = {
      cells: cells.map((source, index) => ({
        cell_type: "code",
        execution_count: null,
        id: `cell-${index}`,
        metadata: {},
        outputs: index === cells.length - 1 ? outputs : [],
        source,
      })),
      metadata: {
        kernelspec: {
          display_name: "Deno",
          language: "typescript",
          name: "deno",
        },
      },
      nbformat: 4,
      nbformat_minor: 5,
    };
    writeFileSync(join(this.folder, name), JSON.stringify(notebook));
  }

  /**
   * Opens a notebook in a page of its own, its kernel ready.
   *
   * @param {string} name
   * @param {"JupyterLab Light" | "JupyterLab Dark"} [theme]
   */
  async open(name, theme) {
    const page = await this.#browser.newPage({
      viewport: { width: 1280, height: 1300 },
    });
    page.setDefaultTimeout(30_000);
    const { url, token } = this.#server;
    await page.goto(`${url}/lab/tree/${name}?token=${token}&reset`);
    await notebookReady(page);
    if (theme) await command(page, "apputils:change-theme", { theme });
    return page;
  }

  /** Opens a notebook in Jupyter Notebook, in a page of its own. */
  async openInNotebook(name) {
    const page = await this.#browser.newPage({ viewport: { width: 1280, height: 1300 } });
    page.setDefaultTimeout(30_000);
    const { url, token } = this.#server;
    await page.goto(`${url}/notebooks/${name}?token=${token}`);
    await page.locator(".jp-Notebook .jp-CodeCell").first().waitFor();
    return page;
  }

  /** Asks the server's REST API; the answer's JSON, where it has some. */
  async api(path, method = "GET", body = undefined) {
    const { url, token } = this.#server;
    const response = await fetch(`${url}/${path}`, {
      method,
      headers: { Authorization: `token ${token}` },
      body: body && JSON.stringify(body),
    });
    if (!response.ok) {
      throw new Error(`${method} ${path}: ${await response.text()}`);
    }
    return response.status === 204 ? undefined : await response.json();
  }

  async close() {
    try {
      await this.#browser.close();
    } finally {
      await this.#server.close();
    }
  }
}

/** Waits until the page's notebook is there and its kernel is idle. */
export async function notebookReady(page) {
  await page.locator("#jupyterlab-splash").waitFor({ state: "detached" });
  await page.locator(".jp-Notebook .jp-CodeCell").first().waitFor();
  await page.waitForFunction(() => {
    const context = globalThis.jupyterapp?.shell.currentWidget?.context;
    return context?.sessionContext.session?.kernel?.status === "idle";
  });
}

/** Runs a command of JupyterLab's; does not wait for what it sets going. */
export async function command(page, id, args = {}) {
  await page.evaluate(
    ([id, args]) => void globalThis.jupyterapp.commands.execute(id, args),
    [id, args],
  );
}

/** The outputs of the cell whose source contains a text. */
export function outputsOf(page, source) {
  return page
    .locator(".jp-Notebook .jp-CodeCell", { hasText: source })
    .locator(".jp-Cell-outputArea > .jp-OutputArea-child");
}
