/** A scene drawn by Vega Reel: `deno run -A reel.ts SCENE FRAMES OUTPUT [OPTIONS AS JSON]`. */
import { animate } from "vega-reel";
import { sceneOf, SIZE } from "../scenes.ts";

const [name, count, output, options = "{}"] = Deno.args;
const { points, ...given } = JSON.parse(options);
const { spec, frames } = sceneOf(name);
const params = frames(Number(count), points);
const video = await animate(spec, params, { ...SIZE, cache: false, output, ...given });
console.log(JSON.stringify(video));
