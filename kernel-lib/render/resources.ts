/** How specs load data and images. */
import type { Loader } from "vega";
import { type Access, checkFile } from "./access.ts";
import { fetchWithin } from "./web.ts";

/** What a spec's URLs are relative to, and what it may load. */
export interface Resources extends Access {
  /** A folder, or a URL. */
  baseURL: string;
}

/** A Vega loader's way into files and the web. */
interface Doors {
  file(path: string): Promise<unknown>;
  http(url: string, options?: RequestInit & { response?: string }): Promise<unknown>;
}

/**
 * A Vega loader for the resources of one spec. It reads through `file` and `http` alone, and both
 * let in what the spec may load.
 *
 * @param vega The module, so that whoever has it loaded decides when.
 * @param resources The spec's.
 */
export function resourceLoader(
  vega: { loader(options?: { baseURL?: string }): Loader },
  resources: Resources,
): Loader {
  const { baseURL } = resources;
  const loader = vega.loader({ baseURL });
  const { sanitize } = loader;
  // Vega's own loader looks for absolute paths below the base, and for relative ones in files
  // even where the base is a URL.
  loader.sanitize = async (uri, options) => {
    const isRelative = typeof uri === "string" && isOnWeb(baseURL);
    if (isRelative) return await sanitize.call(loader, new URL(uri, baseURL).href, options);
    const isAbsolute = /^\/(?!\/)/.test(uri);
    return await sanitize.call(loader, uri, isAbsolute ? { ...options, baseURL: "" } : options);
  };
  const doors = loader as unknown as Doors;
  const { file } = doors;
  doors.file = async (path) => {
    checkFile(path, resources);
    return await file.call(loader, path);
  };
  doors.http = async (url, { response: type, ...options } = {}) => {
    if (url.startsWith("data:")) return await contentOf(await fetch(url), type);
    return await contentOf(await fetchWithin(url, resources, options), type);
  };
  return loader;
}

/** True for a base that is not a folder. */
export function isOnWeb(base: string): boolean {
  return /^https?:/i.test(base);
}

/** What Vega's own loader gives of a response. */
async function contentOf(response: Response, type = "text"): Promise<unknown> {
  if (!response.ok) {
    throw new Error(`the server answered ${response.status} ${response.statusText}`.trim());
  }
  if (type === "json") return await response.json();
  return type === "arrayBuffer" ? await response.arrayBuffer() : await response.text();
}
