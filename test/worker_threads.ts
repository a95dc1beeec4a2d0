/** This process's worker threads, as Linux tells of them. */

/** Ids of the threads that draw; none where the system does not tell. */
export function workerThreads(): string[] {
  if (Deno.build.os !== "linux") return [];
  return [...Deno.readDirSync("/proc/self/task")].map(({ name }) => name)
    .filter((id) => Deno.readTextFileSync(`/proc/self/task/${id}/comm`).startsWith("worker-"))
    .sort();
}
