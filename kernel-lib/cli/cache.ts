/** `vega-reel cache`: what is kept of finished segments. */
import { Command, Option } from "commander";
import type { SegmentStore } from "../store/segment_store.ts";
import type { Context } from "./context.ts";
import { numeric } from "./flag_values.ts";
import type { Flags } from "./flags.ts";
import { UsageError } from "./usage.ts";
import { writeJSON, writeLine } from "./write.ts";

const HELP = `
Examples:
  vega-reel cache show
  vega-reel cache prune --size 500 --older 30
  vega-reel cache clear --cache renders/.cache`;

const DAY = 86_400_000;

/** Makes the command. */
export function cacheCommand(_context: Context): Command {
  const command = new Command("cache")
    .description("Show, prune or clear what is kept of finished segments.")
    .addHelpText("after", HELP);
  const add = (name: string, description: string) =>
    command.command(name).description(description)
      .addOption(new Option("--cache <folder>", "the folder (default: the platform's own)"))
      .addOption(new Option("--json", "print it as a line of JSON"));
  add("show", "Print where segments are kept, and how much there is.")
    .action(async (flags: Flags) => {
      const store = await openStore(flags);
      const files = store.list();
      const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
      const { folder, limit } = store;
      await say({ folder, entries: files.length, bytes, limit }, flags);
    });
  add("prune", "Remove what was not used for longest.")
    .addOption(numeric("--size <MB>", "keep so much"))
    .addOption(numeric("--older <days>", "remove what was not used for so long"))
    .action(async (flags: Flags) => {
      const { size, older } = flags as { size?: number; older?: number };
      if (size === undefined && older === undefined) {
        throw new UsageError("prune goes with --size, --older or both");
      }
      const wrong = Object.entries({ size, older }).find(([, value]) => Number(value) < 0);
      if (wrong) throw new UsageError(`--${wrong[0]} must be at least 0: it is ${wrong[1]}`);
      const store = await openStore(flags);
      const since = older === undefined ? undefined : Date.now() - older * DAY;
      await say(
        { folder: store.folder, removed: store.prune(1e6 * (size ?? Infinity), since) },
        flags,
      );
    });
  add("clear", "Remove everything.")
    .action(async (flags: Flags) => {
      const store = await openStore(flags);
      await say({ folder: store.folder, removed: store.clear() }, flags);
    });
  return command;
}

async function openStore({ cache }: Flags): Promise<SegmentStore> {
  const { cacheFolder } = await import("../store/folder.ts");
  const { SegmentStore } = await import("../store/segment_store.ts");
  const folder = await cacheFolder(cache === undefined ? true : String(cache));
  if (folder === undefined) throw new Error("There is no home folder: give one, --cache FOLDER");
  return new SegmentStore(folder);
}

/** What a command on the store tells. */
interface Told {
  folder: string;
  entries?: number;
  bytes?: number;
  limit?: number;
  /** Bytes that were removed. */
  removed?: number;
}

async function say(told: Told, { json }: Flags): Promise<void> {
  if (json) return writeJSON({ type: "cache", ...told });
  const { byteSize } = await import("../show/text.ts");
  const { folder, entries, bytes = 0, limit = 0, removed = 0 } = told;
  writeLine(
    entries === undefined
      ? `${folder}: ${byteSize(removed)} removed`
      : `${folder}: ${entries} entries, ${byteSize(bytes)} of ${byteSize(limit)}`,
  );
}
