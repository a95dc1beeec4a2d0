/** The animations of a notebook, and what is written above them. */
import { isPlainObject } from "../render/plain_object.ts";
import { type JobModel, MIME_TYPE } from "../show/mime.ts";
import { readMarkdown } from "./markdown.ts";

/** An animation that a cell has shown. */
export interface Shown {
  /** The cell in words, for messages. */
  cell: string;
  /** The heading above it. */
  heading: string | undefined;
  /** How many headings are above it. */
  section: number;
  /** What is written between the animation before and this one, block by block. */
  text: string[];
  /** What its output holds; it comes from a file, so each field has to be checked. */
  job: Partial<JobModel>;
  /** The output's HTML. */
  html: string;
}

/** The longest words of a cell in a message, in characters. */
const CELL_WORDS = 50;

/**
 * Finds the animations of a notebook, in order.
 *
 * @param notebook The parsed file.
 * @throws {TypeError} If it is no notebook of format 4.
 */
export function readNotebook(notebook: unknown): Shown[] {
  if (!isPlainObject(notebook) || notebook.nbformat !== 4 || !Array.isArray(notebook.cells)) {
    throw new TypeError("it must be a Jupyter notebook of format 4");
  }
  const shown: Shown[] = [];
  let heading: string | undefined;
  let section = 0;
  let text: string[] = [];
  for (const [i, cell] of notebook.cells.entries()) {
    if (!isPlainObject(cell)) continue;
    const source = textOf(cell.source);
    if (cell.cell_type === "markdown") {
      for (const block of readMarkdown(source)) {
        if (block.kind === "text") text.push(block.text);
        else [heading, section] = [block.text, section + 1];
      }
    }
    for (const output of Array.isArray(cell.outputs) ? cell.outputs : []) {
      const data = isPlainObject(output) && isPlainObject(output.data) ? output.data : {};
      const job = data[MIME_TYPE];
      if (!isPlainObject(job)) continue;
      const name = `cell ${i + 1} (${firstLine(source)})`;
      shown.push({ cell: name, heading, section, text, job, html: textOf(data["text/html"]) });
      text = [];
    }
  }
  return shown;
}

/** In files, a text can be in lines. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.filter((line) => typeof line === "string").join("");
  return typeof value === "string" ? value : "";
}

function firstLine(source: string): string {
  const line = source.trim().split("\n")[0];
  return line.length <= CELL_WORDS ? line : `${line.slice(0, CELL_WORDS)}…`;
}
