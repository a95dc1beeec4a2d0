/** The plugin that shows jobs in cells. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { Clipboard } from "@jupyterlab/apputils";
import { IRenderMimeRegistry } from "@jupyterlab/rendermime";
import { ITranslator, nullTranslator } from "@jupyterlab/translation";
import { MIME_TYPE } from "../../../kernel-lib/show/mime.ts";
import { ServerFiles } from "../output/files.ts";
import { RenderedJob } from "../output/rendered_job.ts";
import { IRenders, ISettings } from "../tokens.ts";
import { DOMAIN } from "../translation.ts";

/** Before `text/html`, which is beside it for other viewers, at 50. */
const RANK = 40;

/** Shows jobs in the outputs of cells. */
const plugin: JupyterFrontEndPlugin<void> = {
  id: "jupyterlab-vega-reel:renderer",
  description: "Shows animations, and how far they are, in the outputs of cells.",
  autoStart: true,
  requires: [IRenderMimeRegistry],
  optional: [IRenders, ISettings, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    registry: IRenderMimeRegistry,
    renders: IRenders | null,
    settings: ISettings | null,
    translator: ITranslator | null,
  ): void => {
    const { contents, serverSettings } = app.serviceManager;
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    registry.addFactory(
      {
        // Nothing in an output's data is run: it can be shown where the notebook is not trusted.
        safe: true,
        mimeTypes: [MIME_TYPE],
        createRenderer: ({ resolver }) =>
          new RenderedJob({
            trans,
            renders: renders ?? undefined,
            settings: settings ?? undefined,
            files: new ServerFiles(contents, serverSettings, resolver),
            copy,
          }),
      },
      RANK,
    );
  },
};

export default plugin;

/** Puts a text on the clipboard, also where the page has no right to the clipboard's own way. */
async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    Clipboard.copyToSystem(text);
  }
}
