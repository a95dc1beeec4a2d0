/** What a command works with besides its own arguments. */

/** One run of the program. */
export interface Context {
  /** All that was typed after the program's name. */
  args: string[];
  /** Aborted when the program is to end. */
  signal: AbortSignal;
  /** The exit code, where a command that did what it should says other than 0. */
  exitCode: number;
}
