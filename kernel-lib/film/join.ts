/** Joins videos, and encodes anew only those that do not fit the others. */
import { writeFile } from "../job/join.ts";
import { SegmentSpool } from "../job/spool.ts";
import { writeWhole } from "../job/whole.ts";
import { parseStream } from "../job/h264.ts";
import { addChapters, type Chapter } from "./chapters.ts";
import type { Clip } from "./clip.ts";
import { conform, conformedParameters, type Shape } from "./conform.ts";
import { fits } from "./shape.ts";

/** A part of a finished film. */
export interface FilmPart {
  /** Absolute path of the video that it was made of. */
  path: string;
  /** Index of its first frame. */
  first: number;
  frames: number;
  /** False where it was taken over as it was. */
  encoded: boolean;
}

/** Videos that were joined to one. */
export interface Film {
  /** Absolute path of the file. */
  path: string;
  format: "mp4";
  /** The codec as RFC 6381 names it. */
  codec: string;
  frames: number;
  fps: number;
  /** Seconds. */
  duration: number;
  width: number;
  height: number;
  /** Size of the file. */
  bytes: number;
  chapters: Chapter[];
  /** In order. */
  parts: FilmPart[];
}

/** Who is told, and who may give up. */
export interface JoinEvents {
  signal: AbortSignal;
  onProgress?: (progress: { done: number; total: number }) => void;
}

/**
 * Joins videos.
 *
 * @param output Absolute path of the file.
 * @param clips In order.
 * @param shape What all of them become.
 * @param background CSS colour of the margins, and behind what shows through.
 * @param titles For each, the title of the chapter that begins with it, if one does.
 * @throws {Error} If one of them cannot be read; nothing is left behind.
 */
export async function joinClips(
  output: string,
  clips: Clip[],
  shape: Shape,
  background: string,
  titles: (string | undefined)[],
  { signal, onProgress }: JoinEvents,
): Promise<Film> {
  const { width, height, fps } = shape;
  const alike = new Set(
    clips.map((clip) => fits(clip, shape) ? clip.track?.parameters : undefined),
  );
  const isAlike = alike.size === 1 && !alike.has(undefined);
  const parameters = isAlike ? [...alike][0] : await conformedParameters(shape, signal);
  using spool = new SegmentSpool();
  const parts: FilmPart[] = [];
  let first = 0;
  for (const [i, clip] of clips.entries()) {
    signal.throwIfAborted();
    const { track } = clip;
    const encoded = !track || !fits(clip, shape) || track.parameters !== parameters;
    const bytes = encoded ? await conform(clip, shape, background, signal) : await track.read();
    const frames = parseStream(bytes).units.length;
    spool.set(i, bytes);
    parts.push({ path: clip.path, first, frames, encoded });
    first += frames;
    onProgress?.({ done: i + 1, total: clips.length });
  }
  const duration = first / fps;
  const chapters = parts.flatMap(({ first }, i): Chapter[] => {
    const title = titles[i];
    return title === undefined ? [] : [{ title, start: first / fps }];
  });
  const segments = parts.map(({ frames }, i) => ({ frames, read: () => spool.get(i) }));
  const video = { width, height, fps, frames: first };
  const write = async (temporary: string) => {
    if (chapters.length === 0) return await writeFile(temporary, segments, video, signal);
    const plain = `${temporary}.mp4`;
    try {
      const codec = await writeFile(plain, segments, video, signal);
      await addChapters(plain, temporary, chapters, duration, signal);
      return codec;
    } finally {
      await Deno.remove(plain).catch(() => {});
    }
  };
  const { written, bytes } = await writeWhole(output, write, signal);
  return {
    ...{ path: output, format: "mp4", codec: written, frames: first, fps, duration },
    ...{ width, height, bytes, chapters, parts },
  };
}
