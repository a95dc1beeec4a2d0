/** What this machine has of that which a render needs. */
import { accessSync, constants, existsSync } from "node:fs";
import { availableParallelism, freemem, totalmem } from "node:os";
import { dirname } from "node:path";
import { importPackage, ownVersion, versionOf } from "../own_files.ts";
import { chooseEncoder, encoderVersion, ffmpegCommand } from "../job/encoder.ts";
import { byteSize } from "../show/text.ts";
import { cacheFolder } from "../store/folder.ts";
import { listFonts } from "../store/fonts.ts";
import { SegmentStore } from "../store/segment_store.ts";
import { findProgram } from "./find_program.ts";

/** One thing that was looked at. */
export interface Finding {
  name: string;
  /** True if it is there and works. */
  ok: boolean;
  /** True if it is not there, and videos can be rendered without it. */
  optional?: true;
  /** What is there, or why it does not work. */
  found: string;
  /** What to do about what is not there. */
  advice?: string;
}

/** All that was looked at. */
export interface Diagnosis {
  findings: Finding[];
  /** True if a video can be rendered here. */
  canRender: boolean;
}

/** The oldest Deno that is tested. */
const OLDEST_DENO = [2, 9];

/** Free memory below which workers run out of it soon, in bytes for each core. */
const LITTLE_MEMORY = 250e6;

const PICTURE = { width: 256, height: 256, fps: 30, crf: 21 };

const INSTALL_FFMPEG =
  "install ffmpeg with x264 (`apt install ffmpeg`, `brew install ffmpeg`, or " +
  "`pip install imageio-ffmpeg`), or set FFMPEG_PATH to one";

/**
 * Looks at this machine: each library is loaded, each encoder encodes a few frames.
 *
 * @param signal Gives up.
 */
export async function diagnose(signal: AbortSignal): Promise<Diagnosis> {
  const cairo = await lookAtCanvas(
    "canvas",
    "Cairo",
    "Skia draws, somewhat slower. Where npm installed Vega Reel, `npm install canvas` adds Cairo",
  );
  const skia = await lookAtCanvas(
    "@napi-rs/canvas",
    "Skia",
    cairo.ok ? "Cairo draws" : "`npm install @napi-rs/canvas`",
  );
  const ffmpeg = await lookAtFfmpeg(signal);
  const x264 = await lookAtX264(ffmpeg, signal);
  const nvenc = await lookAtNvenc(ffmpeg, x264.ok, signal);
  const needed = [
    ...(cairo.ok || skia.ok ? [] : [skia]),
    ...(x264.ok || nvenc.ok ? [] : [ffmpeg, x264]),
  ];
  const findings: Finding[] = [
    { name: "vega-reel", ok: true, found: ownVersion() },
    lookAtDeno(),
    cairo,
    skia,
    ffmpeg,
    x264,
    nvenc,
    lookAtFonts(),
    { name: "cores", ok: true, found: String(availableParallelism()) },
    lookAtMemory(),
    await lookAtStore(),
  ];
  return {
    findings: findings.map((one) =>
      one.ok || needed.includes(one) ? one : { ...one, optional: true }
    ),
    canRender: needed.length === 0,
  };
}

function lookAtDeno(): Finding {
  const [major, minor] = Deno.version.deno.split(".").map(Number);
  const ok = major > OLDEST_DENO[0] || major === OLDEST_DENO[0] && minor >= OLDEST_DENO[1];
  const oldest = OLDEST_DENO.join(".");
  return {
    name: "Deno",
    ok,
    found: `${Deno.version.deno}, ${Deno.execPath()}`,
    ...ok ? {} : { advice: `tested with ${oldest} and newer: \`deno upgrade\`` },
  };
}

async function lookAtCanvas(name: string, title: string, advice: string): Promise<Finding> {
  try {
    await importPackage(name);
    return { name: title, ok: true, found: `${name} ${versionOf(name)}` };
  } catch (cause) {
    return { name: title, ok: false, found: firstLine(cause), advice };
  }
}

async function lookAtFfmpeg(signal: AbortSignal): Promise<Finding> {
  const command = ffmpegCommand();
  const path = findProgram(command);
  if (path === undefined) {
    return { name: "ffmpeg", ok: false, found: `there is no '${command}'`, advice: INSTALL_FFMPEG };
  }
  try {
    const { stdout } = await new Deno.Command(path, { args: ["-version"], signal }).output();
    const version = /^ffmpeg version (\S+)/.exec(new TextDecoder().decode(stdout))?.[1];
    if (version !== undefined) return { name: "ffmpeg", ok: true, found: `${version}, ${path}` };
    return {
      name: "ffmpeg",
      ok: false,
      found: `${path} is another program`,
      advice: INSTALL_FFMPEG,
    };
  } catch (cause) {
    signal.throwIfAborted();
    return { name: "ffmpeg", ok: false, found: firstLine(cause), advice: INSTALL_FFMPEG };
  }
}

async function lookAtX264(ffmpeg: Finding, signal: AbortSignal): Promise<Finding> {
  const name = "x264";
  if (!ffmpeg.ok) return { name, ok: false, found: "there is no ffmpeg" };
  try {
    await encoderVersion("x264", signal);
    return { name, ok: true, found: "it has encoded three frames" };
  } catch (cause) {
    signal.throwIfAborted();
    return { name, ok: false, found: firstLine(cause), advice: INSTALL_FFMPEG };
  }
}

async function lookAtNvenc(
  ffmpeg: Finding,
  hasOther: boolean,
  signal: AbortSignal,
): Promise<Finding> {
  const name = "NVENC";
  if (!ffmpeg.ok) return { name, ok: false, found: "there is no ffmpeg" };
  const { whyNotNvenc } = await chooseEncoder("auto", PICTURE, signal);
  if (whyNotNvenc === undefined) return { name, ok: true, found: "it has encoded three frames" };
  return {
    name,
    ok: false,
    found: firstLine(whyNotNvenc),
    ...hasOther ? { advice: "x264 encodes" } : {},
  };
}

function lookAtFonts(): Finding {
  const files = listFonts().files.flat().filter(([path]) => /\.(ttf|otf|ttc)$/i.test(path));
  return files.length > 0 ? { name: "fonts", ok: true, found: `${files.length} files` } : {
    name: "fonts",
    ok: false,
    found: "none",
    advice: "letters are drawn in DejaVu Sans, which comes with Vega Reel; for others install " +
      "fonts, or name files with --fonts",
  };
}

function lookAtMemory(): Finding {
  const [free, total] = [freemem(), totalmem()];
  const found = `${gigabytes(free)} free of ${gigabytes(total)}`;
  if (free >= LITTLE_MEMORY * availableParallelism()) return { name: "memory", ok: true, found };
  return { name: "memory", ok: false, found, advice: "render with fewer workers, -n 1" };
}

async function lookAtStore(): Promise<Finding> {
  const name = "store";
  const folder = await cacheFolder(true);
  const advice = "give a folder, --cache FOLDER; without one each run renders all frames anew";
  if (folder === undefined) return { name, ok: false, found: "there is no home folder", advice };
  try {
    accessSync(nearestFolder(folder), constants.W_OK);
  } catch (cause) {
    return { name, ok: false, found: firstLine(cause), advice };
  }
  const store = new SegmentStore(folder);
  const bytes = store.list().reduce((sum, file) => sum + file.bytes, 0);
  return { name, ok: true, found: `${folder}, ${byteSize(bytes)} of ${byteSize(store.limit)}` };
}

/** The folder itself, or that in which it would be made. */
function nearestFolder(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestFolder(dirname(path));
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

function firstLine(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).split("\n")[0];
}
