/** How soon the first frame is there: in a new process, and in one whose workers are warm. */
import { run, spreadOf } from "./timing.ts";

/** Seconds until the first frame is drawn, by where the call is made. */
export interface Start {
  /** From the start of the process. */
  cold: { median: number; min: number; max: number };
  /** From the call, with workers of an equal call before. */
  warm: { median: number; min: number; max: number };
  /** Seconds of the whole call, the first and a later one. */
  first: number;
  second: number;
}

/** Times the program below. */
export async function measureStart(rounds: number, folder: string): Promise<Start> {
  const script = new URL("./start_program.ts", import.meta.url).pathname;
  const results: { cold: number; warm: number; first: number; second: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    // Other measurements draw in this thread, where the date is that of the frame.
    const started = performance.timeOrigin + performance.now();
    const command = [Deno.execPath(), "run", "-A", "--no-check", script, folder, String(started)];
    results.push(JSON.parse(await run({ name: "start", command })));
  }
  const of = (name: keyof (typeof results)[0]) => spreadOf(results.map((r) => r[name]));
  return {
    cold: of("cold"),
    warm: of("warm"),
    first: of("first").median,
    second: of("second").median,
  };
}
