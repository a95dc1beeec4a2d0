/** A job's one output in the notebook, updated in place. */
import { Buffer } from "node:buffer";
import { extname } from "node:path";
import type { Broadcast } from "./kernel.ts";
import { bundleOf, type JobModel } from "./mime.ts";

/** Whether a video is put into the notebook: "auto" puts in small ones. */
export type Embed = "auto" | boolean;

/** Videos up to this size are put into the notebook by themselves, in bytes. */
const EMBED_AUTO = 500_000;

/** The types of what is put in, by the ending of the file. */
const TYPES: Record<string, string> = {
  ".mp4": "video/mp4",
  ".webm": "video/webm",
  ".gif": "image/gif",
  ".png": "image/png",
};

/** The largest video that is put in when asked for: larger messages can break the channel. */
const EMBED_MAX = 5_000_000;

/** The least time between two messages of a running job, in ms: each is copied by the viewer. */
const INTERVAL = 250;

/** The kernel can report that it is idle before a cell's last output has left it, in ms. */
export const SETTLE = 50;

/** A long message takes longer to leave, in ms per MB. */
const SETTLE_PER_MB = 40;

/** Shows a job in the notebook. */
export class NotebookDisplay {
  readonly #broadcast: Broadcast;
  readonly #displayId: string;
  #sent: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param broadcast Sends a message to the front end.
   * @param id The job's id.
   */
  constructor(broadcast: Broadcast, id: string) {
    this.#broadcast = broadcast;
    this.#displayId = `vega-reel-${id}`;
  }

  /** Shows the job: the first time at once, then as soon as the last time is long enough ago. */
  show(model: () => JobModel): void {
    if (this.#timer !== undefined) return;
    const wait = this.#sent === undefined ? 0 : this.#sent + INTERVAL - performance.now();
    if (wait <= 0) return this.#send(model());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#send(model());
    }, wait);
  }

  /**
   * Shows the ended job, and waits until that has left the kernel.
   *
   * @param video The file that is shown, of pictures the first.
   */
  async finish(model: JobModel, video?: { file: string; embed: Embed }): Promise<void> {
    clearTimeout(this.#timer);
    const source = video && await embedded(video.file, video.embed);
    this.#send(model, source);
    const settle = SETTLE + SETTLE_PER_MB * (source?.length ?? 0) / 1e6;
    await new Promise((resolve) => setTimeout(resolve, settle));
  }

  #send(model: JobModel, embedded?: string): void {
    const type = this.#sent === undefined ? "display_data" : "update_display_data";
    this.#sent = performance.now();
    const transient = { display_id: this.#displayId };
    this.#broadcast(type, { data: bundleOf(model, embedded), metadata: {}, transient });
  }
}

/** The video as a `data:` URL, where it is to be put into the notebook. */
async function embedded(file: string, embed: Embed): Promise<string | undefined> {
  const limit = embed === "auto" ? EMBED_AUTO : embed ? EMBED_MAX : 0;
  if ((await Deno.stat(file)).size > limit) return undefined;
  const base64 = Buffer.from(await Deno.readFile(file)).toString("base64");
  return `data:${TYPES[extname(file).toLowerCase()]};base64,${base64}`;
}
