/** The video that an output of a notebook speaks of. */
import { Buffer } from "node:buffer";
import { realpathSync, statSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import type { Shown } from "./read.ts";

/** Videos inside a notebook. */
const EMBEDDED = /\bsrc="data:(?:video\/(mp4|webm)|image\/(gif));base64,([A-Za-z0-9+/=]+)"/;

/** A video on disk. */
export interface Located {
  path: string;
  /** Frames per second of pictures, which do not say it. */
  fps: number | undefined;
}

/**
 * Finds the video of an output: the file beside the notebook; where that is gone, the one inside
 * the notebook. A notebook may come from a stranger and name any file: what does not lie in the
 * notebook's folder, or leads out of it by a link, is not read.
 *
 * @param shown The output.
 * @param folder The notebook's folder.
 * @param temporary Where a video from inside the notebook is put.
 * @param index Tells those apart.
 * @throws {Error} If there is none, naming the cell.
 */
export async function locateVideo(
  { cell, job, html }: Shown,
  folder: string,
  temporary: string,
  index: number,
): Promise<Located> {
  const { state, format } = job;
  const fps = typeof job.fps === "number" && job.fps > 0 && job.fps <= 1000 ? job.fps : undefined;
  const again = "run the cell again, or use the option 'execute' (--execute)";
  const path = typeof job.path === "string" && job.path !== "" ? job.path : undefined;
  if (state === "failed" || state === "cancelled") {
    throw new Error(`the animation of ${cell} ${WORDS[state]}: ${again}`);
  }
  const place = path === undefined ? undefined : fileIn(folder, path);
  // An output that was not seen to its end still calls its job running.
  if (place && (state === "done" || place.modified >= Number(job.started))) {
    return { path: format === "png" ? dirname(place.path) : place.path, fps };
  }
  if (state !== "done") throw new Error(`the animation of ${cell} has not ended: ${again}`);
  const embedded = EMBEDDED.exec(html);
  if (embedded) {
    const file = join(temporary, `embedded-${index}.${embedded[1] ?? embedded[2]}`);
    await Deno.writeFile(file, Buffer.from(embedded[3], "base64"));
    return { path: file, fps };
  }
  const why = path === undefined
    ? "names no video"
    : `names the video '${path}', which is not in the notebook's folder`;
  throw new Error(`the output of ${cell} ${why}: ${again}`);
}

const WORDS = { failed: "failed", cancelled: "was cancelled" };

/** A file in a folder, or below it; links are followed. */
function fileIn(folder: string, path: string): { path: string; modified: number } | undefined {
  try {
    const real = realpathSync(resolve(folder, path));
    const root = realpathSync(folder);
    const inside = real.startsWith(root.endsWith(sep) ? root : root + sep);
    return inside ? { path: real, modified: statSync(real).mtimeMs } : undefined;
  } catch {
    return undefined;
  }
}
