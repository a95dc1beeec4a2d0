import assert from "node:assert/strict";
import { readMessage } from "../../extension/src/messages.ts";
import { MIME_TYPE, PREVIEW_COMM } from "../../kernel-lib/show/mime.ts";
import { model } from "./job.ts";

const display = (data: unknown, msg_type = "display_data") => ({
  header: { msg_type },
  content: { data, metadata: {}, transient: {} },
});

Deno.test("readMessage() reads displays of jobs and their updates", () => {
  const data = { [MIME_TYPE]: model(), "text/plain": "words" };
  for (const type of ["display_data", "update_display_data"]) {
    const message = readMessage(display(data, type));
    assert.deepEqual(message, { kind: "job", job: model(), data });
  }
});

Deno.test("readMessage() ignores what is not of a job, or cannot be read", () => {
  const ignored = [
    display({ "text/plain": "words" }),
    display(undefined),
    display({ [MIME_TYPE]: { ...model(), version: 2 } }),
    display({ [MIME_TYPE]: "<script>" }),
    display({ [MIME_TYPE]: model() }, "execute_result"),
    { header: { msg_type: "status" }, content: { execution_state: "idle" } },
  ];
  for (const message of ignored) assert.equal(readMessage(message), undefined);
});

Deno.test(
  "readMessage() reads the parts of previews, of a known version and with their bytes",
  () => {
    const content = { version: 1, id: "job", index: 0, frames: 15 };
    const part = new Uint8Array([1, 2, 3]);
    const read = (data: unknown, buffers?: Uint8Array<ArrayBuffer>[], comm_id = PREVIEW_COMM) =>
      readMessage({ header: { msg_type: "comm_msg" }, content: { comm_id, data }, buffers });
    assert.deepEqual(read(content, [part]), { kind: "preview", content, part });
    assert.equal(read(content), undefined);
    assert.equal(read(undefined, [part]), undefined);
    assert.equal(read(content, [part, part]), undefined);
    assert.equal(read(content, [part], "another"), undefined);
    for (const wrong of [{ version: 2 }, { id: 7 }, { index: -1 }, { frames: "15" }]) {
      assert.equal(read({ ...content, ...wrong }, [part]), undefined);
    }
  },
);
