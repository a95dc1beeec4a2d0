/** A scene drawn by Vega Reel: `deno run -A reel.ts SCENE FRAMES OUTPUT [OPTIONS AS JSON]`. */
import { animate } from "vega-reel";
import { sceneOf, SIZE } from "../scenes.ts";

const [name, count, output, options = "{}"] = Deno.args;
const { points, ...given } = JSON.parse(options);
const { spec, frames } = sceneOf(name);
const params = frames(Number(count), points);
const video = await animate(spec, params, { ...SIZE, cache: false, output, ...given });
console.log(JSON.stringify({ ...video, peakMb: peakMb() }));

/** The most memory that this process has held, its workers included but not the encoders. */
function peakMb(): number | undefined {
  if (Deno.build.os !== "linux") return undefined;
  const [, kb] = /VmHWM:\s*(\d+)/.exec(Deno.readTextFileSync("/proc/self/status"))!;
  return Number(kb) / 1024;
}
