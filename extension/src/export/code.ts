/** What the kernel of an export runs, and what it tells. */

/** The `comm_id` of what it tells. There is no comm: front ends ignore it. */
const COMM = "vega-reel-export";

/** What the kernel tells of an export. */
export type Told =
  | {
    type: "progress";
    phase: "execute" | "cards" | "join";
    done: number;
    total: number;
  }
  /** `file` is the name of the video, in the notebook's folder. */
  | { type: "done"; file: string }
  | { type: "cancelled" }
  | { type: "failed"; message: string };

/**
 * The code that exports a notebook, for a kernel in its folder. What imports the library in the
 * notebook does so here: by its own name, or by npm's.
 *
 * @param notebook The file name of the notebook.
 */
export function exportCode(notebook: string): string {
  return `{
  const stop = new AbortController();
  Deno.addSignalListener("SIGINT", () => stop.abort());
  const tell = (data) => Deno.jupyter.broadcast("comm_msg", { comm_id: "${COMM}", data });
  try {
    const { exportNotebook } = await import("vega-reel").catch(() => import("npm:vega-reel"));
    const { path } = await exportNotebook(${JSON.stringify(notebook)}, {
      signal: stop.signal,
      onProgress: (progress) => tell({ type: "progress", ...progress }),
    });
    await tell({ type: "done", file: path.split(/[\\\\/]/).at(-1) });
  } catch (error) {
    const message = String(error?.message ?? error);
    await tell(stop.signal.aborted ? { type: "cancelled" } : { type: "failed", message });
  }
}`;
}

/** Reads a message of the kernel's; undefined where it tells nothing of an export. */
export function readTold(
  { header, content }: { header: { msg_type: string }; content: unknown },
): Told | undefined {
  if (header.msg_type !== "comm_msg") return undefined;
  const { comm_id, data } = content as { comm_id?: unknown; data?: Told };
  return comm_id === COMM ? data : undefined;
}
