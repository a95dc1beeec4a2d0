/** The command that exports a notebook. */
import { Notification } from "@jupyterlab/apputils";
import type { NotebookPanel } from "@jupyterlab/notebook";
import type { TranslationBundle } from "@jupyterlab/translation";
import type { CommandRegistry } from "@lumino/commands";
import type { Exports } from "./exports.ts";

export const EXPORT = "vega-reel:export-notebook";

/** What is needed of the Lab. */
export interface ExportCommandOptions {
  commands: CommandRegistry;
  exports: Exports;
  /** The notebook that the user is in. */
  currentNotebook(): NotebookPanel | null;
  trans: TranslationBundle;
}

/** Adds the command; its places in menus are not decided here. */
export function addExportCommand(
  { commands, exports, currentNotebook, trans }: ExportCommandOptions,
): void {
  commands.addCommand(EXPORT, {
    label: trans.__("Export Notebook as Video"),
    caption: trans.__("Join the animations of this notebook to one video beside it"),
    isEnabled: () => currentNotebook() !== null,
    execute: async () => {
      const panel = currentNotebook();
      if (!panel) return;
      const { context, sessionContext } = panel;
      try {
        // The outputs are read from the file.
        if (context.model.dirty) await context.save();
        const { kernelPreference, session } = sessionContext;
        await exports.start(context.path, session?.kernel?.name ?? kernelPreference.name);
      } catch (error) {
        const words = error instanceof Error ? error.message : String(error);
        Notification.error(trans.__("The notebook cannot be exported: %1", words), {
          autoClose: 10_000,
        });
      }
    },
  });
}
