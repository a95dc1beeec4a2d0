/** An animation that is a picture: a GIF, or the first of many. */
import { copyIcon, downloadIcon } from "@jupyterlab/ui-components";
import type { JobModel } from "../../../kernel-lib/show/mime.ts";
import { element, iconButton, setIcon, setText } from "./dom.ts";
import { type FoundVideo, Loader } from "./loader.ts";
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
  readonly #loader: Loader;
  #job: JobModel | undefined;
  #path = "";

  constructor(host: Host) {
    this.#host = host;
    this.stage.append(this.#image, this.#note);
    this.#loader = new Loader(host, {
      element: this.#image,
      show: (found) => this.#show(found),
      say: (words) => this.#say(words),
      clear: () => this.#clear(),
    });
    const { trans } = host;
    setIcon(this.#download, downloadIcon, trans.__("Download"));
    this.#copy = iconButton(copyIcon, trans.__("Copy path"), () => void this.#copyPath());
    // By these the commands of the palette find them.
    this.#download.dataset.command = "download";
    this.#copy.dataset.command = "copy-path";
    this.controls.append(this.#download, this.#copy);
  }

  update(shown: Shown): void {
    const { job } = shown;
    this.#job = job;
    const { trans, words } = this.#host;
    const place = placeOf(job, job.path);
    setText(this.facts, [place, words.facts(job)].filter((part) => part !== "").join(": "));
    this.#image.alt = trans.__("Animation %1", place).trim();
    this.#loader.update(shown);
  }

  dispose(): void {
    this.#loader.unload();
  }

  #show({ url, path }: FoundVideo): void {
    const job = this.#job!;
    this.#path = placeOf(job, path ?? job.path);
    this.#image.src = url;
    this.#copy.hidden = false;
    // One of many pictures is not the animation.
    this.#download.hidden = job.format === "png";
    this.#download.href = url;
    this.#download.download = job.path?.split("/").at(-1) || "animation.gif";
  }

  async #copyPath(): Promise<void> {
    await this.#host.copy(this.#path);
    this.#host.announcer.say(this.#host.trans.__("Path copied"));
  }

  #clear(): void {
    this.#image.removeAttribute("src");
    this.#download.hidden = this.#copy.hidden = true;
  }

  /** Says something in place of the picture; nothing shows the picture. */
  #say(words: string): void {
    setText(this.#note, words);
    this.#note.hidden = words === "";
    this.#image.hidden = words !== "";
  }
}

/** Where the animation is: a file, or of many pictures the folder. */
function placeOf({ format }: JobModel, path = ""): string {
  return format === "png" ? path.slice(0, path.lastIndexOf("/") + 1) : path;
}
