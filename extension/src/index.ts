import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { MIME_TYPE } from "../../kernel-lib/show/mime.ts";
const plugin: JupyterFrontEndPlugin<void> = {
  id: "jupyterlab-vega-reel:renderer",
  autoStart: true,
  activate: (_app: JupyterFrontEnd) => {
    console.log(MIME_TYPE);
  },
};
export default [plugin];
