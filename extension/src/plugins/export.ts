import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ICommandPalette } from "@jupyterlab/apputils";
import { IMainMenu } from "@jupyterlab/mainmenu";
import { INotebookTracker } from "@jupyterlab/notebook";
import { IStatusBar } from "@jupyterlab/statusbar";
import { ITranslator, nullTranslator } from "@jupyterlab/translation";
import { addExportCommand, EXPORT } from "../export/command.ts";
import { Exports } from "../export/exports.ts";
import { ExportItem } from "../export/item.ts";
import { tellOfEnds } from "../export/tell.ts";
import { DOMAIN } from "../translation.ts";

/** Exports a notebook as one video, in a kernel of its own. */
const plugin: JupyterFrontEndPlugin<void> = {
  id: "jupyterlab-vega-reel:export",
  description: "Exports the animations of a notebook as one video.",
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ICommandPalette, IMainMenu, IStatusBar, ITranslator],
  activate: (
    { commands, contextMenu, serviceManager, shell }: JupyterFrontEnd,
    tracker: INotebookTracker,
    palette: ICommandPalette | null,
    menu: IMainMenu | null,
    statusBar: IStatusBar | null,
    translator: ITranslator | null,
  ) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const { sessions, kernelspecs: specs, contents } = serviceManager;
    const exports = new Exports({ sessions, specs, contents });
    const currentNotebook = () =>
      tracker.currentWidget === shell.currentWidget ? tracker.currentWidget : null;
    addExportCommand({ commands, exports, currentNotebook, trans });
    tellOfEnds(exports, commands, trans);
    palette?.addItem({ command: EXPORT, category: trans.__("Vega Reel") });
    menu?.fileMenu.addGroup([{ command: EXPORT }], 41);
    contextMenu.addItem({
      command: EXPORT,
      selector: ".jp-Notebook",
      rank: 50,
    });
    statusBar?.registerStatusItem(plugin.id, {
      item: new ExportItem(exports, trans),
      align: "right",
      rank: 101,
      isActive: () => exports.running.length > 0,
      activeStateChanged: exports.changed,
    });
  },
};

export default plugin;
