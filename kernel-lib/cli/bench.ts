import { Command } from "commander";
import type { Context } from "./context.ts";
export function benchCommand(_: Context): Command {
  return new Command("bench");
}
