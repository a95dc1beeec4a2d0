import assert from "node:assert/strict";
import { join } from "node:path";
import { MIME_TYPE, PREVIEW_COMM, type PreviewContent } from "../../kernel-lib/show/mime.ts";
import { streamInfo } from "../video.ts";
import { jobOf, type Kernel, type NotebookFolder, type Output, sharedKernel } from "./kernel.ts";

const MIME_TYPES = [MIME_TYPE, "text/html", "text/plain"];

const shared = sharedKernel();

/** Runs a test with a kernel that knows the prelude, and removes what it has written. */
async function withKernel(test: (kernel: Kernel, folder: NotebookFolder) => Promise<void>) {
  const { kernel, folder } = shared;
  try {
    await test(kernel, folder);
  } finally {
    for (const name of folder.files) await Deno.remove(join(folder.path, name));
  }
}

function typesOf(outputs: Output[]): string[] {
  return outputs.map(({ output_type }) => output_type);
}

Deno.test("animate() is one output of its cell, updated in place, a few small messages a second", () =>
  withKernel(async (kernel) => {
    const cell = kernel.execute(
      `const video = await animate(spec, 150, { output: "slow.mp4", update: slow, workers: 2 });`,
    );
    assert.deepEqual(await cell.ended, "ok");
    assert.deepEqual(typesOf(cell.outputs), ["display_data"]);
    const messages = cell.jobMessages;
    assert.deepEqual(
      messages.map(({ type }) => type),
      ["display_data", ...messages.slice(1).map(() => "update_display_data")],
    );
    for (const { content } of messages) assert.deepEqual(Object.keys(content.data!), MIME_TYPES);
    const jobs = messages.map(({ content }) => jobOf(content)!);
    assert.deepEqual(new Set(jobs.map(({ id }) => id)).size, 1);
    assert.deepEqual(
      jobs.map(({ state }) => state).slice(0, -1),
      jobs.slice(1).map(() => "running"),
    );
    assert.deepEqual(jobs.at(-1)!.state, "done");
    assert.ok(jobs.filter(({ phase }) => phase === "render").length > 3);
    const running = messages.slice(0, -1);
    for (const { content } of running) assert.ok(JSON.stringify(content).length < 4000);
    // The kernel takes time too: messages that left it apart may come together.
    const seconds = running.at(-1)!.time - running[0].time;
    assert.ok(running.length < 4 * seconds + 2);
    // What is shown last as running is where the video will be.
    assert.match(
      String(running.at(-1)!.content.data!["text/html"]),
      /<progress value="\d+" max="150"/,
    );
    assert.match(String(messages.at(-1)!.content.data!["text/html"]), /<video controls/);
  }));

Deno.test("animate() is one output also as the last value of a cell, awaited or not", () =>
  withKernel(async (kernel) => {
    const awaited = kernel.execute(`await animate(spec, waveFrames(3), { output: "a.mp4" })`);
    assert.deepEqual(await awaited.ended, "ok");
    assert.deepEqual(typesOf(awaited.outputs), ["display_data"]);
    assert.deepEqual(awaited.job?.state, "done");

    const job = kernel.execute(
      `animate(spec, 10, { output: "b.mp4", cache: false, update: slow })`,
    );
    assert.deepEqual(await job.ended, "ok");
    assert.deepEqual(typesOf(job.outputs), ["display_data"]);
    assert.deepEqual(job.job?.state, "running");
    await kernel.until(() => job.job?.state === "done" || undefined);
    assert.deepEqual(typesOf(job.outputs), ["display_data"]);

    // Other values are shown as ever, and so is the video of a job that shows nothing.
    assert.deepEqual(typesOf(await kernel.run("6 * 7")), ["execute_result"]);
    const hidden = await kernel.run(
      `await animate(spec, waveFrames(3), { output: "c.mp4", show: false })`,
    );
    assert.deepEqual(typesOf(hidden), ["execute_result"]);
    assert.match(String(hidden[0].data!["text/plain"]), /frames: 3/);
  }));

Deno.test("NotebookDisplay finish() returns only when its message has left the kernel", () =>
  withKernel(async (kernel, folder) => {
    const module = new URL("../../kernel-lib/show/notebook.ts", import.meta.url);
    await kernel.run(`const { NotebookDisplay } = await import("${module}");`);
    // The largest video that is put in: its message takes longest.
    Deno.writeFileSync(join(folder.path, "large.mp4"), new Uint8Array(5_000_000));
    const messages = async (id: string) => {
      const cell = kernel.execute(`
        await new NotebookDisplay((...message) => Deno.jupyter.broadcast(...message), "${id}")
          .finish({ state: "done", bytes: 5_000_000, seconds: 1 }, { file: "large.mp4", embed: true });
      `);
      assert.equal(await cell.ended, "ok");
      await kernel.until(() => cell.messages.find(({ type }) => type === "display_data"));
      return cell.messages.map(({ type, content }) => content.execution_state ?? type).join();
    };
    // The kernel tells nobody when a message has left it, so there is but a pause, which is too short
    // where a machine under load holds the kernel up: not twice in a row.
    const expected = "busy,execute_input,display_data,idle";
    for (let run = 0; run < 10; run++) {
      if (await messages(`id-${run}`) === expected) continue;
      assert.equal(await messages(`id-${run}-again`), expected, `run ${run}`);
    }
  }));

