/** `vega-reel export`: a notebook to one video of its animations. */
import { Command, Option } from "commander";
import type { Film } from "../concat.ts";
import type { ExportOptions, ExportProgress } from "../export_notebook.ts";
import type { Context } from "./context.ts";
import { numeric } from "./flag_values.ts";
import { readJSON, STDIN } from "./source.ts";
import { asUsage } from "./usage.ts";
import { writeJSON, writeLine } from "./write.ts";

const HELP = `
The animations come in the notebook's order, each after a card with the heading above it, where a
chapter begins. What is finished is not rendered again. Videos are read from the notebook's folder.

Examples:
  vega-reel export talk.ipynb -o talk.mp4 --captions
  # Runs the cells first; segments that were kept are not rendered again.
  vega-reel export talk.ipynb --execute
  # A notebook from another program, whose videos are in a folder.
  convert | vega-reel export - --folder notebooks -o talk.mp4 --json`;

/** The flags as they are typed. */
interface Flags extends Omit<ExportOptions, "cardSeconds" | "signal" | "onProgress" | "show"> {
  cards?: number;
  json?: boolean;
}

/** Makes the command. */
export function exportCommand({ signal }: Context): Command {
  return new Command("export")
    .description("Join the animations of a notebook to one video.")
    .argument("<notebook>", "the notebook's file, or - for standard input")
    .addOption(new Option("-o, --output <file>", "the video (default: beside the notebook, .mp4)"))
    .addOption(new Option("--captions", "show what is written above an animation, too"))
    .addOption(new Option("--execute", "run the notebook's cells first"))
    .addOption(numeric("--cards <seconds>", "how long a heading is shown (default: 2)"))
    .addOption(numeric("--fps <rate>", "frames per second (default: the most of any animation)"))
    .addOption(numeric("--width <pixels>", "width (default: that of the widest animation)"))
    .addOption(numeric("--height <pixels>", "height (default: that of the highest animation)"))
    .addOption(new Option("--background <colour>", "of cards and margins (default: white)"))
    .addOption(new Option("--folder <folder>", "where the videos are (default: the notebook's)"))
    .addOption(new Option("--cache <folder>", "where finished segments are kept"))
    .addOption(new Option("--no-cache", "keep no segments, and use none"))
    .addOption(new Option("--json", "print progress, video and errors as lines of JSON"))
    .addHelpText("after", HELP)
    .action(async (notebook: string, { json = false, cards, ...options }: Flags) => {
      const source = notebook === STDIN
        ? await readJSON(STDIN, "notebook", signal) as Record<string, unknown>
        : notebook;
      const { exportNotebook } = await import("../mod.ts");
      signal.throwIfAborted();
      const onProgress = json
        ? (progress: ExportProgress) => writeJSON({ type: "progress", ...progress })
        : report;
      const film = await asUsage(() =>
        exportNotebook(source, { ...options, cardSeconds: cards, signal, onProgress })
      ).finally(() => json || writeStatus(""));
      if (json) writeJSON({ type: "video", ...film });
      else writeLine(Deno.stdout.isTerminal() ? summary(film) : film.path);
    });
}

const PHASES: Record<ExportProgress["phase"], string> = {
  execute: "Running the cells",
  cards: "Drawing cards",
  join: "Joining videos",
};

function report({ phase, done, total }: ExportProgress): void {
  writeStatus(total === 0 ? PHASES[phase] : `${PHASES[phase]}: ${done} of ${total}`);
}

/** One line on a terminal, which the next one replaces, and at last none. */
function writeStatus(words: string): void {
  if (!Deno.stderr.isTerminal()) return;
  Deno.stderr.writeSync(new TextEncoder().encode(`\r\x1b[K${words}`));
}

function summary({ path, frames, duration, width, height, chapters }: Film): string {
  const count = `${chapters.length} chapter${chapters.length === 1 ? "" : "s"}`;
  return `${path}: ${frames} frames, ${duration.toFixed(1)} s, ${width}x${height}, ${count}`;
}
