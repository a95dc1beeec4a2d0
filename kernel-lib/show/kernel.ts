/** The Deno Jupyter kernel, where this program runs in one. */

type Broadcast = (
  type: string,
  content: unknown,
  extra?: { metadata?: Record<string, unknown> },
) => Promise<void>;

/** How long an interrupt is still caught after the last job, in ms: a second click comes late. */
const LINGER = 2000;

/** Sends a message to the notebook's front end; undefined outside the kernel. */
export function kernelBroadcast(): Broadcast | undefined {
  try {
    // Outside the kernel the property throws when it is read, and in workers it is missing.
    const { jupyter } = Deno as unknown as { jupyter?: { broadcast: Broadcast } };
    return jupyter && ((...message) => jupyter.broadcast(...message));
  } catch {
    return undefined;
  }
}

/**
 * Calls back when the user presses Stop, which reaches the kernel as SIGINT. Without a listener
 * the kernel would end.
 *
 * @returns Stops listening, a moment later.
 */
export function onInterrupt(callback: () => void): () => void {
  const guard = () => {};
  Deno.addSignalListener("SIGINT", callback);
  Deno.addSignalListener("SIGINT", guard);
  return () => {
    Deno.removeSignalListener("SIGINT", callback);
    const timer = setTimeout(() => {
      Deno.removeSignalListener("SIGINT", guard);
    }, LINGER);
    Deno.unrefTimer(timer);
  };
}
