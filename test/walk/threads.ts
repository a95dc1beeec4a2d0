/** Every message between threads is a step, and so is every start of a thread. */
import { parentPort, Worker } from "node:worker_threads";
import { isBroken, step } from "./step.ts";

// Deno 2.9 does not let an import map replace this module, as it does `node:fs`.
const { on, postMessage } = Worker.prototype;

// deno-lint-ignore no-explicit-any
Worker.prototype.on = function (this: Worker, event: string, listener: (message: any) => void) {
  if (event !== "message") return on.call(this, event, listener);
  // Who starts a thread listens to it at once.
  step("new Worker");
  const { stack } = new Error();
  return on.call(this, event, (message: unknown) => {
    // An answer that does not come is that of a thread that has ended.
    if (isBroken(`message of ${kindOf(message)}`, stack)) this.terminate();
    else listener(message);
  });
} as never;

Worker.prototype.postMessage = function (this: Worker, ...args: [unknown]) {
  step(`postMessage of ${kindOf(args[0])}`);
  return postMessage.apply(this, args);
} as never;

if (parentPort) {
  const answer = parentPort.postMessage.bind(parentPort);
  parentPort.postMessage = ((...args: [unknown]) => {
    step(`answer of ${kindOf(args[0])}`);
    answer(...args);
  }) as never;
}

function kindOf(message: unknown): string {
  return String((message as { type?: unknown }).type);
}
