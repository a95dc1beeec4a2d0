/** Names for font files, where a canvas library knows a file by the last name it was given alone. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** Has contexts draw with the files that names stand for. */
export class FontNames {
  /** What the library calls the file of each name, in lower case. */
  readonly #families = new Map<string, string>();
  /** Fonts as the library takes them, by how they were asked for. */
  readonly #fonts = new Map<string, string>();

  /** @param prototype What contexts inherit `font` from; it is changed. */
  constructor(prototype: object) {
    const { set, ...own } = Object.getOwnPropertyDescriptor(prototype, "font")!;
    const ask = (font: string) => this.#ask(font);
    Object.defineProperty(prototype, "font", {
      ...own,
      set(font) {
        set!.call(this, ask(String(font)));
      },
    });
  }

  /**
   * Names a file.
   *
   * @returns What to call it to the library: in all threads the same, as they share its fonts.
   */
  name(name: string, path: string): string {
    const hash = createHash("sha256").update(readFileSync(path)).digest("hex");
    const family = `font-${hash.slice(0, 16)}`;
    this.#families.set(name.toLowerCase(), family);
    this.#fonts.clear();
    return family;
  }

  /** A CSS font, `bold 13px Lato, sans-serif`, with families as the library knows them. */
  #ask(font: string): string {
    let asked = this.#fonts.get(font);
    if (asked === undefined) {
      const [, before, families] = /^(.*?\dpx )(.*)$/s.exec(font) ?? [undefined, "", font];
      asked = before + families.split(",").map((family) => {
        const name = family.trim().replace(/^(['"])(.*)\1$/, "$2").toLowerCase();
        return this.#families.get(name) ?? family;
      }).join(",");
      this.#fonts.set(font, asked);
    }
    return asked;
  }
}
