import { Command } from "commander";
import type { Context } from "./context.ts";
export function cacheCommand(_: Context): Command {
  return new Command("cache");
}
