/** Icons that JupyterLab has none of. */
import { LabIcon } from "@jupyterlab/ui-components";

/** An icon of 24 by 24 in the colour of JupyterLab's own. */
function icon(name: string, path: string): LabIcon {
  const svgstr = `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">` +
    `<path class="jp-icon3" fill="#616161" d="${path}"/></svg>`;
  return new LabIcon({ name: `jupyterlab-vega-reel:${name}`, svgstr });
}

export const backIcon = icon("back", "M5 5h2.5v14H5zM19 5v14L9 12z");
export const forwardIcon = icon("forward", "M16.5 5H19v14h-2.5zM5 5l10 7-10 7z");
export const loopIcon = icon(
  "loop",
  "M7 7h9v3.5L21 6l-5-4.5V5H5v7h2zM17 17H8v-3.5L3 18l5 4.5V19h11v-7h-2z",
);
export const fullScreenIcon = icon(
  "full-screen",
  "M4 4h6v2H6v4H4zM14 4h6v6h-2V6h-4zM4 14h2v4h4v2H4zM18 14h2v6h-6v-2h4z",
);
export const leaveFullScreenIcon = icon(
  "leave-full-screen",
  "M8 4h2v6H4V8h4zM14 4h2v4h4v2h-6zM4 14h6v6H8v-4H4zM14 14h6v2h-4v4h-2z",
);
export const saveFrameIcon = icon(
  "save-frame",
  "M9 4h6l1.5 2H20c.55 0 1 .45 1 1v12c0 .55-.45 1-1 1H4c-.55 0-1-.45-1-1V7c0-.55.45-1 1-1" +
    "h3.5zM12 8.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zm0 2a2.5 2.5 0 1 1 0 5" +
    " 2.5 2.5 0 0 1 0-5z",
);
