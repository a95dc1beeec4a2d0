/** Where finished segments are kept. */
import { resolve } from "node:path";

/**
 * The folder of the option `cache`.
 *
 * @param cache True for the platform's folder, else a path.
 * @returns An absolute path: `$XDG_CACHE_HOME/vega-reel` or `~/.cache/vega-reel` on Linux,
 * `~/Library/Caches/vega-reel` on macOS, `%LOCALAPPDATA%\vega-reel\Cache` on Windows. Undefined
 * where the platform has none, as there is no home.
 */
export async function cacheFolder(cache: true | string): Promise<string | undefined> {
  if (cache !== true) return resolve(cache);
  try {
    const { default: envPaths } = await import("env-paths");
    return envPaths("vega-reel", { suffix: "" }).cache;
  } catch {
    return undefined;
  }
}
