/** Where a job's video lies on the server. */

/**
 * The path of a video from the server's root. A notebook can come from a stranger: the path must
 * stay below the root, and in folders that the server shows.
 *
 * @param notebook Path of the notebook from the server's root.
 * @param video Path of the video from the notebook's folder.
 * @returns The path; undefined where it is not to be used.
 */
export function videoPath(notebook: string, video: string): string | undefined {
  if (video === "" || /^[\\/]|^[a-z][a-z\d+.-]*:|\p{Cc}|\\/iu.test(video)) {
    return undefined;
  }
  const parts = notebook
    .split("/")
    .slice(0, -1)
    .filter((part) => part !== "");
  for (const part of video.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  const name = parts.at(-1);
  if (name === undefined || parts.some((part) => part.startsWith("."))) {
    return undefined;
  }
  return /\.(?:mp4|webm|gif|png)$/i.test(name) ? parts.join("/") : undefined;
}

/** What JupyterLab's contents know of drives: places of files besides the server's own. */
export interface Drives {
  driveName(path: string): string;
  localPath(path: string): string;
}

/**
 * The path of a video, on the drive that its notebook is on: nothing leads from one to another.
 *
 * @param drives Those of the Lab.
 * @param notebook Path of the notebook, with its drive.
 * @param video Path of the video from the notebook's folder.
 * @returns The path, with its drive; undefined where it is not to be used.
 */
export function videoPathOn(drives: Drives, notebook: string, video: string): string | undefined {
  const drive = drives.driveName(notebook);
  const path = videoPath(drives.localPath(notebook), video);
  return drive === "" || path === undefined ? path : `${drive}:${path}`;
}
