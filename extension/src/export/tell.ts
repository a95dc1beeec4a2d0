/** Telling how an export has ended. */
import { Notification } from "@jupyterlab/apputils";
import type { TranslationBundle } from "@jupyterlab/translation";
import type { CommandRegistry } from "@lumino/commands";
import type { Exports } from "./exports.ts";

/** JupyterLab's own command that opens a file. */
const OPEN = "docmanager:open";

/** How long the message of a success stays, in ms. */
const SHOWN = 10_000;

/** Tells of each export that is done or has failed; who cancelled one knows. */
export function tellOfEnds(
  exports: Exports,
  commands: CommandRegistry,
  trans: TranslationBundle,
): void {
  exports.ended.connect((_, { told, folder, export: { notebook } }) => {
    if (told.type === "failed") {
      Notification.error(trans.__("%1 cannot be exported: %2", notebook, told.message), {
        autoClose: false,
      });
    } else if (told.type === "done") {
      const path = `${folder}${told.file}`;
      Notification.success(trans.__("%1 is exported to %2", notebook, told.file), {
        autoClose: SHOWN,
        actions: commands.hasCommand(OPEN)
          ? [{
            label: trans.__("Open"),
            callback: () => void commands.execute(OPEN, { path }),
          }]
          : [],
      });
    }
  });
}
