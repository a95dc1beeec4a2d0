/** An animation that is a picture: a GIF, or the first of many. */
import { copyIcon, downloadIcon } from "@jupyterlab/ui-components";
import type { JobModel } from "../../../kernel-lib/show/mime.ts";
import { element, iconButton, setIcon, setText } from "./dom.ts";
import { fetchVideo, findVideo, whyNotFound } from "./source.ts";
import type { Host, Shown, View } from "./view.ts";

/** The picture and its facts; browsers play a GIF by themselves. */
export class Picture implements View {
  readonly stage: HTMLElement = element("div", "player");
  readonly controls: HTMLElement = element("div", "buttons");
  readonly facts: HTMLElement = element("div", "text");
  readonly #host: Host;
  readonly #image = element("img", "video");
  readonly #note = element("div", "notice");
  readonly #download = element("a", "icon-button");
  readonly #copy: HTMLButtonElement;
  #shown: Shown | undefined;
  #revision: string | undefined;
  #loading: AbortController | undefined;
  #blob: string | undefined;
  #path = "";

  constructor(host: Host) {
    this.#host = host;
    this.stage.append(this.#image, this.#note);
    const { trans } = host;
    setIcon(this.#download, downloadIcon, trans.__("Download"));
    this.#copy = iconButton(copyIcon, trans.__("Copy path"), () => void this.#copyPath());
    // By these the commands of the palette find them.
    this.#download.dataset.command = "download";
    this.#copy.dataset.command = "copy-path";
    this.controls.append(this.#download, this.#copy);
  }

  update(shown: Shown): void {
    this.#shown = shown;
    const { job, trusted } = shown;
    const { trans, words } = this.#host;
    const place = placeOf(job, job.path);
    setText(this.facts, [place, words.facts(job)].filter((part) => part !== "").join(": "));
    this.#image.alt = trans.__("Animation %1", place).trim();
    if (!trusted) {
      this.#revision = undefined;
      this.#unload();
      return this.#say(trans.__("Trust this notebook to play the video"));
    }
    const revision = JSON.stringify([job.id, job.path, job.bytes]);
    if (revision === this.#revision) return;
    this.#revision = revision;
    void this.#load();
  }

  dispose(): void {
    this.#unload();
  }

  async #load(): Promise<void> {
    this.#unload();
    const { signal } = (this.#loading = new AbortController());
    const { files, trans } = this.#host;
    const { job, html } = this.#shown!;
    try {
      const found = await findVideo(job, html, files, signal);
      if (signal.aborted) {
        if (found.kind === "video" && found.blob) {
          URL.revokeObjectURL(found.url);
        }
        return;
      }
      if (found.kind !== "video") {
        return this.#say(whyNotFound(found, job, trans));
      }
      this.#say("");
      this.#path = placeOf(job, found.path ?? job.path);
      const onError = () => {
        if (found.blob || !files) return this.#say(this.#unreadable());
        // The element sends no token; a request of the Lab's does.
        fetchVideo(found.url, job, files, signal)
          .then((url) => {
            if (signal.aborted) return URL.revokeObjectURL(url);
            const once = { once: true, signal };
            this.#image.addEventListener("error", () => this.#say(this.#unreadable()), once);
            this.#show(url, true);
          })
          .catch(() => {
            if (!signal.aborted) this.#say(this.#unreadable());
          });
      };
      this.#image.addEventListener("error", onError, { once: true, signal });
      this.#show(found.url, found.blob);
    } catch {
      if (!signal.aborted) this.#say(this.#unreadable());
    }
  }

  #show(url: string, isBlob: boolean): void {
    this.#blob = isBlob ? url : undefined;
    this.#image.src = url;
    this.#copy.hidden = false;
    // One of many pictures is not the animation.
    const { format, path } = this.#shown!.job;
    this.#download.hidden = format === "png";
    this.#download.href = url;
    this.#download.download = path?.split("/").at(-1) || "animation.gif";
  }

  async #copyPath(): Promise<void> {
    await this.#host.copy(this.#path);
    this.#host.announcer.say(this.#host.trans.__("Path copied"));
  }

  /** Lets go of the picture and of all that was asked for it. */
  #unload(): void {
    this.#loading?.abort();
    this.#loading = undefined;
    this.#image.removeAttribute("src");
    this.#download.hidden = this.#copy.hidden = true;
    if (this.#blob) URL.revokeObjectURL(this.#blob);
    this.#blob = undefined;
  }

  /** Says something in place of the picture; nothing shows the picture. */
  #say(words: string): void {
    setText(this.#note, words);
    this.#note.hidden = words === "";
    this.#image.hidden = words !== "";
  }

  #unreadable(): string {
    const { trans } = this.#host;
    const name = this.#shown!.job.path ?? trans.__("the video");
    return trans.__("The browser cannot play %1. Run the cell again.", name);
  }
}

/** Where the animation is: a file, or of many pictures the folder. */
function placeOf({ format }: JobModel, path = ""): string {
  return format === "png" ? path.slice(0, path.lastIndexOf("/") + 1) : path;
}
