/** What of a machine decides bytes, part by part, so that two machines can be compared. */
import { createHash } from "node:crypto";
import { drawingCode, ownVersion, versionOf } from "../own_files.ts";
import { Encoder } from "../render/encode.ts";
import { loadRaster, type Raster } from "../render/raster.ts";
import type { IdentifyQuestion, MachineParts, Trial } from "../run/bridge_protocol.ts";
import { hashFonts } from "./fonts.ts";
import { cairoParts, PACKAGES, RASTERS } from "./machine.ts";
import { hashOf } from "./value_hash.ts";

/** How many frames a trial encodes. */
const TRIAL_FRAMES = 3;

/** What is asked of the driver. */
const GPU_QUERY = ["--query-gpu=name,driver_version", "--format=csv,noheader"];

/** How many digits of a hash people are shown. */
const DIGITS = 12;

/**
 * Asks this machine. Versions tell what people have to change; that pixels and bytes are equal is
 * shown by a drawing and a trial encode: libraries of one version may still use other instructions
 * on another processor.
 *
 * @param question What the job draws and encodes with.
 * @param ffmpeg Path or name of ffmpeg.
 * @throws {Error} If the canvas library cannot be loaded, or the encoder fails.
 */
export async function machineParts(
  { raster, trial }: IdentifyQuestion,
  ffmpeg: string,
): Promise<MachineParts> {
  const { locale, timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const library = await loadRaster(raster);
  const cairo = raster === "cairo" ? await cairoParts() : [];
  const fonts = hashFonts();
  const [ffmpegVersion, encoded] = await Promise.all([
    versionText(ffmpeg, ["-version"]),
    encodeTrial(ffmpeg, trial),
  ]);
  return {
    "Vega Reel": `${ownVersion()}, code ${short(hashOf(drawingCode()))}`,
    Deno: `${Deno.version.deno} for ${Deno.build.target}`,
    [RASTERS[raster]]: [versionOf(RASTERS[raster]), ...cairo].join(", "),
    ...Object.fromEntries(PACKAGES.map((name) => [name, versionOf(name)])),
    fonts: `${fonts.files} files, ${short(fonts.hash)}`,
    ffmpeg: ffmpegVersion,
    [trial.encoder]: `trial ${encoded}`,
    ...(trial.encoder === "nvenc" ? { GPU: await versionText("nvidia-smi", GPU_QUERY) } : {}),
    drawing: short(createHash("sha256").update(drawTrial(library)).digest("hex")),
    locale,
    "time zone": timeZone,
  };
}

/** The first line of what a program says of itself, and a hash of the rest. */
async function versionText(program: string, args: string[]): Promise<string> {
  const command = new Deno.Command(program, { args, stdin: "null", stderr: "null" });
  const text = new TextDecoder().decode((await command.output()).stdout);
  const [first] = text.split("\n");
  const build = createHash("sha256").update(text).digest("hex");
  return `${first.trim()}, build ${short(build)}`;
}

async function encodeTrial(ffmpeg: string, trial: Trial): Promise<string> {
  const { width, height } = trial;
  const encoder = new Encoder(ffmpeg, trial.arguments);
  try {
    const frame = new Uint8Array(width * height * 3 / 2);
    for (let i = 0; i < TRIAL_FRAMES; i++) {
      frame.fill(40 + 80 * i, 0, frame.length / 2);
      await encoder.write(frame);
    }
    return short(createHash("sha256").update(await encoder.finish()).digest("hex"));
  } catch (error) {
    await encoder.abort();
    throw error;
  }
}

/** What charts are made of: curves, thin lines, gradients, what shines through, and letters. */
function drawTrial(raster: Raster): Uint8Array<ArrayBuffer> {
  const { context, ...surface } = raster.createSurface(240, 160);
  context.fillStyle = "white";
  context.fillRect(0, 0, 240, 160);
  const gradient = context.createLinearGradient(0, 0, 240, 160);
  gradient.addColorStop(0, "#4c78a8");
  gradient.addColorStop(1, "#f58518");
  context.fillStyle = gradient;
  for (let i = 0; i < 12; i++) {
    context.globalAlpha = 0.3 + i / 20;
    context.beginPath();
    context.arc(20.3 + 17.7 * i, 50 + 20 * Math.sin(i), 4 + i, 0, 2 * Math.PI);
    context.fill();
    context.lineWidth = 0.5 + i / 4;
    context.beginPath();
    context.moveTo(0, 10 * i);
    context.bezierCurveTo(80, 13 * i, 160, 160 - 9 * i, 240, 7 * i);
    context.stroke();
  }
  context.globalAlpha = 1;
  context.fillStyle = "black";
  for (const [i, font] of ["sans-serif", "serif", "monospace"].entries()) {
    context.font = `${11 + i}px ${font}`;
    context.fillText("Vega Reel 0123 äöü", 10.4, 100 + 20 * i);
  }
  return surface.read();
}

function short(hash: string): string {
  return hash.slice(0, DIGITS);
}
