/** Animates one spec and holds every frame against a fresh view's. */
import { refusalIn } from "../../kernel-lib/render/refusals.ts";
import { seedThread } from "../../kernel-lib/render/seed.ts";
import type { Job } from "../../kernel-lib/render/task.ts";
import { importVega } from "../../kernel-lib/render/vega.ts";
import type { Executor } from "../../kernel-lib/run/executor.ts";
import { compileSpec } from "../../kernel-lib/spec/compile.ts";
import { inlineData } from "../../kernel-lib/spec/data.ts";
import { namesOf } from "../../kernel-lib/spec/names.ts";
import { drawFresh, fitTo, freshView, type Pixels, pixelsOf, type Values } from "../fresh.ts";
import type { SettledJob } from "../settled.ts";
import { differenceOf, differencePicture } from "./difference.ts";
import { drawJob } from "./drawing.ts";
import {
  choiceMovements,
  type Movement,
  numberMovements,
  rowMovements,
  valueMovements,
} from "./movements.ts";

/** What came of a spec, or of one of its movements. */
export type Outcome =
  | { kind: "pass" }
  /** A frame that is not what a fresh view draws, with a picture of the difference. */
  | { kind: "wrong"; message: string; picture: Uint8Array }
  /** A refusal with one of the library's reasons. */
  | { kind: "refused"; message: string; reason: string }
  /** A spec that Vega itself cannot draw. */
  | { kind: "invalid"; message: string }
  /** A spec that could not be rendered, without such a reason. */
  | { kind: "failed"; message: string }
  /** No number and no subset of rows changes the picture. */
  | { kind: "still" };

/** Each frame is drawn twice, after other frames. */
const ORDER = [2, 0, 3, 1, 0, 2, 1, 3];

/** Numbers that every Vega spec has. */
const SIZES = new Set(["width", "height"]);

const vega = await importVega();

/**
 * Animates a spec by the first of its numbers that moves it, by the first of its choices and by the
 * first of its datasets that do, and draws each on each of the executors.
 *
 * @param spec A Vega or Vega-Lite spec; its URLs are relative to the working folder.
 * @returns The outcome by movement: the name of the signal or dataset.
 */
export async function examine(
  spec: Record<string, unknown>,
  executors: Executor[],
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  for (const { by, frames } of await movementsOf(spec)) {
    outcomes.set(by, await outcomeOf(spec, frames, executors));
  }
  if (outcomes.size === 0) {
    const outcome = await outcomeOf(spec, [{}, {}, {}, {}], executors);
    outcomes.set("nothing", outcome.kind === "pass" ? { kind: "still" } : outcome);
  }
  return outcomes;
}

async function movementsOf(spec: Record<string, unknown>): Promise<Movement[]> {
  const compiled = await compileSpec(spec, {}, undefined, SIZES);
  const names = namesOf(compiled, spec);
  const { signal } = new AbortController();
  const inlined = await inlineData(
    compiled.spec,
    { baseURL: Deno.cwd(), localFiles: true },
    signal,
  );
  if (Object.keys(inlined.missing).length > 0) return [];
  const found: Movement[] = [];
  // A number among the values of the rows is for specs that nothing else moves.
  for (const candidates of [numberMovements, choiceMovements, rowMovements, valueMovements]) {
    for (const movement of candidates(inlined.spec, names)) {
      if (!await moves(inlined.spec, movement.frames)) continue;
      found.push(movement);
      break;
    }
    if (candidates === rowMovements && found.length > 0) return found;
  }
  return found;
}

/** True if at least half of the frames differ from the first one. */
async function moves(spec: unknown, frames: Values[]): Promise<boolean> {
  const drawn: Pixels[] = [];
  try {
    for (const [i, values] of frames.entries()) {
      seed({ seed: 0, fps: 30 })(i);
      const view = await freshView(spec, values);
      drawn.push(pixelsOf(await view.toCanvas()));
      view.finalize();
    }
  } catch {
    // Not every number and not every subset makes sense to every spec.
    return false;
  }
  return drawn.filter((pixels) => differenceOf(drawn[0], pixels)).length >= frames.length / 2;
}

async function outcomeOf(
  spec: Record<string, unknown>,
  frames: Values[],
  executors: Executor[],
): Promise<Outcome> {
  for (const executor of executors) {
    try {
      const { job, drawings } = await drawJob(executor, spec, frames, ORDER);
      const size = viewSize(job);
      const fresh = await drawFresh(job, frames, [3, 2, 1, 0], seed(job));
      for (const { frame, pixels } of drawings) {
        const expected = fitTo(fresh.get(frame)!, size);
        const actual = fitTo(pixels, size);
        const difference = differenceOf(actual, expected);
        if (!difference) continue;
        const { count, largest, x, y } = difference;
        return {
          kind: "wrong",
          message: `frame ${frame} differs in ${count} pixels by at most ${largest}, ` +
            `the first at (${x}, ${y}), with ${executor.workers} workers`,
          picture: differencePicture(actual, expected),
        };
      }
    } catch (error) {
      const { message } = error as Error;
      const reason = refusalIn(message);
      if (reason) return { kind: "refused", message, reason };
      return { kind: await isInvalid(spec) ? "invalid" : "failed", message };
    }
  }
  return { kind: "pass" };
}

/** True if a fresh view of the spec as it is comes to nothing, too. */
async function isInvalid(spec: Record<string, unknown>): Promise<boolean> {
  const compiled = await compileSpec(spec, {});
  return await freshView(compiled.spec, {}).then((view) => (view.finalize(), false), () => true);
}

/** The view's own pixels: a video's are even in number, what is added is background. */
function viewSize({ picture }: SettledJob): { width: number; height: number } {
  const { viewWidth, viewHeight } = picture;
  return { width: Math.floor(viewWidth), height: Math.floor(viewHeight) };
}

/** Random numbers are the frame's, whoever draws it. */
function seed({ seed, fps }: Pick<Job, "seed" | "fps">): (frame: number) => void {
  return (frame) => seedThread(vega, seed, frame, frame / fps);
}
