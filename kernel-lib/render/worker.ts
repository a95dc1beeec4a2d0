/** The entry of a worker thread: answers the pool's requests, one after the other. */
import { getHeapStatistics } from "node:v8";
import { parentPort, workerData } from "node:worker_threads";
import { ACTIVITY } from "../run/protocol.ts";
import type { Answers, Request, Rest, WorkerMessage, WorkerSetup } from "../run/protocol.ts";
import { loadRaster } from "./raster.ts";
import { type Activity, SegmentRenderer } from "./segment.ts";
import { type Job, STAGES } from "./task.ts";
import { redirectConsole } from "./update.ts";
import { importVega } from "./vega.ts";

const port = parentPort!;
const setup = workerData as WorkerSetup;
const shared = new Int32Array(setup.activity);

/** When the heap is full, the code that runs is ended and the limit is raised. */
const heapLimit = getHeapStatistics().heap_size_limit;

const isEnding = () => Atomics.load(shared, ACTIVITY.ending) === 1;

const activity: Activity = {
  stage: (stage) => Atomics.store(shared, ACTIVITY.stage, STAGES.indexOf(stage)),
  frame: (index) => Atomics.store(shared, ACTIVITY.frame, index),
  framesDone: (count) => Atomics.store(shared, ACTIVITY.framesDone, count),
  encoderStarts: () => {
    Atomics.store(shared, ACTIVITY.encoderStarts, 1);
    // Looked at after the store, as the pool looks at the store after it has said so: one of the
    // two sees the other.
    if (!isEnding()) return;
    throw new Error("Cannot start an encoder as the worker is being ended");
  },
  encoder: (pid) => {
    Atomics.store(shared, ACTIVITY.encoder, pid);
    Atomics.store(shared, ACTIVITY.encoderStarts, 0);
  },
  isEnding,
};

// The raster comes before Vega, which measures text with the library that is there when it loads.
const raster = await loadRaster(setup.raster);
const vega = await importVega();
let renderer: SegmentRenderer | undefined;

async function open(job: Job): Promise<null> {
  activity.stage("open");
  renderer?.close();
  renderer = undefined;
  renderer = await SegmentRenderer.open(vega, raster, job, activity);
  activity.stage("idle");
  return null;
}

function rest(): Rest {
  renderer?.close();
  renderer = undefined;
  const { used_heap_size, external_memory } = getHeapStatistics();
  return { bytes: used_heap_size + external_memory };
}

async function answer(request: Request): Promise<Answers[keyof Answers]> {
  if (request.type === "open") return await open(request.job);
  if (request.type === "ping") {
    return { ranOutOfMemory: getHeapStatistics().heap_size_limit > 1.5 * heapLimit };
  }
  if (request.type === "rest") return rest();
  if (!renderer) throw new Error(`Cannot ${request.type} as no job is open`);
  try {
    return request.type === "scan"
      ? await renderer.scan(request.task)
      : await renderer.render(request.task);
  } finally {
    activity.stage("idle");
  }
}

async function reply(request: Request): Promise<void> {
  const { id } = request;
  try {
    const data = await answer(request);
    const transfer = data ? buffersOf(data) : [];
    try {
      send({ type: "reply", id, success: true, data }, transfer);
    } catch (cause) {
      throw new Error(`Cannot send what was rendered: ${(cause as Error).message}`, { cause });
    }
  } catch (cause) {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    const { name, message, stack } = error;
    send({ type: "reply", id, success: false, error: { name, message, stack } });
  }
}

/** What is handed over instead of being copied. */
function buffersOf(data: NonNullable<Answers[keyof Answers]>): ArrayBuffer[] {
  if ("frames" in data) return [data.bytes.buffer];
  if (!("patches" in data)) return [];
  return data.patches.flatMap((patch) => patch === undefined ? [] : [patch.buffer]);
}

function send(message: WorkerMessage, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

/** Threads are told apart by the system alone; Linux says which one this is. */
function threadId(): number | undefined {
  try {
    return Number(Deno.readLinkSync("/proc/thread-self").split("/").pop());
  } catch {
    return undefined;
  }
}

redirectConsole((level, text) => {
  send({ type: "log", frame: Atomics.load(shared, ACTIVITY.frame), level, text });
});
// Not by `on`: Deno (2.9) would walk all that comes, each number of a typed array too, in search of
// ports. That takes most of a second for a million.
port.addEventListener("message", ({ data }: { data: Request }) => void reply(data));
send({ type: "ready", thread: threadId() });
