import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ITranslator, nullTranslator } from "@jupyterlab/translation";
import { notifyOfEnds } from "../notify.ts";
import { IRenders, ISettings } from "../tokens.ts";
import { DOMAIN } from "../translation.ts";

/** Tells of long renders that end out of sight. */
const plugin: JupyterFrontEndPlugin<void> = {
  id: "jupyterlab-vega-reel:notifications",
  description: "Tells when a long render ends out of sight.",
  autoStart: true,
  requires: [IRenders, ISettings],
  optional: [ITranslator],
  activate: (
    _: JupyterFrontEnd,
    renders: IRenders,
    settings: ISettings,
    translator: ITranslator | null,
  ) => notifyOfEnds(renders, settings, (translator ?? nullTranslator).load(DOMAIN)),
};

export default plugin;
