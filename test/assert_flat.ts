/** Looks for what frames leave in memory. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { Sample } from "./memory.ts";

/** What may be in memory at the end that was not at half time, in MB; a frame's pixels are 0.2. */
const HEAP = 5;
const RESIDENT = 60;

/** Bytes of a finished frame, which are kept until all are joined, in MB. */
const ENCODED = 0.0005;

/** Asserts that so many frames leave nothing in memory. */
export async function assertFlat(frames: number, every: number): Promise<void> {
  const script = fileURLToPath(new URL("memory.ts", import.meta.url));
  const flags = ["--v8-flags=--expose-gc", "--no-check", "-A"];
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", ...flags, script, String(frames), String(every)],
    stdout: "piped",
    stderr: "inherit",
  }).output();
  assert.ok(success);
  const lines = new TextDecoder().decode(stdout).matchAll(/\{.*\}/g);
  const samples = [...lines].map(([line]) => JSON.parse(line) as Sample);
  for (const thread of ["main", "worker"]) {
    const own = samples.filter((sample) => sample.thread === thread);
    assert.equal(own.length, Math.ceil(frames / every));
    const [half, end] = [own[Math.floor(own.length / 2)], own.at(-1)!];
    const words = [half, end].map(({ heap, resident }) =>
      `${heap.toFixed(1)} MB in the heap, ${resident.toFixed(0)} MB resident`
    );
    console.log(`${thread}: ${words[0]} at frame ${half.frame}; ${words[1]} at ${end.frame}`);
    const encoded = ENCODED * (end.frame - half.frame);
    assert.ok(end.heap - half.heap < HEAP + encoded, `the heap of ${thread} has grown`);
    assert.ok(end.resident - half.resident < RESIDENT + encoded, "the process has grown");
  }
}
