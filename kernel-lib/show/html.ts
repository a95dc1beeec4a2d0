/** A job as HTML, for viewers that do not know its MIME type. */
import type { JobModel } from "./mime.ts";
import { describeJob } from "./text.ts";

/**
 * A plain progress bar while the job runs, then a video.
 *
 * @param model The job.
 * @param embedded The video as a `data:` URL, where it is put into the notebook.
 */
export function htmlOf(model: JobModel, embedded?: string): string {
  const words = escapeHtml(describeJob(model));
  if (model.state === "done") {
    const source = embedded ?? encodeURI(model.path ?? "");
    return `<div class="vega-reel"><video controls loop muted playsinline preload="metadata" ` +
      `width="${model.width}" height="${model.height}" style="max-width:100%;height:auto" ` +
      `src="${escapeHtml(source)}">The video is beside this notebook: ` +
      `${escapeHtml(model.path ?? "")}</video><div>${words}</div></div>`;
  }
  if (model.state === "running") {
    const value = model.total === null ? "" : ` value="${model.frames}" max="${model.total}"`;
    return `<div class="vega-reel"><progress${value} style="width:100%;max-width:40em" ` +
      `aria-label="Rendering"></progress><div>${words}</div></div>`;
  }
  return `<div class="vega-reel"><pre>${words}</pre></div>`;
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
