/** This process's worker threads, as Linux tells of them. */

/** Ids of the threads that draw; none where the system does not tell. */
export function workerThreads(): string[] {
  if (Deno.build.os !== "linux") return [];
  return [...Deno.readDirSync("/proc/self/task")].map(({ name }) => name)
    .filter((id) => nameOf(id).startsWith("worker-"))
    .sort();
}

/** Empty for a thread that has ended since it was listed. */
function nameOf(id: string): string {
  try {
    return Deno.readTextFileSync(`/proc/self/task/${id}/comm`);
  } catch {
    return "";
  }
}
