/** What a markdown cell says, without its marks. */
import { lexer, type Token, type Tokens } from "marked";

/** A heading, or a block of text. */
export interface Block {
  kind: "heading" | "text";
  text: string;
}

/** Reads headings, paragraphs, quotes and the items of lists; code, tables and pictures are not said. */
export function readMarkdown(source: string): Block[] {
  return lexer(source).flatMap(blocksOf).filter(({ text }) => text !== "");
}

function blocksOf(token: Token): Block[] {
  if (token.type === "heading") return [{ kind: "heading", text: wordsOf(token.tokens) }];
  if (token.type === "paragraph" || token.type === "text") {
    return [{ kind: "text", text: wordsOf(token.tokens ?? [token]) }];
  }
  // A heading within a quote or an item is none of the notebook's.
  const nested = token.type === "list"
    ? (token as Tokens.List).items.flatMap(({ tokens }) => tokens)
    : token.type === "blockquote"
    ? (token as Tokens.Blockquote).tokens
    : [];
  return nested.flatMap(blocksOf).map(({ text }) => ({ kind: "text", text }));
}

function wordsOf(tokens: Token[] = []): string {
  const words = (token: Token): string => {
    if (token.type === "html" || token.type === "image") return "";
    if (token.type === "br") return " ";
    if ("tokens" in token && token.tokens) return token.tokens.map(words).join("");
    return "text" in token ? token.text : "";
  };
  return tokens.map(words).join("")
    .replace(/&(amp|lt|gt|quot|nbsp|#39);/g, (_, name) => ENTITIES[name])
    .replace(/\s+/g, " ").trim();
}

/** Those that are written in prose; others stay as they are. */
const ENTITIES: Record<string, string> = {
  ...{ amp: "&", lt: "<", gt: ">", quot: '"', nbsp: " ", "#39": "'" },
};
