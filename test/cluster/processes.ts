/** The process table, as Linux shows it in /proc; see proc_pid_stat(5). */
import { setTimeout as delay } from "node:timers/promises";

/** A process. */
export interface Process {
  id: number;
  parent: number;
  /** Its command and arguments. */
  command: string;
}

/** All processes that run. */
export function processes(): Process[] {
  return [...Deno.readDirSync("/proc")].filter(({ name }) => /^\d+$/.test(name))
    .flatMap(({ name }) => {
      try {
        const stat = Deno.readTextFileSync(`/proc/${name}/stat`);
        const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        const command = Deno.readTextFileSync(`/proc/${name}/cmdline`).replaceAll("\0", " ");
        return state === "Z" ? [] : [{ id: Number(name), parent: Number(parent), command }];
      } catch {
        return [];
      }
    });
}

/** All that a process has started, and what that has started. */
export function descendants(root: number): Process[] {
  const all = processes();
  const found = new Set([root]);
  for (let before = 0; before < found.size;) {
    before = found.size;
    for (const { id, parent } of all) if (found.has(parent)) found.add(id);
  }
  return all.filter(({ id }) => id !== root && found.has(id));
}

/** Those that do a task: Deno with the program of a task, and the ffmpeg that it has started. */
export function taskProcesses(root: number): Process[] {
  const all = descendants(root);
  return all.filter(({ command }) => /remote\.[tj]s|ffmpeg.*pipe:0/.test(command));
}

/** Waits until something is so. */
export async function until(what: string, holds: () => boolean | Promise<boolean>) {
  for (let i = 0; i < 600; i++) {
    if (await holds()) return;
    await delay(50);
  }
  throw new Error(`It did not come to this: ${what}`);
}

/** Waits until none of some processes runs any more. */
export async function untilGone(gone: Process[]): Promise<void> {
  const ids = new Set(gone.map(({ id }) => id));
  await until(
    `${gone.map(({ command }) => command.slice(0, 60)).join(", ")} have ended`,
    () => !processes().some(({ id }) => ids.has(id)),
  );
}
