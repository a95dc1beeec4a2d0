/** What the extension's plugins know of each other. */
import type { CodeCell } from "@jupyterlab/cells";
import type { NotebookPanel } from "@jupyterlab/notebook";
import { Token } from "@lumino/coreutils";
import type { ISignal } from "@lumino/signaling";
import type { JobModel } from "../../kernel-lib/show/mime.ts";

/** Where in the Lab an output is shown. */
export interface Place {
  panel: NotebookPanel;
  cell: CodeCell;
}

/** A job that is running, as far as its messages tell. */
export interface Render {
  /** What its last message said. */
  model: JobModel;
  panel: NotebookPanel;
}

/** The beginning of a running job's video, as far as it has been sent. */
export interface Preview {
  /** Frames that can be played. */
  readonly frames: number;
  /** Emitted when there are more. */
  readonly changed: ISignal<Preview, void>;
  /** The beginning as a video file. */
  toBlob(): Blob;
}

/** The running jobs of all open notebooks, and what can be done with them. */
export interface IRenders {
  readonly running: readonly Render[];
  /** Emitted when a job begins, goes on or ends. */
  readonly changed: ISignal<IRenders, void>;
  /** Emitted when a job that was running has ended, with the last that is known of it. */
  readonly ended: ISignal<IRenders, Render>;
  /** Where a node is shown; undefined outside of notebooks. */
  placeOf(node: HTMLElement): Place | undefined;
  /** Where a job's output is; undefined when its cell is gone. */
  placeOfJob(id: string): Place | undefined;
  /** The beginning of a job's video; undefined while none of it has been sent. */
  preview(id: string): Preview | undefined;
  /**
   * Cancels jobs by interrupting their kernels. Where that stops other jobs, too, the user is asked.
   *
   * @returns False if the user decided against it, or a kernel could not be interrupted.
   */
  cancel(...ids: string[]): Promise<boolean>;
  /** Runs the cell again. */
  runAgain(place: Place): Promise<void>;
  /** Shows the cell, wherever in the Lab it is. */
  reveal(place: Place): Promise<void>;
}

export const IRenders = new Token<IRenders>(
  "jupyterlab-vega-reel:IRenders",
  "The animations that are being rendered in open notebooks.",
);

/** What the user can set. */
export interface Settings {
  /** Whether a video plays as soon as it is done. */
  readonly autoplay: boolean;
  /** Whether a video starts again at its end. */
  readonly loop: boolean;
  /** The greatest height of a video in CSS pixels; 0 for no limit. */
  readonly maxHeight: number;
  /** How many times a second a running job is shown anew, 0.2 to 4. */
  readonly updateRate: number;
  /** Whether a notification tells that a long render ended in a hidden tab. */
  readonly notify: boolean;
}

/** The user's settings, as they are now. */
export interface ISettings {
  readonly current: Settings;
  readonly changed: ISignal<ISettings, void>;
}

export const ISettings = new Token<ISettings>(
  "jupyterlab-vega-reel:ISettings",
  "How Vega Reel shows animations.",
);
