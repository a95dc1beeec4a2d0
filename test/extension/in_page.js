/** What the tests use in the page: stands in for the Lab around an output. */
/* global reel */

/** Timers that have been set and have not run or been cleared. */
const timers = new Set();
/** Addresses of blobs that have not been revoked. */
const blobs = new Set();

{
  const {
    setTimeout,
    clearTimeout,
    URL: { createObjectURL, revokeObjectURL },
  } = globalThis;
  globalThis.setTimeout = (callback, ...rest) => {
    const timer = setTimeout(
      (...values) => {
        timers.delete(timer);
        callback(...values);
      },
      ...rest,
    );
    timers.add(timer);
    return timer;
  };
  globalThis.clearTimeout = (timer) => {
    timers.delete(timer);
    clearTimeout(timer);
  };
  URL.createObjectURL = (blob) => {
    const url = createObjectURL(blob);
    blobs.add(url);
    return url;
  };
  URL.revokeObjectURL = (url) => {
    blobs.delete(url);
    revokeObjectURL(url);
  };
}

/**
 * Makes an output and puts it into the page.
 *
 * @param {{ settings?: object, inNotebook?: boolean, notebook?: string, baseUrl?: string }} options
 */
function setUp({
  settings = {},
  inNotebook = true,
  notebook = "folder/wave.ipynb",
  baseUrl = location.origin,
} = {}) {
  const { Signal, Widget, RenderedJob, ServerFiles, nullTranslator } = reel;
  const calls = [];
  const previews = new Map();
  const place = { panel: {}, cell: {} };
  const renders = {
    running: ["job-1", "a", "b"].map((id) => ({ model: { id } })),
    placeOf: (node) => (inNotebook && node.isConnected ? place : undefined),
    placeOfJob: () => place,
    preview: (id) => previews.get(id),
    cancel: (id) => {
      calls.push(["cancel", id]);
      return Promise.resolve(globalThis.answer ?? true);
    },
    runAgain: (where) => {
      calls.push(["runAgain", where === place]);
      return Promise.resolve();
    },
    reveal: () => Promise.resolve(),
  };
  renders.changed = new Signal(renders);
  const current = {
    ...{ autoplay: false, loop: false, maxHeight: 0, updateRate: 4, notify: false },
    ...settings,
  };
  const settingsObject = { current };
  settingsObject.changed = new Signal(settingsObject);
  const output = new RenderedJob({
    trans: nullTranslator.load("jupyterlab-vega-reel"),
    renders,
    settings: settingsObject,
    files: new ServerFiles(contentsOf(baseUrl), serverSettings(), { path: notebook }),
    copy: (text) => {
      calls.push(["copy", text]);
      return Promise.resolve();
    },
  });
  Object.assign(globalThis, { output, calls, previews, renders, settings: settingsObject });
  Widget.attach(output, document.getElementById("main"));
}

/** A contents manager of which only what is asked for is there. */
function contentsOf(baseUrl) {
  return {
    driveName: (path) => /^([^/:]+):/.exec(path)?.[1] ?? "",
    localPath: (path) => path.replace(/^[^/:]+:/, ""),
    get: async (path) => {
      globalThis.calls?.push(["get", path]);
      const response = await fetch(addressOf(baseUrl, path), {
        method: "HEAD",
        headers: { Authorization: "token secret" },
      });
      if (!response.ok) throw Object.assign(new Error("not there"), { response });
      return { size: Number(response.headers.get("Content-Length")) };
    },
    getDownloadUrl: (path) => Promise.resolve(addressOf(baseUrl, path)),
  };
}

function addressOf(baseUrl, path) {
  return `${baseUrl}/files/${
    path
      .replace(/^[^/:]+:/, "")
      .split("/")
      .map(encodeURIComponent)
      .join("/")
  }`;
}

function serverSettings() {
  return {
    baseUrl: `${location.origin}/`,
    init: { cache: "no-store" },
    fetch: globalThis.fetch.bind(globalThis),
    Headers,
    Request,
    token: "secret",
    appendToken: false,
  };
}

/** A job's model; what is given replaces what it holds. */
function job(changes = {}) {
  return {
    version: 1,
    id: "job-1",
    state: "running",
    phase: "render",
    started: 1_700_000_000_000,
    frames: 412,
    total: 900,
    framesPerSecond: 22.84,
    secondsLeft: 21.4,
    seconds: 18.03,
    workers: 4,
    encoder: "x264",
    raster: "cairo",
    segments: "4d2k1d3r5w",
    path: "wave.mp4",
    fps: 30,
    width: 640,
    height: 360,
    ...changes,
  };
}

/** A job that is done, of the video of 30 frames that the tests make. */
function doneJob(changes = {}) {
  return job({
    state: "done",
    phase: "done",
    frames: 30,
    total: 30,
    segments: "2d",
    duration: 1,
    bytes: 34_000,
    codec: "avc1.64001f",
    seconds: 0.62,
    secondsLeft: 0,
    ...changes,
  });
}

/** Gives a model to the output, as JupyterLab does. */
function show(model, { trusted = true, html = "" } = {}) {
  const data = { [reel.MIME_TYPE]: model, "text/html": html, "text/plain": "" };
  return globalThis.output.renderModel({ data, metadata: {}, trusted, setData() {} });
}

/** The first element of the output with a class of it. */
function find(name) {
  return globalThis.output.node.querySelector(`.vega-reel-${name}`);
}

/** Waits until something is so. */
async function until(condition, what = String(condition)) {
  const end = performance.now() + 8000;
  for (let value; performance.now() < end;) {
    if ((value = condition())) return value;
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  throw new Error(`It did not come to be: ${what}`);
}

/** Waits until a video is there and shows a frame. */
async function ready() {
  // The beginning that was watched before can still be there, too.
  const video = await until(() => output.node.querySelector("video[tabindex]"), "a video");
  await until(() => video.readyState >= 2, "the video's first frame");
  return video;
}

/** The number that the shown frame of the tests' video carries in its colour. */
function shownNumber(source = find("player .vega-reel-video")) {
  const canvas = new OffscreenCanvas(1, 1);
  const context = canvas.getContext("2d");
  context.drawImage(source, 0, 0, 1, 1);
  const [red] = context.getImageData(0, 0, 1, 1).data;
  return Math.round((red - 8) / 8);
}

Object.assign(globalThis, { timers, blobs, setUp, job, doneJob, show, find, until, ready });
Object.assign(globalThis, { shownNumber });
