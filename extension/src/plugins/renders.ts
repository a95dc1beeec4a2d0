import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ISessionContextDialogs } from "@jupyterlab/apputils";
import { INotebookTracker } from "@jupyterlab/notebook";
import { ITranslator, nullTranslator } from "@jupyterlab/translation";
import { Renders } from "../renders.ts";
import { IRenders } from "../tokens.ts";

/** Knows the running jobs. */
const plugin: JupyterFrontEndPlugin<IRenders> = {
  id: "jupyterlab-vega-reel:renders",
  description: "Knows the animations that are being rendered in open notebooks.",
  autoStart: true,
  provides: IRenders,
  requires: [INotebookTracker],
  optional: [ISessionContextDialogs, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    dialogs: ISessionContextDialogs | null,
    translator: ITranslator | null,
  ) =>
    new Renders({
      tracker,
      shell: app.shell,
      contents: app.serviceManager.contents,
      dialogs: dialogs ?? undefined,
      translator: translator ?? nullTranslator,
    }),
};

export default plugin;
