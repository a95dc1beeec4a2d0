/** Prints which canvas library draws where none is asked for. Usage: default_raster.ts OUTPUT */
import { animate } from "vega-reel";
import { waveFrames, waveSpec } from "./wave.ts";

const video = await animate(waveSpec, waveFrames(2), { output: Deno.args[0], show: false });
console.log(video.stats.raster);
