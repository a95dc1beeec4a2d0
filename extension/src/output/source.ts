/** Where an output's video is. */
import type { TranslationBundle } from "@jupyterlab/translation";
import type { JobModel, VideoFormat } from "../../../kernel-lib/show/mime.ts";
import type { Files } from "./files.ts";

/** A video that can be shown, or why there is none. */
export type Found =
  | {
    kind: "video";
    url: string;
    /** Whether the address is of a blob, which is to be revoked. */
    blob: boolean;
    /** The path on the server; undefined of a video that is inside the notebook. */
    path?: string;
    /** Whether the file is no longer the one that was rendered. */
    changed: boolean;
  }
  /** There is no path, or it is not to be used. */
  | { kind: "refused" }
  /** There is no such file. */
  | { kind: "missing"; path: string };

/** What browsers call the file of each format. */
const TYPES: Record<VideoFormat, string> = {
  mp4: "video/mp4",
  webm: "video/webm",
  gif: "image/gif",
  png: "image/png",
};

function typeOf({ format = "mp4" }: JobModel): string {
  return TYPES[format];
}

/**
 * Finds the video of a job: the one inside the notebook, which is surely this job's; otherwise the
 * file.
 *
 * @param html The output's HTML. It is read and never shown.
 */
export async function findVideo(
  job: JobModel,
  html: string,
  files: Files | undefined,
  signal: AbortSignal,
): Promise<Found> {
  const embedded = embeddedVideo(html, typeOf(job));
  if (embedded) {
    return {
      kind: "video",
      url: URL.createObjectURL(embedded),
      blob: true,
      changed: false,
    };
  }
  const path = job.path === undefined ? undefined : await files?.locate(job.path);
  if (files === undefined || path === undefined) return { kind: "refused" };
  let size: number | undefined;
  try {
    size = await files.size(path);
    if (size === undefined) return { kind: "missing", path };
  } catch {
    // Some servers tell nothing of a file but its content.
  }
  const url = new URL(await files.url(path), location.href);
  // A new video under the old path must not be mixed with what the browser kept of the old one.
  url.searchParams.set("revision", job.id);
  // Of pictures, the file is but the first.
  const changed = size !== undefined && job.bytes !== undefined && size !== job.bytes &&
    job.format !== "png";
  if (url.origin === location.origin) {
    return { kind: "video", url: url.href, blob: false, path, changed };
  }
  // Of a video from elsewhere no frame could be saved.
  const blob = await fetchVideo(url.href, job, files, signal);
  return { kind: "video", url: blob, blob: true, path, changed };
}

/** Reads a video for which the element itself may lack the right; the address is of a blob. */
export async function fetchVideo(
  url: string,
  job: JobModel,
  files: Files,
  signal: AbortSignal,
): Promise<string> {
  const content = await files.fetch(url, signal);
  // A server's type for the file must not make anything else of it than a video.
  return URL.createObjectURL(new Blob([content], { type: typeOf(job) }));
}

/** Why there is nothing to show, in words. */
export function whyNotFound(
  found: Exclude<Found, { kind: "video" }>,
  { path }: JobModel,
  trans: TranslationBundle,
): string {
  if (found.kind === "refused" || path === undefined) {
    return trans.__(
      "The video cannot be shown: it is not in a folder that this notebook may read. " +
        "Run the cell again.",
    );
  }
  return trans.__(
    "The video is not here: %1 was expected beside this notebook. " +
      "Run the cell again, or put the file there.",
    path,
  );
}

/** The video, or picture, of a type inside an output's HTML. */
export function embeddedVideo(html: string, type: string): Blob | undefined {
  const prefix = `data:${type};base64,`;
  if (!html.includes(prefix)) return undefined;
  // The document is inert: nothing in it is loaded or run.
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const source = parsed.querySelector(`[src^="${prefix}"]`)?.getAttribute("src");
  if (!source) return undefined;
  try {
    const binary = atob(source.slice(prefix.length));
    return new Blob([Uint8Array.from(binary, (letter) => letter.charCodeAt(0))], {
      type,
    });
  } catch {
    return undefined;
  }
}
