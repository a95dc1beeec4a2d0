/** What a kernel's messages say of jobs. */
import {
  type JobModel,
  MIME_TYPE,
  MODEL_VERSION,
  PREVIEW_COMM,
  type PreviewContent,
} from "../../kernel-lib/show/mime.ts";
import { readModel } from "./model.ts";

/** How far a job is, and the output's data as the kernel wants it shown. */
export interface JobMessage {
  kind: "job";
  job: JobModel;
  data: Record<string, unknown>;
}

/** A further part of the beginning of a job's video. */
export interface PreviewMessage {
  kind: "preview";
  content: PreviewContent;
  part: ArrayBuffer | ArrayBufferView;
}

/** The parts of a message that are looked at. */
export interface Message {
  header: { msg_type: string };
  content: unknown;
  buffers?: (ArrayBuffer | ArrayBufferView)[];
}

/** Reads a message that a kernel sent to all; undefined where it does not speak of a job. */
export function readMessage({
  header,
  content,
  buffers,
}: Message): JobMessage | PreviewMessage | undefined {
  switch (header.msg_type) {
    case "display_data":
    case "update_display_data":
      return readJob(content);
    case "comm_msg":
      return readPreview(content, buffers);
  }
}

function readJob(content: unknown): JobMessage | undefined {
  const data = (content as { data?: Record<string, unknown> }).data ?? {};
  if (!Object.hasOwn(data, MIME_TYPE)) return undefined;
  const reading = readModel(data[MIME_TYPE]);
  return reading.kind === "job" ? { kind: "job", job: reading.job, data } : undefined;
}

function readPreview(
  content: unknown,
  buffers: Message["buffers"] = [],
): PreviewMessage | undefined {
  const { comm_id, data } = content as {
    comm_id?: unknown;
    data?: Partial<PreviewContent>;
  };
  if (comm_id !== PREVIEW_COMM || buffers.length !== 1) return undefined;
  const { version, id, index, frames } = data ?? {};
  if (version !== MODEL_VERSION || typeof id !== "string") return undefined;
  if (!isCount(index) || !isCount(frames)) return undefined;
  return {
    kind: "preview",
    content: { version, id, index, frames },
    part: buffers[0],
  };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
