/** Why a task on another machine gave no result, in words. */
import type { Stage } from "../render/task.ts";
import type { Failure, MachineParts } from "./bridge_protocol.ts";
import { toError } from "./pool_worker.ts";

/** What of a machine is not as it is here. */
export function differences(where: string, theirs: MachineParts, ours: MachineParts): Error {
  const names = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])];
  const different = names.filter((name) => theirs[name] !== ours[name]);
  const words = different.map((name) =>
    `${name} is '${theirs[name] ?? "not there"}' there and '${ours[name] ?? "not there"}' here`
  );
  return new Error(
    `Cannot render on '${where}' as its frames could differ from those of this machine: ${
      words.join("; ")
    }`,
  );
}

/** Why a machine cannot render at all. */
export function unfit(where: string, problem: string): Error {
  return new Error(`Cannot render on '${where}' as ${problem}`);
}

/**
 * The error of a task, with its frame where that is known and the machine that it was on.
 *
 * @param failure What the bridge has told.
 * @param ours The parts of this machine.
 * @param name What the task was, for one that was never begun.
 */
export function failureError(failure: Failure, ours: MachineParts, name: string): Error {
  const { where, error, problem, mismatch, lost, words } = failure;
  if (error) {
    const thrown = toError(error);
    thrown.message += ` (on '${where}')`;
    return thrown;
  }
  if (problem !== undefined) return unfit(where!, problem);
  if (mismatch) return differences(where!, mismatch, ours);
  if (lost !== undefined) {
    const times = lost > 1 ? ` ${lost} times` : "";
    return new Error(`Cannot render ${name} as its worker was lost${times}: ${words}`);
  }
  return processError(failure);
}

/** As of a worker on this machine. */
function processError({ where, frame, stage, died, timeout, heap, words = "" }: Failure): Error {
  const isFrame = typeof frame === "number" && frame >= 0;
  const aim = isFrame ? `Cannot render frame ${frame}` : "Cannot go on";
  const during = isFrame ? ` while '${stage as Stage}' was under way` : "";
  if (timeout !== undefined) {
    return new Error(
      `${aim} as it took longer than 'frameTimeout' allows: current value is ${timeout} s, and ` +
        `'${stage}' was under way on '${where}'`,
    );
  }
  if (/heap out of memory|heap limit/i.test(words)) {
    return new Error(
      `${aim} as its process on '${where}' ran out of memory${during}: its limit is ${heap} MB`,
    );
  }
  if (died === -9) {
    return new Error(
      `${aim} as its process on '${where}' was killed, most likely for want of memory${during}`,
    );
  }
  const end = died === null || died === undefined
    ? "ended"
    : died < 0
    ? `was ended by signal ${-died}`
    : `ended with code ${died}`;
  return new Error(
    `${aim} as its process on '${where}' ${end}${during} and printed${
      words ? `: ${words}` : " nothing"
    }`,
  );
}
