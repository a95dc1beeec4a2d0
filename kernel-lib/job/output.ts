/** Where a video is written. */
import { createHash } from "node:crypto";
import { readdirSync, rmSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { isPlainObject } from "../render/plain_object.ts";
import { formatOf } from "./format.ts";
import { isPictureName } from "./pictures.ts";
import { hiddenBeside } from "./whole.ts";

/** The longest slug, in characters. */
const SLUG_LENGTH = 60;

/** Keys whose values are data. */
const DATA_KEYS = ["data", "datasets", "values"];

/**
 * Checks that a video can be written to a path.
 *
 * @param output The path as the user gave it.
 * @param action What is being done, for messages.
 * @returns The absolute path.
 * @throws {TypeError} If its ending is not that of a format.
 * @throws {Error} If there is no such folder, it cannot be written to, or what is at the path is
 * not to be replaced.
 */
export function checkOutput(output: string, action = "animate"): string {
  const format = formatOf(output);
  if (format === undefined) {
    throw new TypeError(
      `Cannot ${action} as the ending of 'output' must be .mp4, .webm, .gif or / (a folder of ` +
        `pictures): current value is '${output}'`,
    );
  }
  if (format !== "png") return checkFile(output, action);
  const path = inFolder(output, action);
  checkFolder(path, action);
  return path;
}

/**
 * Checks that a file can be written to a path.
 *
 * @param output The path as the user gave it.
 * @param action What is being done, for messages.
 * @returns The absolute path.
 * @throws {Error} If there is no such folder, it cannot be written to, or a folder is at the path.
 */
export function checkFile(output: string, action: string): string {
  const path = inFolder(output, action);
  if (!lookAt(path, action)?.isDirectory()) return path;
  throw new Error(`Cannot ${action} as 'output' must be a file: '${path}' is a folder`);
}

/**
 * The absolute path, whose folder is one that takes files: only making one tells, which is hidden
 * and gone at once.
 */
function inFolder(output: string, action: string): string {
  const path = resolve(output);
  const folder = dirname(path);
  const found = lookAt(folder, action);
  if (!found?.isDirectory()) {
    throw new Error(
      `Cannot ${action} as the folder of 'output' must exist: '${folder}' ${
        found ? "is not a folder" : "does not exist"
      }`,
    );
  }
  const probe = hiddenBeside(path);
  try {
    Deno.openSync(probe, { write: true, createNew: true }).close();
    Deno.removeSync(probe);
  } catch (cause) {
    rmSync(probe, { force: true });
    throw new Error(
      `Cannot ${action} as the folder of 'output' must be writable: '${folder}' is not: ${
        (cause as Error).message
      }`,
      { cause },
    );
  }
  return path;
}

/**
 * Checks that pictures can go into a folder: it is not there yet, or holds nothing but pictures
 * of an earlier video, which they replace.
 *
 * @throws {Error} If anything else is there; it is never removed.
 */
export function checkFolder(path: string, action = "animate"): void {
  const found = lookAt(path, action);
  if (!found) return;
  if (!found.isDirectory()) {
    throw new Error(`Cannot ${action} as 'output' must be a folder: '${path}' is a file`);
  }
  const other = readdirSync(path).find((name) => !isPictureName(name));
  if (other === undefined) return;
  throw new Error(
    `Cannot ${action} as the folder of 'output' must hold nothing but frames of an earlier video, ` +
      `which are replaced: '${path}' holds '${other}'`,
  );
}

/** What is at a path; undefined if nothing is. */
function lookAt(path: string, action: string) {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (cause) {
    throw new Error(
      `Cannot ${action} as 'output' cannot be looked at: '${path}': ${(cause as Error).message}`,
      { cause },
    );
  }
}

/**
 * A file name for the video of a spec: its title or name, and a short hash of the spec without
 * its data, so that new data replace the video and another chart does not.
 */
export function defaultOutput(spec: Record<string, unknown>): string {
  const json = JSON.stringify(spec, (key, value) => {
    if (DATA_KEYS.includes(key)) return undefined;
    return typeof value === "bigint" ? `${value}n` : value;
  });
  const hash = createHash("sha256").update(json).digest("hex").slice(0, 8);
  return `${slug(titleOf(spec)) || "video"}-${hash}.mp4`;
}

function titleOf({ title, name, description }: Record<string, unknown>): string {
  const text = isPlainObject(title) ? title.text : title;
  const lines = Array.isArray(text) ? text.filter((line) => typeof line === "string") : [text];
  const candidates = [lines.length > 1 ? lines.join(" ") : lines[0], name, description];
  return candidates.find((value): value is string => typeof value === "string") ?? "";
}

function slug(text: string): string {
  return text.normalize("NFKD").toLowerCase()
    .replace(/\p{M}/gu, "")
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .slice(0, SLUG_LENGTH)
    // Also the half of a character that was cut in two.
    .replace(/^-+|[^\p{L}\p{N}]+$/gu, "");
}
