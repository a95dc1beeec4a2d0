/** The version of this package. */
import { readFileSync } from "node:fs";

/** As its `package.json` has it. */
export function ownVersion(): string {
  return JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")).version;
}
