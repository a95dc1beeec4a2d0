/** Files beside a notebook, by way of the server that shows it. */
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import { type Contents, ServerConnection } from "@jupyterlab/services";
import { videoPathOn } from "../path.ts";

/** Where videos are read. */
export interface Files {
  /** The path of a video of a notebook on the server; undefined where it is not to be used. */
  locate(video: string): Promise<string | undefined>;
  /** The size of a file; undefined if there is none. Rejects where that cannot be known. */
  size(path: string): Promise<number | undefined>;
  /** The address of a file. */
  url(path: string): Promise<string>;
  /** What is at an address, where a video element cannot read it by itself. */
  fetch(url: string, signal: AbortSignal): Promise<Blob>;
}

/** The files of a Jupyter server. */
export class ServerFiles implements Files {
  readonly #contents: Contents.IManager;
  readonly #settings: ServerConnection.ISettings;
  readonly #resolver: IRenderMime.IResolver | null;

  /**
   * @param resolver Knows the path of the notebook; null outside of documents.
   */
  constructor(
    contents: Contents.IManager,
    settings: ServerConnection.ISettings,
    resolver: IRenderMime.IResolver | null,
  ) {
    this.#contents = contents;
    this.#settings = settings;
    this.#resolver = resolver;
  }

  async locate(video: string): Promise<string | undefined> {
    const notebook = await this.#notebook();
    return notebook === undefined ? undefined : videoPathOn(this.#contents, notebook, video);
  }

  async size(path: string): Promise<number | undefined> {
    try {
      const { size } = await this.#contents.get(path, { content: false });
      return size ?? undefined;
    } catch (error) {
      const { response } = error as Partial<ServerConnection.ResponseError>;
      if (response?.status === 404) return undefined;
      throw error;
    }
  }

  url(path: string): Promise<string> {
    return this.#contents.getDownloadUrl(path);
  }

  async fetch(url: string, signal: AbortSignal): Promise<Blob> {
    const response = await ServerConnection.makeRequest(url, { signal }, this.#settings);
    if (!response.ok) throw new ServerConnection.ResponseError(response);
    return await response.blob();
  }

  /** The path of the notebook. The notebook can be moved: it is asked for each time. */
  async #notebook(): Promise<string | undefined> {
    const resolver = this.#resolver as (IRenderMime.IResolver & { path?: unknown }) | null;
    if (typeof resolver?.path === "string") return resolver.path;
    const beside = await resolver?.resolveUrl("notebook");
    return beside === undefined ? undefined : decodeURI(beside);
  }
}
