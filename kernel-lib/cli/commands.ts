/** The commands, in the order of the help. */
import type { Command } from "commander";
import { benchCommand } from "./bench.ts";
import { cacheCommand } from "./cache.ts";
import type { Context } from "./context.ts";
import { doctorCommand } from "./doctor.ts";
import { exportCommand } from "./export.ts";
import { renderCommand } from "./render.ts";
import { stillCommand } from "./still.ts";

/** Makes each command. What a command does is imported when it runs, so that help is quick. */
export const COMMANDS: ((context: Context) => Command)[] = [
  renderCommand,
  stillCommand,
  exportCommand,
  benchCommand,
  cacheCommand,
  doctorCommand,
];
