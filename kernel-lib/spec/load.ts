/** Where a spec comes from: an object, a file or a URL. */
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Spec } from "vega";
import type { TopLevelSpec } from "vega-lite";
import { describe } from "../render/describe.ts";
import { isPlainObject } from "../render/plain_object.ts";

/**
 * A Vega or Vega-Lite spec, or the path or URL of one. The first two let an editor complete a spec;
 * `object` lets through one that TypeScript has widened, whose `mark` is any string. A `URL` is an
 * object, too; named here, its properties would be among those of specs.
 */
export type SpecSource = TopLevelSpec | Spec | object | string;

/** A spec as written, and what its relative URLs are relative to. */
export interface LoadedSpec {
  spec: Record<string, unknown>;
  /** A folder, or a URL that ends in `/`. */
  baseURL: string;
  /** False for a spec that was loaded over http(s): it may not read local files. */
  localFiles: boolean;
}

/**
 * Loads a spec. The rights follow its origin: an object or a local file may read what the
 * notebook may, a spec from the web only what is on the web.
 *
 * @param source The spec itself, or its path or URL.
 * @param signal Gives up loading.
 * @throws {TypeError} If it is neither, or is not a JSON object.
 * @throws {Error} If it cannot be read.
 */
export async function loadSpec(source: unknown, signal: AbortSignal): Promise<LoadedSpec> {
  if (isPlainObject(source)) {
    return { spec: source, baseURL: Deno.cwd(), localFiles: true };
  }
  if (!(typeof source === "string" && source !== "") && !(source instanceof URL)) {
    throw new TypeError(
      `Cannot animate as the spec must be an object, a path or a URL: current value is ${
        describe(source)
      }`,
    );
  }
  const text = String(source);
  if (/^https?:/i.test(text)) {
    return {
      spec: parseSpec(await fetchText(text, signal), text),
      baseURL: new URL(".", text).href,
      localFiles: false,
    };
  }
  const path = resolve(text.startsWith("file:") ? fileURLToPath(text) : text);
  return { spec: parseSpec(await readText(path), path), baseURL: dirname(path), localFiles: true };
}

async function fetchText(url: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, { signal }).catch((cause) => {
    throw new Error(`Cannot load the spec '${url}': ${cause.message}`, { cause });
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`Cannot load the spec '${url}': the server answered ${response.status}`);
  }
  return await response.text();
}

async function readText(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (cause) {
    throw new Error(`Cannot read the spec '${path}': ${(cause as Error).message}`, { cause });
  }
}

function parseSpec(text: string, origin: string): Record<string, unknown> {
  let spec: unknown;
  try {
    spec = JSON.parse(text);
  } catch (cause) {
    throw new TypeError(
      `Cannot read the spec '${origin}' as it must be JSON: ${(cause as Error).message}`,
      { cause },
    );
  }
  if (isPlainObject(spec)) return spec;
  throw new TypeError(
    `Cannot read the spec '${origin}' as it must be a JSON object: it holds ${describe(spec)}`,
  );
}
