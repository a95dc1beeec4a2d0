/** What jobs are called. */
import type { TranslationBundle } from "@jupyterlab/translation";
import type { Render } from "./tokens.ts";

/** The last part of a path. */
export function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The name of a job's video; as long as it has none, a general one. */
export function renderName({ model }: Render, trans: TranslationBundle): string {
  return fileName(model.path ?? "") || trans.__("Animation");
}
