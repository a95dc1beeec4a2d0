/** A job's video on the server. */
import { type Contents, ServerConnection } from "@jupyterlab/services";
import type { JobModel } from "../../kernel-lib/show/mime.ts";
import { videoPathOn } from "./path.ts";
import type { VideoFile } from "./reconcile.ts";

/**
 * Looks for a job's video; undefined where there is none, or none that may be looked for.
 *
 * @param notebook Path of the notebook, with its drive.
 * @throws If the server does not answer.
 */
export async function findVideo(
  contents: Contents.IManager,
  notebook: string,
  job: JobModel,
): Promise<VideoFile | undefined> {
  const path = job.path === undefined ? undefined : videoPathOn(contents, notebook, job.path);
  if (path === undefined) return undefined;
  try {
    const { type, size, last_modified } = await contents.get(path, {
      content: false,
    });
    const modified = Date.parse(last_modified);
    return type === "directory" || Number.isNaN(modified)
      ? undefined
      : { size: size ?? 0, modified };
  } catch (error) {
    const refused = error instanceof ServerConnection.ResponseError && error.response.status < 500;
    if (refused) return undefined;
    throw error;
  }
}