Deno.test("animate() shows an error in its output and in the cell, naming the frame", () =>
  withKernel(async (kernel, folder) => {
    const failing = `(_, frame) => {
      if (frame.index === 17) throw new Error("no data today");
      return { wave: [] };
    }`;
    const message = /^Cannot render frame 17 .*no data today/;
    const cell = kernel.execute(
      `await animate(spec, 60, { output: "never.mp4", update: ${failing} })`,
    );
    assert.deepEqual(await cell.ended, "error");
    assert.deepEqual(typesOf(cell.outputs), ["display_data", "error"]);
    assert.match(cell.error!.evalue!, message);
    assert.deepEqual(cell.job?.state, "failed");
    assert.match(cell.job!.error!, message);

    // A job that nobody awaits has only its output for that.
    const job = kernel.execute(`animate(spec, 60, { output: "never.mp4", update: ${failing} });`);
    assert.deepEqual(await job.ended, "ok");
    await kernel.until(() => job.job?.state === "failed" || undefined);
    assert.match(job.job!.error!, message);
    assert.deepEqual(typesOf(job.outputs), ["display_data"]);

    const wrong = kernel.execute(`animate(spec, 60, { fsp: 25 });`);
    assert.deepEqual(await wrong.ended, "ok");
    assert.match(wrong.job!.error!, /'fsp'.*'fps'/);

    const watched = kernel.execute(`
      await animate(spec, waveFrames(3), {
        output: "never.mp4",
        onProgress() { throw new Error("from the cell"); },
      })
    `);
    assert.deepEqual(await watched.ended, "error");
    assert.match(watched.error!.evalue!, /from the cell/);
    assert.deepEqual(watched.job?.state, "failed");

    assert.deepEqual((await kernel.run("6 * 7"))[0].data, { "text/plain": "42" });
    assert.deepEqual(await kernel.isAlive(), true);
    assert.deepEqual(folder.files, []);
  }));

Deno.test("animate() shows what update writes to the console, with the frame's number", () =>
  withKernel(async (kernel) => {
    const outputs = await kernel.run(`
      await animate(spec, 4, {
        output: "logs.mp4",
        update: (_, { index }) => {
          console.log("draws", { index });
          if (index === 2) console.error("oh");
          return { wave: [] };
        },
      });
    `);
    const written = (stream: string) =>
      outputs.filter(({ name }) => name === stream).map(({ text }) => text).join("");
    assert.deepEqual(
      written("stdout").trim().split("\n").sort(),
      [0, 1, 2, 3].map((index) => `frame ${index}: draws { index: ${index} }`),
    );
    assert.deepEqual(written("stderr"), "frame 2: oh\n");
  }));

Deno.test("still() is shown as a picture", () =>
  withKernel(async (kernel) => {
    const [output, ...rest] = await kernel.run(`await still(spec, waveFrames(3), { frame: 1 })`);
    assert.deepEqual(rest, []);
    assert.deepEqual(Object.keys(output.data!), ["image/png"]);
    assert.match(String(output.data!["image/png"]), /^iVBORw0KGgo/);
  }));

Deno.test("animate() sends the finished beginning of a long job's video, small and in order", () =>
  withKernel(async (kernel, folder) => {
    // A layout that is fixed: the frames are made while they are rendered.
    const cell = kernel.execute(
      `await animate({ ...spec, autosize: "none" }, 200, { output: "long.mp4", update: slow, segmentFrames: 10, workers: 2 })`,
    );
    assert.deepEqual(await cell.ended, "ok");
    const previews = kernel.messages.filter(({ content, time }) =>
      content.comm_id === PREVIEW_COMM && time >= cell.messages[0].time
    );
    assert.ok(previews.every(({ type }) => type === "comm_msg"));
    const data = previews.map(({ content }) => content.data as unknown as PreviewContent);
    assert.ok(data.length > 0);
    assert.deepEqual(data.map(({ index }) => index), data.map((_, index) => index));
    assert.ok(data.every(({ id }) => id === cell.job!.id));
    const buffers = previews.map(({ buffers }) => Uint8Array.fromBase64(buffers[0]));
    const path = join(folder.path, "beginning.mp4");
    await Deno.writeFile(path, new Uint8Array(await new Blob(buffers).arrayBuffer()));
    const { frames } = data.at(-1)!;
    assert.ok(frames >= 10 && frames < 200, `${frames} frames`);
    assert.equal((await streamInfo(path)).frames, frames);
    await Deno.remove(path);
    assert.deepEqual(folder.files, ["long.mp4"]);
  }));

Deno.test("animate() tells that it runs also while no frame is finished", () =>
  withKernel(async (kernel, folder) => {
    const cell = kernel.execute(
      `await animate(spec, 1, { output: "slow.mp4", update: async () => {
        const { existsSync } = await import("node:fs");
        while (!existsSync("go")) await new Promise((resolve) => setTimeout(resolve, 20));
        return {};
      } })`,
    );
    const waiting = await kernel.until(() => {
      const jobs = cell.jobMessages.map(({ content }) => jobOf(content)!)
        .filter(({ phase, frames }) => phase === "scan" && frames === 0);
      return jobs.length > 2 ? jobs : undefined;
    });
    assert.equal(waiting.at(-1)!.path, "slow.mp4");
    await Deno.writeTextFile(join(folder.path, "go"), "");
    assert.equal(await cell.ended, "ok");
  }));
