/** The commands of the palette and the File menu. */
import type { NotebookPanel } from "@jupyterlab/notebook";
import type { TranslationBundle } from "@jupyterlab/translation";
import type { CommandRegistry } from "@lumino/commands";
import type { IRenders } from "./tokens.ts";

export const GO_TO = "vega-reel:go-to-render";
export const CANCEL_NOTEBOOK = "vega-reel:cancel-notebook";
export const CANCEL_ALL = "vega-reel:cancel-all";
export const DOWNLOAD = "vega-reel:download-video";
export const SAVE_FRAME = "vega-reel:save-frame";
export const COPY_PATH = "vega-reel:copy-path";
export const ALLOW_NOTIFICATIONS = "vega-reel:allow-notifications";

/** All commands, in the order in which the palette shows them. */
export const ALL = [
  GO_TO,
  CANCEL_NOTEBOOK,
  CANCEL_ALL,
  DOWNLOAD,
  SAVE_FRAME,
  COPY_PATH,
  ALLOW_NOTIFICATIONS,
];

/** Those that the File menu has. */
export const IN_FILE_MENU = [DOWNLOAD, SAVE_FRAME, COPY_PATH, CANCEL_ALL];

/** What is needed of the Lab. */
export interface CommandsOptions {
  commands: CommandRegistry;
  renders: IRenders;
  /** The notebook that the user is in. */
  currentNotebook(): NotebookPanel | null;
  trans: TranslationBundle;
}

/** Adds all commands; their places in menus are not decided here. */
export function addCommands(options: CommandsOptions): void {
  const { commands, renders, trans } = options;
  commands.addCommand(GO_TO, {
    label: trans.__("Go to Running Render"),
    caption: trans.__("Go to the cell of a running render; called again, of the next one"),
    isEnabled: () => renders.running.length > 0,
    execute: goToNext(renders),
  });
  const inNotebook = () => {
    const panel = options.currentNotebook();
    return renders.running.filter((render) => render.panel === panel).map(({ model }) => model.id);
  };
  commands.addCommand(CANCEL_NOTEBOOK, {
    label: trans.__("Cancel Renders in Notebook"),
    isEnabled: () => inNotebook().length > 0,
    execute: () => renders.cancel(...inNotebook()),
  });
  commands.addCommand(CANCEL_ALL, {
    label: trans.__("Cancel All Renders"),
    isEnabled: () => renders.running.length > 0,
    execute: () => renders.cancel(...renders.running.map(({ model }) => model.id)),
  });
  addVideoCommands(options);
  commands.addCommand(ALLOW_NOTIFICATIONS, {
    label: trans.__("Allow Notifications of Ended Renders"),
    caption: trans.__("Let the browser tell when a long render ends while its tab is hidden"),
    isEnabled: () => "Notification" in globalThis && Notification.permission === "default",
    execute: () => Notification.requestPermission(),
  });
  renders.changed.connect(() => {
    for (const id of [GO_TO, CANCEL_NOTEBOOK, CANCEL_ALL]) {
      commands.notifyCommandChanged(id);
    }
  });
}

/** The commands that are buttons in the output, too: they are pressed. */
function addVideoCommands({ commands, currentNotebook, trans }: CommandsOptions): void {
  const buttons: [id: string, button: string, label: string, caption: string][] = [
    [DOWNLOAD, "download", trans.__("Download Video"), trans.__("Of the selected cell")],
    [
      SAVE_FRAME,
      "save-frame",
      trans.__("Save Video Frame as PNG"),
      trans.__("The frame that the selected cell's video shows"),
    ],
    [COPY_PATH, "copy-path", trans.__("Copy Path of Video"), trans.__("Of the selected cell")],
  ];
  for (const [id, name, label, caption] of buttons) {
    const find = () =>
      currentNotebook()?.content.activeCell?.node.querySelector<HTMLElement>(
        `.jp-OutputArea-output [data-command="${name}"]:not(:disabled, [aria-disabled])`,
      );
    commands.addCommand(id, {
      label,
      caption,
      isEnabled: () => Boolean(find()),
      execute: () => find()?.click(),
    });
  }
}

/** Goes from one running job to the next, in the order in which they began. */
function goToNext(renders: IRenders): () => Promise<void> {
  let last: string | undefined;
  return async () => {
    const ids = renders.running.map(({ model }) => model.id);
    const start = last === undefined ? 0 : ids.indexOf(last) + 1;
    for (const id of [...ids.slice(start), ...ids.slice(0, start)]) {
      const place = renders.placeOfJob(id);
      if (!place) continue;
      last = id;
      return await renders.reveal(place);
    }
  };
}
