/**
 * What is refused although the spec is right: pictures that lack something, or that depend on the
 * frames before them.
 *
 * A frame is what a view that has run once shows. Events never happen in a video, so a spec that
 * only waits for them shows what it shows before the first one. Timers stand still.
 */
import type { Names, Patch } from "./patch.ts";
import { readsAny } from "./references.ts";
import type { Runtime, View, ViewContext } from "./vega.ts";

/** All reasons there are, each with a part of its message that no other message has. */
export const REFUSALS = {
  /** Rows that the spec takes from elsewhere were not there. */
  "missing data": "is not given and",
  /** Images that the spec takes from elsewhere were not there. */
  "missing image": "as the image",
  /** A force simulation that runs on from frame to frame. */
  "running force": "its force simulation goes on from frame to frame",
  /** A timer, where no signal that depends on it is given. */
  "timer": "timers stand still in a video",
} as const;

/** One of `REFUSALS`. */
export type Refusal = keyof typeof REFUSALS;

/** What of a spec may be a reason to refuse its frames. */
export interface History {
  /** The signals that depend on timers; undefined where there is no timer. */
  timed: string[] | undefined;
  /** Ids of the operators that are force simulations. */
  forces: number[];
}

/** Vega-Lite's own: it ticks once, after a geographic selection was built, and never again. */
const ONE_TICK = /_init_tick$/;

/** Finds what goes on from frame to frame in a parsed spec, that of its groups included. */
export function historyOf(runtime: Runtime): History {
  let timed = timedSignals(runtime);
  const forces = runtime.operators.filter(({ type }) => type === "force").map(({ id }) => id);
  for (const inner of subflows(runtime)) {
    const history = historyOf(inner);
    if (history.timed) timed = [...timed ?? [], ...history.timed];
    forces.push(...history.forces);
  }
  return { timed, forces };
}

/**
 * Says why a frame is refused.
 *
 * @returns The reason, to follow "as"; undefined for a frame that may be run.
 */
export function refusalOf({ timed }: History, names: Names, patch: Patch): string | undefined {
  for (const [name, reason] of Object.entries(names.missing)) {
    if (Object.hasOwn(patch.datasets, name)) continue;
    return `dataset '${name}' ${REFUSALS["missing data"]} ${reason}`;
  }
  if (timed && !timed.some((name) => Object.hasOwn(patch.signals, name))) {
    return `${REFUSALS.timer}: give one of the signals that depend on them, [${timed.join(", ")}]`;
  }
}

/**
 * Says why a frame is refused that has been run: only then it is known what signals have come to.
 *
 * @returns The reason, to follow "as"; undefined for a frame that may be drawn.
 */
export function refusalOfShown({ forces }: History, view: View): string | undefined {
  if (forces.length === 0) return;
  for (const { nodes } of contextsOf(view._runtime)) {
    for (const id of forces) {
      // A group's operators are there once it has an item.
      const force = nodes[id];
      if (!force || force._argval.static) continue;
      (force.value as { stop(): void }).stop();
      return `${REFUSALS["running force"]}: its 'static' must be true`;
    }
  }
}

/** What a view keeps of its operators, and what each of its groups does. */
function* contextsOf(context: ViewContext): Generator<ViewContext> {
  yield context;
  for (const inner of context.subcontext ?? []) yield* contextsOf(inner);
}

/** The reason that a message gives, if it is a refusal. */
export function refusalIn(message: string): Refusal | undefined {
  return (Object.keys(REFUSALS) as Refusal[]).find((reason) => message.includes(REFUSALS[reason]));
}

/** The names of the signals that depend on a scope's timers; undefined where it has no timer. */
function timedSignals({ operators, streams = [], updates = [] }: Runtime): string[] | undefined {
  const timers = new Set<number>();
  // Streams are listed after those that they are made of.
  for (const { id, source, stream, merge = [], between = [] } of streams) {
    const isMadeOf = [stream, ...merge, ...between].some((other) => timers.has(other as number));
    if (source === "timer" || isMadeOf) timers.add(id);
  }
  const nameOf = (target: unknown) => operators.find(({ id }) => id === target)?.signal;
  const ticks = updates.filter(({ source, target }) =>
    timers.has(source as number) && !ONE_TICK.test(nameOf(target) ?? "")
  );
  if (ticks.length === 0) return undefined;
  const timed = new Set(ticks.map(({ target }) => target as number));
  for (let size = 0; size < timed.size;) {
    size = timed.size;
    for (const { source, target } of updates) {
      if (readsAny(source, timed)) timed.add(target as number);
    }
    for (const { id, params, update } of operators) {
      if (readsAny([params, update], timed)) timed.add(id);
    }
  }
  return [...timed].map(nameOf).filter((name) => name !== undefined);
}

/** The dataflows of a spec's groups. */
function* subflows({ operators }: Runtime): Generator<Runtime> {
  for (const { params } of operators) {
    for (const value of Object.values(params ?? {})) {
      const inner = (value as { $subflow?: Runtime } | null)?.$subflow;
      if (inner) yield inner;
    }
  }
}
