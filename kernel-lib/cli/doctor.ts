import { Command } from "commander";
import type { Context } from "./context.ts";
export function doctorCommand(_: Context): Command {
  return new Command("doctor");
}
