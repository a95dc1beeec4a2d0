/** The fonts of this machine: other letters make other pictures. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** What else tells fontconfig where to look. */
const VARIABLES = ["FONTCONFIG_FILE", "FONTCONFIG_PATH", "FONTCONFIG_SYSROOT"];

/**
 * Hashes the fonts and fontconfig's settings by what is in them, to compare machines: the times of
 * files differ, and so does what some systems keep beside them.
 */
export function hashFonts(): { files: number; hash: string } {
  const hash = createHash("sha256");
  let files = 0;
  for (const folder of fontFolders()) {
    for (const [path] of list(folder)) {
      if (!FONT_FILE.test(path)) continue;
      hash.update(`${path}\0`).update(readFileSync(join(folder, path)));
      files++;
    }
  }
  return { files, hash: hash.digest("hex") };
}

/** What fontconfig takes for a font, and its settings. */
const FONT_FILE = /\.(ttf|ttc|otf|otc|pfa|pfb|pcf|bdf|woff2?|dfont)(\.gz)?$|\.conf$/i;

/** A file's path below its folder, its size in bytes and its time in milliseconds since 1970. */
type Listed = [path: string, bytes: number, modified: number];

/**
 * Lists the fonts, and on Linux the settings of fontconfig, without reading them: a package
 * gives a file the same time everywhere.
 */
export function listFonts(): { variables: unknown[]; files: Listed[][] } {
  return {
    variables: VARIABLES.map((name) => Deno.env.get(name)),
    files: fontFolders().map(list),
  };
}

function fontFolders(): string[] {
  const home = homedir() ?? "";
  const variable = (name: string, ...otherwise: string[]) =>
    Deno.env.get(name) || join(...otherwise);
  switch (Deno.build.os) {
    case "darwin":
      return ["/System/Library/Fonts", "/Library/Fonts", join(home, "Library", "Fonts")];
    case "windows":
      return [
        join(variable("WINDIR", "C:\\Windows"), "Fonts"),
        join(variable("LOCALAPPDATA", home, "AppData", "Local"), "Microsoft", "Windows", "Fonts"),
      ];
    default:
      // Those of fontconfig's own settings; fonts-conf(5).
      return [
        "/etc/fonts",
        join(variable("XDG_CONFIG_HOME", home, ".config"), "fontconfig"),
        "/usr/share/fonts",
        "/usr/local/share/fonts",
        join(variable("XDG_DATA_HOME", home, ".local", "share"), "fonts"),
        join(home, ".fonts"),
      ];
  }
}

function list(folder: string): Listed[] {
  let paths: string[];
  try {
    paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  } catch {
    return [];
  }
  return paths.flatMap((path) => {
    const found = statSync(join(folder, path), { throwIfNoEntry: false });
    return found?.isFile() ? [[path, found.size, found.mtimeMs] as Listed] : [];
  });
}
