/** A card with words, to be shown between animations. */
import { lab } from "d3-color";

/** A card as it is drawn. */
export interface Card {
  kind: "title" | "text";
  /** Blocks of text. */
  blocks: string[];
}

/** The size of letters as a part of the picture's height. */
const LETTERS = { title: 1 / 10, text: 1 / 18 };

/** How wide a letter is on average, and how far apart lines are, in sizes of letters. */
const WIDTH = 0.56;
const LEADING = 1.3;

/** The part of the picture that words may fill. */
const FILLED = 0.84;

/** Words a second that are read. */
const READING = 3;

/**
 * A Vega spec that draws a card.
 *
 * @param card What it says.
 * @param size The picture's size.
 * @param background A CSS colour.
 */
export function cardSpec(
  { kind, blocks }: Card,
  { width, height }: { width: number; height: number },
  background: string,
): Record<string, unknown> {
  let size = height * LETTERS[kind];
  let lines: string[];
  do {
    const letters = Math.max(4, Math.floor(FILLED * width / (WIDTH * size)));
    lines = blocks.flatMap((block, i) => [...(i > 0 ? [""] : []), ...wrapped(block, letters)]);
    size *= 0.94;
  } while (lines.length * LEADING * size > FILLED * height && size > 6);
  const lineHeight = LEADING * size;
  const encode = {
    x: { value: width / 2 },
    // The middle of the first line.
    y: { value: height / 2 - (lines.length - 1) / 2 * lineHeight },
    text: { value: lines },
    align: { value: "center" },
    baseline: { value: "middle" },
    font: { value: "sans-serif" },
    fontSize: { value: size },
    fontWeight: { value: kind === "title" ? "bold" : "normal" },
    lineHeight: { value: lineHeight },
    limit: { value: 0.96 * width },
    fill: { value: lab(background).l > 55 ? "#222222" : "#eeeeee" },
  };
  return {
    ...{ width, height, padding: 0, autosize: "none", background },
    marks: [{ type: "text", encode: { update: encode } }],
  };
}

/** For how many seconds a card is shown: long enough to be read. */
export function cardSeconds({ kind, blocks }: Card, least: number): number {
  if (kind === "title") return least;
  return Math.max(least, blocks.join(" ").split(/\s+/).length / READING);
}

/** Breaks a text into lines of at most so many letters, where words allow that. */
function wrapped(text: string, letters: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= letters) {
      lines[lines.length - 1] = `${line} ${word}`;
    } else lines.push(word);
  }
  return lines;
}
