/** The Deno Jupyter kernel, where this program runs in one. */

/** Sends a message of a type of Jupyter's to the notebook's front end. */
export type Broadcast = (
  type: string,
  content: unknown,
  extra?: { metadata?: Record<string, unknown>; buffers?: Uint8Array[] },
) => Promise<void>;

/** How long an interrupt is still caught after the last job, in ms: a second click comes late. */
const LINGER = 2000;

/** The symbol under which a value tells Jupyter how to show it. */
const DISPLAY = Symbol.for("Jupyter.display");

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
 * Calls back when the user presses the notebook's Stop, which reaches the kernel as SIGINT. Without
 * a listener the kernel would end. A script is ended by SIGINT as ever.
 *
 * @returns Stops listening, a moment later.
 */
export function onInterrupt(callback: () => void): () => void {
  if (!kernelBroadcast()) return () => {};
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

const hidden = new WeakSet<object>();

/**
 * Marks a value that has an output of its own: as the last value of a cell it is not shown again.
 *
 * @returns The value.
 */
export function hideResult<Value extends object>(value: Value): Value {
  replaceBroadcastResult();
  hidden.add(value);
  return Object.defineProperty(value, DISPLAY, { value: () => ({}) });
}

/** What of the kernel's own parts is used; none of it is promised to be there. */
interface Internals {
  jupyter?: { broadcastResult?: (executionCount: number, value: unknown) => Promise<void> };
}

let replaced = false;

/**
 * The kernel sends a cell's last value as an output even if there is nothing to show of it, which
 * leaves an empty output in the notebook. Only its own function can be kept from that; where that
 * is not to be found, the empty output stays.
 */
function replaceBroadcastResult(): void {
  if (replaced) return;
  replaced = true;
  const deno = Deno as unknown as { internal: symbol; [internal: symbol]: Internals | undefined };
  const jupyter = deno[deno.internal]?.jupyter;
  const broadcastResult = jupyter?.broadcastResult;
  if (typeof broadcastResult !== "function") return;
  jupyter!.broadcastResult = async (executionCount, value) => {
    if (!hidden.has(value as object)) await broadcastResult(executionCount, value);
  };
}
