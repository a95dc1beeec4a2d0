/**
 * Prints which canvas library draws, or why none does.
 *
 * Usage: default_raster.ts OUTPUT [RASTER]
 */
import { animate } from "vega-reel";
import { waveFrames, waveSpec } from "./wave.ts";

const [output, raster] = Deno.args;
try {
  const options = { output, raster: raster as "cairo", show: false, cache: false };
  console.log((await animate(waveSpec, waveFrames(2), options)).stats.raster);
} catch (error) {
  console.log((error as Error).message);
}
