/** How specs load data and images. */
import type { Loader } from "vega";

/** What a spec from the web may load by. */
const WEB_PROTOCOLS = ["http:", "https:", "data:"];

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
  const { sanitize } = loader;
  // Vega's own loader looks for absolute paths below the base, and for relative ones in files
  // even where the base is a URL.
  loader.sanitize = (uri, options) => {
    if (!localFiles) {
      const { href, protocol } = new URL(uri, baseURL);
      if (WEB_PROTOCOLS.includes(protocol)) return sanitize.call(loader, href, options);
      return Promise.reject(new Error(`a spec from the web may not read the file '${href}'`));
    }
    const isAbsolute = /^\/(?!\/)/.test(uri);
    return sanitize.call(loader, uri, isAbsolute ? { ...options, baseURL: "" } : options);
  };
  return loader;
}
