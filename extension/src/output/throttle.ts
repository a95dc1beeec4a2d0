/** Fewer updates than there are messages. */

/** Runs the latest of several tasks, at most once in a time. */
export class Throttle {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last = -Infinity;
  #task: (() => void) | undefined;

  /**
   * Runs a task: at once, or as soon as the last one is long enough ago and unless another comes.
   *
   * @param interval The least time between two tasks, in milliseconds.
   */
  run(task: () => void, interval: number): void {
    this.#task = task;
    if (this.#timer !== undefined) return;
    const wait = this.#last + interval - performance.now();
    if (wait <= 0) return this.#run();
    this.#timer = setTimeout(() => this.#run(), wait);
  }

  /** Forgets the task that waits. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#task = undefined;
  }

  #run(): void {
    const task = this.#task;
    this.cancel();
    this.#last = performance.now();
    task?.();
  }
}
