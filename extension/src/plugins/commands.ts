import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ICommandPalette } from "@jupyterlab/apputils";
import { IMainMenu } from "@jupyterlab/mainmenu";
import { INotebookTracker } from "@jupyterlab/notebook";
import { ITranslator, nullTranslator } from "@jupyterlab/translation";
import * as names from "../commands.ts";
import { IRenders } from "../tokens.ts";
import { DOMAIN } from "../translation.ts";

/** Adds the commands, to the palette and the File menu where they are there. */
const plugin: JupyterFrontEndPlugin<void> = {
  id: "jupyterlab-vega-reel:commands",
  description: "Commands for renders and their videos.",
  autoStart: true,
  requires: [IRenders, INotebookTracker],
  optional: [ICommandPalette, IMainMenu, ITranslator],
  activate: (
    { commands, shell }: JupyterFrontEnd,
    renders: IRenders,
    tracker: INotebookTracker,
    palette: ICommandPalette | null,
    menu: IMainMenu | null,
    translator: ITranslator | null,
  ) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const currentNotebook = () =>
      tracker.currentWidget === shell.currentWidget ? tracker.currentWidget : null;
    names.addCommands({ commands, renders, currentNotebook, trans });
    const category = trans.__("Vega Reel");
    for (const command of names.ALL) palette?.addItem({ command, category });
    menu?.fileMenu.addGroup(
      names.IN_FILE_MENU.map((command) => ({ command })),
      40,
    );
  },
};

export default plugin;
