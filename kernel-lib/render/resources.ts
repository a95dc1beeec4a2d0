/** How specs load data and images. */
import type { Loader } from "vega";

/**
 * A Vega loader for the resources of one spec.
 *
 * @param vega The module, so that whoever has it loaded decides when.
 * @param baseURL What relative URLs are relative to.
 * @param localFiles Whether files may be read; a spec from the web may not.
 */
export function resourceLoader(
  vega: { loader(options?: { baseURL?: string }): Loader },
  baseURL: string,
  localFiles: boolean,
): Loader {
  const loader = vega.loader({ baseURL });
  if (!localFiles) {
    loader.file = (path: string) =>
      Promise.reject(new Error(`a spec from the web may not read the file '${path}'`));
  }
  return loader;
}
