/** Where a spec comes from: an object, a file or a URL. */
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Spec } from "vega";
import type { TopLevelSpec } from "vega-lite";
import { describe } from "../render/describe.ts";
import { isPlainObject } from "../render/plain_object.ts";
import type { Resources } from "../render/resources.ts";
import { fetchWithin } from "../render/web.ts";
import { whyNotRead } from "./read_failure.ts";

/**
 * A Vega or Vega-Lite spec, or the path or URL of one. The first two let an editor complete a spec;
 * `object` lets through one that TypeScript has widened, whose `mark` is any string. A `URL` is an
 * object, too; named here, its properties would be among those of specs.
 */
export type SpecSource = TopLevelSpec | Spec | object | string;

/** A spec as written, what its URLs are relative to, and what it may load. */
export interface LoadedSpec extends Resources {
  spec: Record<string, unknown>;
}

/** What the user says of a spec's resources; see the option `resources`. */
export interface ResourceOptions {
  /** A folder, or a URL that ends in `/`. @default the spec's own place, or the working folder */
  base?: string;
  /** As in `Access`. @default no exception */
  allow?: string[];
}

/**
 * Loads a spec. The rights follow its origin: an object or a local file may read what the
 * notebook may, a spec from the web only what is public on the web.
 *
 * @param source The spec itself, or its path or URL.
 * @param options What its user says of its resources.
 * @param signal Gives up loading.
 * @throws {TypeError} If it is neither, or is not a JSON object.
 * @throws {Error} If it cannot be read.
 */
export async function loadSpec(
  source: unknown,
  { base, allow }: ResourceOptions,
  signal: AbortSignal,
): Promise<LoadedSpec> {
  if (isPlainObject(source)) {
    return { spec: source, baseURL: base ?? Deno.cwd(), localFiles: true, allow };
  }
  if (!(typeof source === "string" && source !== "") && !(source instanceof URL)) {
    throw new TypeError(
      `Cannot animate as the spec must be an object, a path or a URL: current value is ${
        describe(source)
      }`,
    );
  }
  const text = String(source);
  if (/^\s*\{/.test(text)) {
    throw new TypeError(
      "Cannot animate as the spec must be an object, a path or a URL: current value is JSON, " +
        "which JSON.parse() makes an object of",
    );
  }
  if (/^https?:/i.test(text)) {
    return {
      spec: parseSpec(await fetchText(text, signal), text),
      baseURL: base ?? new URL(".", text).href,
      localFiles: false,
      allow,
    };
  }
  const path = resolve(text.startsWith("file:") ? fileURLToPath(text) : text);
  const baseURL = base ?? dirname(path);
  return { spec: parseSpec(await readText(path), path), baseURL, localFiles: true, allow };
}

/** The user names the spec's host; where it redirects to must be public. */
async function fetchText(url: string, signal: AbortSignal): Promise<string> {
  try {
    const access = { localFiles: false, allow: [new URL(url).host] };
    return await textOf(await fetchWithin(url, access, { signal }));
  } catch (cause) {
    signal.throwIfAborted();
    throw new Error(`Cannot load the spec '${url}': ${(cause as Error).message}`, { cause });
  }
}

async function textOf(response: Response): Promise<string> {
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return await response.text();
}

async function readText(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (cause) {
    throw new Error(`Cannot read the spec '${path}': ${whyNotRead(cause)}`, { cause });
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
