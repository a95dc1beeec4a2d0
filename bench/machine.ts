/** The machine and the versions that figures belong to. */
import os from "node:os";
import { ffmpeg } from "./programs.ts";
import { run } from "./timing.ts";

/** What figures belong to. */
export interface Machine {
  date: string;
  processor: string;
  cores: number;
  memoryGb: number;
  versions: Record<string, string>;
}

/** Describes this machine. */
export async function describeMachine(): Promise<Machine> {
  const packages = ["vega", "vega-lite", "canvas", "@napi-rs/canvas"];
  const versionOf = async (name: string) => {
    const url = new URL(`../node_modules/${name}/package.json`, import.meta.url);
    return [name, JSON.parse(await Deno.readTextFile(url)).version];
  };
  const first = (text: string) => text.split("\n")[0].split(" ").slice(0, 3).join(" ");
  const encoder = await run({ name: "ffmpeg", command: [ffmpeg, "-version"] });
  return {
    date: new Date().toISOString().slice(0, 10),
    processor: os.cpus()[0].model,
    cores: os.cpus().length,
    memoryGb: Math.round(os.totalmem() / 2 ** 30),
    versions: {
      deno: Deno.version.deno,
      ffmpeg: first(encoder),
      ...Object.fromEntries(await Promise.all(packages.map(versionOf))),
    },
  };
}
