import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { IStatusBar } from "@jupyterlab/statusbar";
import { ITranslator, nullTranslator } from "@jupyterlab/translation";
import { StatusItem } from "../status/item.ts";
import { IRenders } from "../tokens.ts";

/** Shows the running jobs in the status bar, where there is one. */
const plugin: JupyterFrontEndPlugin<void> = {
  id: "jupyterlab-vega-reel:status",
  description: "Shows the running renders in the status bar.",
  autoStart: true,
  requires: [IRenders],
  optional: [IStatusBar, ITranslator],
  activate: (
    _: JupyterFrontEnd,
    renders: IRenders,
    statusBar: IStatusBar | null,
    translator: ITranslator | null,
  ) => {
    statusBar?.registerStatusItem(plugin.id, {
      item: new StatusItem(renders, translator ?? nullTranslator),
      align: "right",
      rank: 100,
      isActive: () => renders.running.length > 0,
      activeStateChanged: renders.changed,
    });
  },
};

export default plugin;
