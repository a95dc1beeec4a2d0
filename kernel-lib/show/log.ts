/** What the user's code writes to the console in a worker. */
import type { LogLevel } from "../run/executor.ts";

/** Writes it to this program's console, with the frame that it was written for. */
export function showLog(frame: number, level: LogLevel, text: string): void {
  console[level](`frame ${frame}: ${text}`);
}
