import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ISettingRegistry } from "@jupyterlab/settingregistry";
import { CurrentSettings } from "../settings.ts";
import { ISettings } from "../tokens.ts";

/** Knows the user's settings; without JupyterLab's, the defaults hold. */
const plugin: JupyterFrontEndPlugin<ISettings> = {
  id: "jupyterlab-vega-reel:settings",
  description: "How animations are shown.",
  autoStart: true,
  provides: ISettings,
  optional: [ISettingRegistry],
  activate: (_: JupyterFrontEnd, registry: ISettingRegistry | null) => {
    const settings = new CurrentSettings();
    registry?.load(plugin.id).then(
      (source) => settings.follow(source),
      (error) => console.error("Cannot read the settings of Vega Reel", error),
    );
    return settings;
  },
};

export default plugin;
