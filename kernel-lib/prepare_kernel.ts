/**
 * Run by the kernel that Python's package brings: there `vega-reel` is found from any folder. Where
 * the folder says itself what the name means, by an import map or a package, that is taken.
 */
import { existsSync } from "node:fs";
import * as nodeModule from "node:module";
import { fileURLToPath } from "node:url";
import { MODULE } from "./own_files.ts";

interface Resolved {
  /** Null for a name that nothing is known of, where no package is around. */
  url: string | null;
  shortCircuit?: boolean;
}

type Resolve = (
  specifier: string,
  context: unknown,
  next: (specifier: string, context: unknown) => Resolved,
) => Resolved;

// Deno's own types do not have it.
const { registerHooks } = nodeModule as unknown as {
  registerHooks(hooks: { resolve: Resolve }): void;
};

registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    if (!["vega-reel", "npm:vega-reel"].includes(specifier)) return found;
    return isKnown(found.url) ? found : { url: MODULE.href, shortCircuit: true };
  },
});

/** Otherwise such a name comes back as a file of the folder, or as it is. */
function isKnown(url: string | null): boolean {
  if (url === null) return false;
  return url.startsWith("file:") ? existsSync(fileURLToPath(url)) : url !== "npm:vega-reel";
}
