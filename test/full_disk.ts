/**
 * Writes a video and an entry of the store where files cannot become large enough, and prints the
 * errors.
 *
 * Usage: full_disk.ts FOLDER
 */
import { join } from "node:path";
import { animate } from "vega-reel";
import { SegmentStore } from "../kernel-lib/store/segment_store.ts";
import { waveFrames, waveSpec } from "./wave.ts";

const [folder] = Deno.args;
const options = { output: join(folder, "video.mp4"), cache: false, show: false, crf: 0 };
const job = animate(waveSpec, waveFrames(60), options);
console.log(await job.then(() => "written", (error: Error) => error.message));
try {
  const bytes = new Uint8Array(1e6);
  new SegmentStore(join(folder, "cache")).put("0".repeat(64), { meta: {}, bytes });
  console.log("written");
} catch (error) {
  console.log((error as Error).message);
}
