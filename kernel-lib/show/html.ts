/** A job as HTML, for viewers that do not know its MIME type. */
import type { JobModel } from "./mime.ts";
import { describeJob, placeOf } from "./text.ts";

/**
 * A plain progress bar while the job runs, in a box of the video's size once that is known, so
 * that the page does not jump when the video comes; then the video.
 *
 * @param model The job.
 * @param embedded The video as a `data:` URL, where it is put into the notebook.
 */
export function htmlOf(model: JobModel, embedded?: string): string {
  const words = escapeHtml(describeJob(model));
  if (model.state === "done") {
    return `<div class="vega-reel">${videoHtml(model, embedded)}${words}</div>`;
  }
  if (model.state === "running") {
    return `<div class="vega-reel">${boxOf(model, progressOf(model))}${words}</div>`;
  }
  return `<div class="vega-reel"><pre style="white-space:pre-wrap">${words}</pre></div>`;
}

/**
 * The element that plays a video, or shows a picture.
 *
 * @param model The video.
 * @param embedded The video as a `data:` URL, where it is put into the notebook.
 */
export function videoHtml(
  model: Pick<JobModel, "path" | "width" | "height" | "format">,
  embedded?: string,
): string {
  const { path = "", width, height, format } = model;
  const source = escapeHtml(embedded ?? path.split("/").map(encodeURIComponent).join("/"));
  if (format === "gif" || format === "png") {
    return `<img width="${width}" height="${height}" src="${source}" ` +
      `style="display:block;max-width:100%;height:auto" ` +
      `alt="The animation is beside this notebook: ${escapeHtml(placeOf(model))}">`;
  }
  return `<video controls loop muted playsinline preload="metadata" ` +
    `width="${width}" height="${height}" src="${source}" ` +
    `style="display:block;max-width:100%;height:auto">` +
    `The video is beside this notebook: ${escapeHtml(path)}</video>`;
}

function progressOf({ frames, total }: JobModel): string {
  const value = total === null ? "" : ` value="${frames}" max="${total}"`;
  return `<progress${value} aria-label="Rendering" style="display:block;width:100%;` +
    `max-width:30em;height:1.5em;accent-color:var(--jp-brand-color1,#1976d2)"></progress>`;
}

/** A box where the video will be. */
function boxOf({ width, height }: JobModel, content: string): string {
  if (width === undefined || height === undefined) return content;
  return `<div style="box-sizing:border-box;width:${width}px;max-width:100%;` +
    `aspect-ratio:${width}/${height};display:flex;align-items:center;justify-content:center;` +
    `padding:0 10%;background:var(--jp-layout-color2,#8882)">${content}</div>`;
}

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]);
}
