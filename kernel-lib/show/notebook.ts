/** A job's one output in the notebook, updated in place. */
import { Buffer } from "node:buffer";
import { htmlOf } from "./html.ts";
import type { kernelBroadcast } from "./kernel.ts";
import { type JobModel, MIME_TYPE } from "./mime.ts";
import { describeJob } from "./text.ts";

/** Videos up to this size are put into the notebook by themselves, in bytes. */
const EMBED_AUTO = 500_000;

/** The largest video that is put in when asked for: larger messages can break the channel. */
const EMBED_MAX = 5_000_000;

/** The kernel can report that it is idle before a cell's last output has left it, in ms. */
const SETTLE = 50;

/** Shows a job in the notebook. */
export class NotebookDisplay {
  readonly #broadcast: NonNullable<ReturnType<typeof kernelBroadcast>>;
  readonly #embed: "auto" | boolean;
  readonly #displayId: string;
  #shown = false;

  /**
   * @param broadcast Sends a message to the front end.
   * @param id The job's id.
   * @param embed Whether the video is put into the notebook.
   */
  constructor(
    broadcast: NonNullable<ReturnType<typeof kernelBroadcast>>,
    id: string,
    embed: "auto" | boolean,
  ) {
    this.#broadcast = broadcast;
    this.#embed = embed;
    this.#displayId = `vega-reel-${id}`;
  }

  /** Shows the job as it is now. */
  async show(model: JobModel): Promise<void> {
    await this.#send(model);
  }

  /** Shows the finished job, and waits until that has left the kernel. */
  async finish(model: JobModel, file?: string): Promise<void> {
    await this.#send(model, file && await this.#embedded(model, file));
    await new Promise((resolve) => setTimeout(resolve, SETTLE));
  }

  async #send(model: JobModel, embedded?: string): Promise<void> {
    const type = this.#shown ? "update_display_data" : "display_data";
    this.#shown = true;
    // The same MIME types from the first to the last: a viewer keeps its place.
    const data = {
      [MIME_TYPE]: model,
      "text/html": htmlOf(model, embedded),
      "text/plain": model.state === "done"
        ? `${model.path}: ${describeJob(model)}`
        : describeJob(model),
    };
    const transient = { display_id: this.#displayId };
    await this.#broadcast(type, { data, metadata: {}, transient });
  }

  async #embedded({ bytes = 0 }: JobModel, file: string): Promise<string | undefined> {
    const limit = this.#embed === "auto" ? EMBED_AUTO : this.#embed ? EMBED_MAX : 0;
    if (bytes > limit) return undefined;
    return `data:video/mp4;base64,${Buffer.from(await Deno.readFile(file)).toString("base64")}`;
  }
}
