/** Vega Reel against its peers: the same scenes, the same size, whole processes, in turn. */
import { compile } from "vega-lite";
import { AS_IT_COMES, chromium, pythonPeer, reel, runFfmpeg, whyMissing } from "./programs.ts";
import { sceneOf, SIZE } from "./scenes.ts";
import { type Contestant, run, timeInTurn, type Times } from "./timing.ts";

/** One tool on one scene. */
export interface PeerResult extends Times {
  /** Size of the video. */
  bytes: number;
  /** Against the tool's own frames without loss, in decibels; the mean over the first frames. */
  psnr: number;
  /** The time of the best peer divided by that of this tool. */
  ratio: number;
  /** The same, of the best peer among those that encode as they come. */
  ratioAsItComes: number;
}

/** The tools on one scene. */
export interface PeersOnScene {
  scene: string;
  frames: number;
  results: PeerResult[];
  /** Tools that are not there, with the reason. */
  missing: Record<string, string>;
}

/** Frames that are compared with those without loss. */
const COMPARED = 30;

const OWN = ["Vega Reel", "Vega Reel, draft"];

/** Peers that encode by themselves, in a way of their own. */
const WITH_OWN_WAY = ["pma", "matplotlib"];

/** Times all tools that are there. */
export async function measurePeers(
  scene: string,
  frames: number,
  rounds: number,
  folder: string,
): Promise<PeersOnScene> {
  const input = await writeInput(scene, frames, folder);
  const video = (name: string) => `${folder}/${name.replaceAll(/\W+/g, "-")}.mp4`;
  const make = (name: string, count: number, output: string, lossless: boolean): Contestant => {
    const own = lossless ? { crf: 0 } : {};
    if (name === OWN[0]) return reel(name, scene, count, output, own);
    if (name === OWN[1]) return reel(name, scene, count, output, { preset: "draft", ...own });
    if (name === "chromium") return chromium(count, output, { lossless, input });
    const tool = name.replace(AS_IT_COMES, "");
    const ownWay = tool === name ? undefined : "as-it-comes";
    return pythonPeer(tool, scene, count, output, {
      encode: lossless ? "lossless" : ownWay,
      ...(name === "vl-convert" && { input }),
    });
  };
  const names = [...OWN];
  const missing: Record<string, string> = {};
  for (const tool of ["pma", "matplotlib", "vl-convert", "chromium"]) {
    const reason = await whyMissing(tool);
    if (reason !== undefined) missing[tool] = reason;
    else names.push(tool, ...(WITH_OWN_WAY.includes(tool) ? [tool + AS_IT_COMES] : []));
  }
  const contestants = names.map((name) => make(name, frames, video(name), false));
  const times = await timeInTurn(contestants, rounds);
  const peers = times.slice(OWN.length);
  const bestOf = (isAsItComes: boolean) =>
    Math.min(
      ...peers.filter(({ name }) => name.endsWith(AS_IT_COMES) === isAsItComes)
        .map(({ median }) => median),
    );
  const results: PeerResult[] = [];
  for (const [i, name] of names.entries()) {
    const lossless = video(`${name} lossless`);
    await run(make(name, Math.min(COMPARED, frames), lossless, true));
    const { size } = await Deno.stat(video(name));
    const psnr = await psnrOf(video(name), lossless);
    const [ratio, ratioAsItComes] = [bestOf(false), bestOf(true)].map((best) =>
      best / times[i].median
    );
    results.push({ ...times[i], bytes: size, psnr, ratio, ratioAsItComes });
  }
  return { scene, frames, results, missing };
}

/** The compiled spec and all params as JSON, for those tools that draw with Vega. */
async function writeInput(name: string, frames: number, folder: string): Promise<string> {
  const scene = sceneOf(name);
  // The view's own size, so that with what lies around it the picture has the size asked for.
  const size = { autosize: { type: "fit", contains: "padding" }, ...SIZE };
  const { spec } = compile({ ...scene.spec, ...size });
  const path = `${folder}/${name}.json`;
  await Deno.writeTextFile(path, JSON.stringify([spec, scene.frames(frames)]));
  return path;
}

async function psnrOf(video: string, lossless: string): Promise<number> {
  const text = await runFfmpeg([
    ...["-i", video, "-i", lossless, "-frames:v", String(COMPARED)],
    ...["-lavfi", "[0:v][1:v]psnr=shortest=1", "-f", "null", "-"],
  ]);
  const average = /average:([\d.]+|inf)/.exec(text)?.[1];
  return average === "inf" ? Infinity : Number(average);
}
