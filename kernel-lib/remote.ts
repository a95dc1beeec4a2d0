/**
 * The program that does one task of a job, on whatever machine: it reads the task from its standard
 * input, tells on its standard output what it does and then what has come out, and ends.
 */
import { deserialize, serialize } from "node:v8";
import { loadRaster } from "./render/raster.ts";
import { type Activity, SegmentRenderer } from "./render/segment.ts";
import type { ScanTask, SegmentTask, Stage } from "./render/task.ts";
import { redirectConsole } from "./render/update.ts";
import { importVega } from "./render/vega.ts";
import type { ProcessMessage, ProcessRequest, TaskRequest } from "./run/bridge_protocol.ts";
import { encodeMessage, readMessages } from "./run/messages.ts";
import { receiveJob } from "./run/sent_job.ts";
import { machineParts } from "./store/machine_parts.ts";

const now: { stage: Stage; frame: number; done: number } = { stage: "open", frame: -1, done: 0 };

const activity: Activity = {
  stage: (stage) => tell({ stage }),
  frame: (frame) => tell({ frame }),
  framesDone: (done) => tell({ done }),
  // They end with this process: their input does.
  encoderStarts() {},
  encoder() {},
};

/** Before the first frame there is nothing to tell of. */
function tell(change: Partial<typeof now>): void {
  Object.assign(now, change);
  if (now.frame >= 0) send({ type: "activity", ...now });
}

/** Written at once: what follows may keep this thread busy for long. */
function send(message: ProcessMessage, bytes?: Uint8Array): void {
  for (const part of encodeMessage(message, bytes)) {
    for (let written = 0; written < part.length;) {
      written += Deno.stdout.writeSync(part.subarray(written));
    }
  }
}

async function answer(request: ProcessRequest, bytes: Uint8Array): Promise<Uint8Array> {
  if (request.type === "identify") {
    return new TextEncoder().encode(JSON.stringify(await machineParts(request, request.ffmpeg)));
  }
  return serialize(await doTask(request, deserialize(bytes)));
}

async function doTask(request: TaskRequest, task: ScanTask | SegmentTask): Promise<unknown> {
  const job = receiveJob(request.job, request.folder);
  const { encoding } = job;
  if (encoding.kind === "h264") job.encoding = { ...encoding, ffmpeg: request.ffmpeg };
  // The raster comes before Vega, which measures text with the library that is there.
  const raster = await loadRaster(job.raster);
  const renderer = await SegmentRenderer.open(await importVega(), raster, job, activity);
  return request.type === "scan"
    ? await renderer.scan(task as ScanTask)
    : await renderer.render(task as SegmentTask);
}

/** What the user's code did not wait for ends the task, as it ends a worker here. */
function onUncaught(event: Event, cause: unknown): void {
  event.preventDefault();
  const { name, message, stack } = cause instanceof Error ? cause : new Error(String(cause));
  const words = "Cannot go on as an error that nobody caught ended the task, about at frame " +
    `${now.frame}: ${name}: ${message}`;
  send({ type: "error", error: { name: "Error", message: words, stack } });
  Deno.exit();
}

addEventListener("unhandledrejection", (event) => onUncaught(event, event.reason));
addEventListener("error", (event) => onUncaught(event, event.error));
redirectConsole((level, text) => {
  send({ type: "log", frame: Math.max(0, now.frame), level, text });
});
for await (const { head, bytes } of readMessages<ProcessRequest>(Deno.stdin.readable)) {
  try {
    send({ type: "result" }, await answer(head, bytes));
  } catch (cause) {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    const { name, message, stack } = error;
    send({ type: "error", error: { name, message, stack } });
  }
  break;
}
// Whatever the user's code has left running.
Deno.exit();
