import { existsSync, readFileSync, rmSync } from "node:fs";
import { basename, join, relative } from "node:path";
import process from "node:process";
import { must } from "./command.mjs";
import { root } from "./paths.mjs";
import { main, SetupError } from "./report.mjs";
import { setup } from "./setup.mjs";

const notebooks = join(root, "notebooks");
const notebook = join(notebooks, "01_wave.ipynb");
const executed = join(notebooks, "01_wave.executed.ipynb");
const mimeType = "application/vnd.vega-reel.job.v1+json";

await main(async () => {
  const { jupyter, ffmpeg, env } = await setup({ lab: false });
  await execute(jupyter, env);
  const job = readJob();
  const video = join(notebooks, job.path);
  await play(ffmpeg, video);
  for (const [name, value] of describe(job, video)) console.log(`${name.padEnd(16)}${value}`);
});

async function execute(jupyter, env) {
  console.log(`Executing ${relative(root, notebook)} with the Deno kernel …`);
  rmSync(executed, { force: true });
  // Unlike nbconvert, `jupyter execute` ends its kernel whichever way it is stopped.
  await must(`execute ${notebook}`, jupyter, [
    "execute",
    "--kernel_name=deno",
    "--timeout=-1",
    `--output=${basename(executed)}`,
    notebook,
  ], { env });
}

/** The job of the first video in the executed notebook's outputs, as the library describes it. */
function readJob() {
  const { cells } = JSON.parse(readFileSync(executed, "utf8"));
  const jobs = cells.flatMap(({ outputs = [] }) => outputs)
    .map(({ data = {} }) => data[mimeType])
    .filter((job) => job !== undefined);
  const job = jobs.find(({ state, path }) => state === "done" && path);
  if (job) return job;
  throw new SetupError(
    `Cannot find the video as an output of ${executed} must be a job that is done: ${
      jobs.length > 0 ? JSON.stringify(jobs) : "no output is a job"
    }`,
  );
}

/** Decodes every frame, as a player would. */
async function play(ffmpeg, video) {
  if (!existsSync(video)) {
    throw new SetupError(`Cannot play the video as its file must be there: ${video} is missing`);
  }
  const args = ["-v", "error", "-xerror", "-i", video, "-f", "null", "-"];
  await must(`play ${video}`, ffmpeg, args);
}

function describe(job, video) {
  const { frames, seconds, framesPerSecond, workers, encoder } = job;
  return [
    ["path", relative(process.cwd(), video)],
    ["frames", frames],
    ["seconds", round(seconds)],
    ["frames a second", round(framesPerSecond)],
    ["workers", workers],
    ["encoder", encoder],
    ["notebook", relative(process.cwd(), executed)],
  ];
}

function round(value) {
  return Number(value.toPrecision(3));
}
