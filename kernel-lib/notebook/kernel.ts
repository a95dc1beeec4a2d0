/** Which kernel runs a notebook. */
import { isPlainObject } from "../render/plain_object.ts";

/** The kernelspec that the wheel brings. */
const OWN = "vega-reel";

/**
 * The kernel to run a notebook with instead of its own: ours, where that is a Deno that is not
 * installed under the notebook's name. Undefined if its own is there, or speaks another language.
 *
 * @param notebook The parsed file.
 * @param installed Names of the kernelspecs that there are.
 * @throws {Error} If there is neither.
 */
export function kernelInstead(notebook: unknown, installed: string[]): string | undefined {
  const metadata = isPlainObject(notebook) ? notebook.metadata : undefined;
  const spec = isPlainObject(metadata) ? metadata.kernelspec : undefined;
  if (!isPlainObject(spec) || installed.includes(String(spec.name))) return undefined;
  if (spec.language !== "typescript" && spec.name !== "deno") return undefined;
  if (installed.includes(OWN)) return OWN;
  throw new Error(
    `its kernel '${spec.name}' is not installed: \`deno jupyter --install\` makes one called ` +
      "'deno', and `pip install vega-reel` brings another",
  );
}
