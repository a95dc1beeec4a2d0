import assert from "node:assert/strict";
import { Previews } from "../../extension/src/preview.ts";

const part = (...bytes: number[]) => new Uint8Array(bytes);

const content = (index: number, id = "job") =>
  ({ version: 1, id, index, frames: (index + 1) * 15 }) as const;

async function bytesOf(previews: Previews, id = "job"): Promise<number[] | undefined> {
  const blob = previews.get(id)?.toBlob();
  return blob && [...new Uint8Array(await blob.arrayBuffer())];
}

Deno.test("Previews.add() puts parts together to a video that grows", async () => {
  const previews = new Previews();
  assert.equal(previews.get("job"), undefined);
  previews.add(content(0), part(1, 2));
  const preview = previews.get("job")!;
  let changes = 0;
  preview.changed.connect(() => changes++);
  previews.add(content(1), part(3));
  assert.deepEqual(await bytesOf(previews), [1, 2, 3]);
  assert.equal(preview.toBlob().type, "video/mp4");
  assert.equal(preview.frames, 30);
  assert.equal(changes, 1);
});

Deno.test("Previews.add() copies a part out of the message that it is a view of", async () => {
  const previews = new Previews();
  const message = part(9, 9, 1, 2, 9);
  previews.add(content(0), new DataView(message.buffer, 2, 2));
  message.fill(0);
  assert.deepEqual(await bytesOf(previews), [1, 2]);
});

Deno.test("Previews.add() ignores a part that it has", async () => {
  const previews = new Previews();
  previews.add(content(0), part(1));
  previews.add(content(0), part(1));
  previews.add(content(1), part(2));
  previews.add(content(0), part(1));
  assert.deepEqual(await bytesOf(previews), [1, 2]);
});

Deno.test("Previews.add() drops a preview in which a part is missing, for good", () => {
  const previews = new Previews();
  previews.add(content(0), part(1));
  previews.add(content(2), part(3));
  assert.equal(previews.get("job"), undefined);
  previews.add(content(0), part(1));
  assert.equal(previews.get("job"), undefined);
});

Deno.test("Previews.add() has no preview of a job that was first heard in its midst", () => {
  const previews = new Previews();
  previews.add(content(7), part(1));
  previews.add(content(8), part(1));
  assert.equal(previews.get("job"), undefined);
});

Deno.test("Previews.add() keeps what lies within the limits", async () => {
  const previews = new Previews({ jobLimit: 4, totalLimit: 6 });
  previews.add(content(0), part(1, 2, 3));
  previews.add(content(1), part(4, 5));
  previews.add(content(2), part(6));
  assert.deepEqual(await bytesOf(previews), [1, 2, 3]);

  previews.add(content(0, "other"), part(1, 2, 3, 4));
  assert.equal(previews.get("other"), undefined);
  previews.drop("job");
  previews.add(content(0, "third"), part(1, 2, 3, 4));
  assert.deepEqual(await bytesOf(previews, "third"), [1, 2, 3, 4]);
});
