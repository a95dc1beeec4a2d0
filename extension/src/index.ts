/** The extension's plugins. */
import commands from "./plugins/commands.ts";
import exporting from "./plugins/export.ts";
import notifications from "./plugins/notifications.ts";
import renderer from "./plugins/renderer.ts";
import renders from "./plugins/renders.ts";
import settings from "./plugins/settings.ts";
import status from "./plugins/status.ts";

export default [settings, renders, renderer, status, commands, exporting, notifications];
