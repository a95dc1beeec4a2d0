/** The process table, as Linux shows it in /proc; see proc_pid_stat(5). */
import { setTimeout as delay } from "node:timers/promises";

/** A process. */
export interface Process {
  id: number;
  parent: number;
  name: string;
  /** One letter; `Z` for one that has ended and that its parent has not looked at. */
  state: string;
  /** Its command and arguments; empty for one that has ended. */
  command: string;
}

/** All processes, also those that have ended but are still listed; none where not on Linux. */
function listed(): Process[] {
  if (Deno.build.os !== "linux") return [];
  return [...Deno.readDirSync("/proc")].filter(({ name }) => /^\d+$/.test(name))
    .flatMap(({ name: id }) => {
      try {
        const stat = Deno.readTextFileSync(`/proc/${id}/stat`);
        const end = stat.lastIndexOf(")");
        const name = stat.slice(stat.indexOf("(") + 1, end);
        const [state, parent] = stat.slice(end + 2).split(" ");
        const command = Deno.readTextFileSync(`/proc/${id}/cmdline`).replaceAll("\0", " ");
        return { id: Number(id), parent: Number(parent), name, state, command };
      } catch {
        return []; // It is gone meanwhile.
      }
    });
}

/** All processes that run. */
export function processes(): Process[] {
  return listed().filter(({ state }) => state !== "Z");
}

/** All that a process has itself started, also what has ended and was not looked at. */
export function children(of: number = Deno.pid): Process[] {
  return listed().filter(({ parent }) => parent === of);
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

/** Those of a process's children that do not end; one that was killed needs a moment to be gone. */
export async function lastingChildren(of: number = Deno.pid): Promise<Process[]> {
  for (let i = 0; i < 100 && children(of).length > 0; i++) await delay(50);
  return children(of);
}

/** True if the process runs for longer than one that was killed may need to be gone. */
export async function isLasting(pid: number): Promise<boolean> {
  const runs = () => processes().some(({ id }) => id === pid);
  for (let i = 0; i < 100 && runs(); i++) await delay(50);
  return runs();
}
