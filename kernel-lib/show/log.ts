/** What goes to the console: what the user's code writes in a worker, and warnings. */
import type { LogLevel } from "../run/executor.ts";

/** Writes it to this program's console, with the frame that it was written for. */
export function showLog(frame: number, level: LogLevel, text: string): void {
  console[level](`frame ${frame}: ${text}`);
}

/** Writes what Vega-Lite warns of, such as a channel that it drops. */
export function showWarning(text: string): void {
  console.warn(`Vega-Lite: ${text}`);
}
