/** The name of a video that the user did not name. */
import { createHash } from "node:crypto";
import { isPlainObject } from "../render/patch.ts";

/** The longest slug, in characters. */
const SLUG_LENGTH = 60;

/** Keys whose values are data. */
const DATA_KEYS = ["data", "datasets", "values"];

/**
 * A file name for the video of a spec: its title or name, and a short hash of the spec without
 * its data, so that new data replace the video and another chart does not.
 */
export function defaultOutput(spec: Record<string, unknown>): string {
  const json = JSON.stringify(spec, (key, value) => DATA_KEYS.includes(key) ? undefined : value);
  const hash = createHash("sha256").update(json).digest("hex").slice(0, 8);
  return `${slug(titleOf(spec)) || "video"}-${hash}.mp4`;
}

function titleOf({ title, name, description }: Record<string, unknown>): string {
  const text = isPlainObject(title) ? title.text : title;
  const candidates = [Array.isArray(text) ? text.join(" ") : text, name, description];
  return candidates.find((value): value is string => typeof value === "string") ?? "";
}

function slug(text: string): string {
  return text.normalize("NFKD").toLowerCase()
    .replace(/\p{M}/gu, "")
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .slice(0, SLUG_LENGTH)
    .replace(/^-+|-+$/g, "");
}
