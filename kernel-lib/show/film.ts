/** A film in a notebook. */
import { relative, sep } from "node:path";
import type { Film } from "../film/join.ts";
import { videoHtml } from "./html.ts";
import { hideResult, kernelBroadcast } from "./kernel.ts";
import { SETTLE } from "./notebook.ts";
import { byteSize } from "./text.ts";

/**
 * Shows a film in the notebook's cell, where there is one, with the browser's own player. It is no
 * animation's output, so that a notebook that shows a film can itself be made into one.
 *
 * @returns The film, which is not shown again as the value of the cell.
 */
export async function showFilm(film: Film): Promise<Film> {
  const broadcast = kernelBroadcast();
  if (!broadcast) return film;
  const { frames, duration, width, height, bytes } = film;
  const path = relative(Deno.cwd(), film.path).replaceAll(sep, "/");
  const size = `${width}x${height}`;
  const facts = [`${frames} frames`, `${duration.toFixed(1)} s`, size, byteSize(bytes)].join(", ");
  const data = {
    "text/html": videoHtml({ path, width, height }) + facts,
    "text/plain": `${path}: ${facts}`,
  };
  broadcast("display_data", { data, metadata: {}, transient: {} });
  await new Promise((resolve) => setTimeout(resolve, SETTLE));
  return hideResult(film);
}
