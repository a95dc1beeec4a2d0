/** Whether what a job has read is still the same, and the same on this machine. */
import { ReadRecorder } from "../render/reads.ts";
import { resourceLoader, type Resources } from "../render/resources.ts";
import type { ResourceRead } from "../render/task.ts";
import { importVega } from "../render/vega.ts";

/** Reads the files and URLs that a job has read, each once, to compare them. */
export class SameResources {
  readonly #known = new Map<string, Promise<boolean>>();

  /**
   * True if a file or URL holds what it held.
   *
   * @param job The job that has read it.
   * @param resource What was read, with a hash of its content.
   */
  isSame(job: Resources, resource: ResourceRead): Promise<boolean> {
    const key = JSON.stringify(resource);
    const known = this.#known.get(key) ?? readAgain(job, resource);
    this.#known.set(key, known);
    return known;
  }
}

async function readAgain(
  job: Resources,
  { uri, image, hash }: ResourceRead,
): Promise<boolean> {
  const recorder = new ReadRecorder();
  const loader = resourceLoader(recorder.watch(await importVega()), job);
  const read = image
    ? loader.sanitize(uri, { context: "image" } as never)
    : loader.load(uri, { context: "dataflow" } as never);
  await read.catch(() => {});
  return recorder.reads.resources.some((now) => now.hash === hash);
}
