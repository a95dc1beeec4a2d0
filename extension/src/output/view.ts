/** What the views of an output have in common. */
import type { TranslationBundle } from "@jupyterlab/translation";
import type { JobModel } from "../../../kernel-lib/show/mime.ts";
import type { IRenders, ISettings, Place } from "../tokens.ts";
import type { Announcer } from "./announcer.ts";
import type { Files } from "./files.ts";
import type { Words } from "./words.ts";

/** What an output knows of the Lab. */
export interface Surroundings {
  trans: TranslationBundle;
  renders?: IRenders;
  settings?: ISettings;
  files?: Files;
  /** Puts a text on the clipboard. */
  copy(text: string): Promise<void>;
}

/** What a view knows of its output. */
export interface Host extends Surroundings {
  words: Words;
  announcer: Announcer;
  /** Where the output is; undefined outside of notebooks and while it is not attached. */
  place(): Place | undefined;
  /** The output's element. */
  node: HTMLElement;
}

/** A job and what an output says beside it. */
export interface Shown {
  job: JobModel;
  /** Whether the user trusts the notebook. */
  trusted: boolean;
  /** The output's HTML, for viewers without this extension. */
  html: string;
}

/** One way to show a job, with elements that stay the same while the job goes on. */
export interface View {
  /** What is in the stage: the box of the video's shape. */
  readonly stage: HTMLElement;
  /** What is in the row of controls; empty where there are none. */
  readonly controls: HTMLElement;
  /** What is in the line below. */
  readonly facts: HTMLElement;
  /** Shows the job as it is now. */
  update(shown: Shown): void;
  /** Is called when the output is put into the page, again perhaps. */
  attach?(): void;
  /** Is called before the output is taken from the page. */
  detach?(): void;
  dispose(): void;
}
