/** The film reel that stands for Vega Reel. */
import { LabIcon } from "@jupyterlab/ui-components";

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
<path class="jp-icon3" fill="#616161" fill-rule="evenodd" d="M12 2a10 10 0 1 0 0 20h10v-2h-4a10 10 0 0 0 \
4-8A10 10 0 0 0 12 2zm0 2.5a2.8 2.8 0 1 1 0 5.600a2.8 2.8 0 0 1 0-5.600zm-4.700 4.700a2.8 2.8 0 1 1 0 5.600\
a2.8 2.8 0 0 1 0-5.600zm9.400 0a2.8 2.8 0 1 1 0 5.600a2.8 2.8 0 0 1 0-5.600zM12 13.900a2.8 2.8 0 1 1 0 5.600\
a2.8 2.8 0 0 1 0-5.600z"/></svg>`;

export const reelIcon = new LabIcon({ name: "vega-reel:reel", svgstr: SVG });
