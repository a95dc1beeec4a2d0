/** Waiting that a signal can end. */

/**
 * The promise's outcome, or a rejection with the signal's reason if that comes first. What the
 * promise does after that is ignored.
 *
 * @param promise What is waited for.
 * @param signal Ends the waiting.
 */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  promise.catch(() => {});
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
