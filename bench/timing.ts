/** Times whole programs, in turn, so that what else the machine does falls on all of them. */

/** A program to be timed. */
export interface Contestant {
  name: string;
  command: string[];
  /** What it reads from its standard input. */
  input?: string;
  env?: Record<string, string>;
}

/** Median, least and greatest of some numbers. */
export interface Spread {
  median: number;
  min: number;
  max: number;
}

/** The times of one program, in seconds. */
export interface Times extends Spread {
  name: string;
  runs: number[];
}

/**
 * Runs every program once, then every program again, and so on.
 *
 * @param contestants The programs.
 * @param rounds How often each one is run.
 * @throws {Error} If one fails; the message holds the end of what it printed.
 */
export async function timeInTurn(contestants: Contestant[], rounds: number): Promise<Times[]> {
  const runs = contestants.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, contestant] of contestants.entries()) {
      const start = performance.now();
      await run(contestant);
      runs[i].push((performance.now() - start) / 1000);
      console.error(`  ${contestant.name}: ${runs[i].at(-1)!.toFixed(2)} s`);
    }
  }
  return contestants.map(({ name }, i) => ({ name, runs: runs[i], ...spreadOf(runs[i]) }));
}

/** How some numbers lie. */
export function spreadOf(numbers: number[]): Spread {
  const sorted = numbers.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const median = sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  return { median, min: sorted[0], max: sorted.at(-1)! };
}

/** Runs a program to its end and returns what it printed. */
export async function run({ name, command, input, env }: Contestant): Promise<string> {
  const child = new Deno.Command(command[0], {
    args: command.slice(1),
    env,
    stdin: input === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const ended = child.output();
  if (input !== undefined) {
    await new Blob([await Deno.readFile(input)]).stream().pipeTo(child.stdin);
  }
  const { success, stdout, stderr } = await ended;
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (success) return text(stdout);
  throw new Error(`Cannot time '${name}' as it failed: ${text(stderr).trim().slice(-2000)}`);
}
