/** What an output says of a job that ended without a word. */
import type { TranslationBundle } from "@jupyterlab/translation";
import type { JobModel } from "../../kernel-lib/show/mime.ts";

/** That the job was interrupted, how far it was, and how to go on. */
export function interruption({ frames, total, kept }: JobModel, trans: TranslationBundle): string {
  const done = total === null
    ? trans._n(
      "The render was interrupted after %1 frame.",
      "The render was interrupted after %1 frames.",
      frames,
    )
    : trans._n(
      "The render was interrupted after %2 of %1 frame.",
      "The render was interrupted after %2 of %1 frames.",
      total,
      frames,
    );
  const next = kept
    ? trans._n(
      "Run the cell again to go on from the %1 segment that is kept.",
      "Run the cell again to go on from the %1 segments that are kept.",
      kept,
    )
    : trans.__("Run the cell again to render it.");
  return `${done} ${next}`;
}
