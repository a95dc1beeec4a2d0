/** Writes what was measured as a page with charts. */
import * as vega from "vega";
import { compile } from "vega-lite";
import type { DriverLimit } from "./driver.ts";
import type { Floor } from "./floor.ts";
import type { Machine } from "./machine.ts";
import type { PeersOnScene } from "./peers.ts";
import type { Cost, measureStages, Scaling } from "./scaling.ts";
import { SCENES } from "./scenes.ts";
import type { Start } from "./start.ts";

/** Everything that was measured. */
export interface Results {
  machine: Machine;
  peers: PeersOnScene[];
  floor: Floor[];
  scaling: Record<string, Scaling[]>;
  cost: Record<"frames" | "points" | "pixels", Cost[]>;
  stages: Awaited<ReturnType<typeof measureStages>>[];
  start: Start;
  driver: DriverLimit[];
}

const NAMES: Record<string, string> = {
  pma: "parallel-matplotlib-animation",
  matplotlib: "matplotlib FuncAnimation",
  "vl-convert": "vl-convert, a pool piped to ffmpeg",
  chromium: "headless Chromium, Vega, screenshots",
};

const nameOf = (name: string) => {
  const [tool, ...way] = name.split(", ");
  return [NAMES[tool] ?? tool, ...way].join(", ");
};
const aboutOf = (name: string) => SCENES.find((scene) => scene.name === name)!.about;
const fixed = (value: number, digits = 2) => Number.isFinite(value) ? value.toFixed(digits) : "∞";

/** Writes the page and its charts. */
export async function writeReport(results: Partial<Results>): Promise<void> {
  const { machine, peers, floor, scaling, cost, stages, start, driver } = results;
  const parts = [
    "# How fast Vega Reel is",
    "Written by `npm run bench`; do not edit. Ratios within one run say something, seconds of " +
    "one machine do not: run it on yours.",
    machine && describe(machine),
    peers && describePeers(peers),
    floor && describeFloor(floor),
    scaling && describeScaling(scaling),
    cost && describeCost(cost),
    stages && describeStages(stages),
    start && describeStart(start),
    driver && describeDriver(driver),
  ];
  const text = parts.filter((part) => part !== undefined).join("\n\n");
  await Deno.writeTextFile(new URL("./README.md", import.meta.url), text + "\n");
  if (peers) await writeChart("peers.svg", peersChart(peers));
  if (scaling) await writeChart("scaling.svg", scalingChart(scaling));
  if (stages) await writeChart("stages.svg", stagesChart(stages));
}

/** A table of Markdown. */
export function table(head: string[], rows: (string | number)[][]): string {
  const line = (cells: (string | number)[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** A line about the machine that figures belong to. */
export function describe({ date, processor, cores, memoryGb, versions }: Machine): string {
  const parts = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `${date}: ${cores} cores (${processor}), ${memoryGb} GB; ${parts.join(", ")}.`;
}

function describePeers(peers: PeersOnScene[]): string {
  const sections = peers.map(({ scene, frames, results, missing }) => {
    const rows = results.map(({ name, median, min, max, ratio, ratioAsItComes, bytes, psnr }) => [
      ...[nameOf(name), `${fixed(median)} (${fixed(min)} to ${fixed(max)})`],
      ...[fixed(ratio, 1), fixed(ratioAsItComes, 1), (bytes / 1000).toFixed(0), fixed(psnr, 1)],
    ]);
    const times = ["times the best peer", "times the best as it comes"];
    const head = ["tool", "seconds: median (spread)", ...times, "kB", "PSNR, dB"];
    const notes = Object.entries(missing).map(([name, why]) =>
      `${nameOf(name)} is missing: ${why}`
    );
    return [`### ${scene}: ${aboutOf(scene)}, ${frames} frames`, table(head, rows), ...notes]
      .join("\n\n");
  });
  return [
    "## Against peers",
    "The same scene at 1280x720, from the start of the process to the finished file, in turn. " +
    "Each peer has its best setting here: all cores where it can use them, x264's `ultrafast` at " +
    "CRF 23. Those that encode by themselves are timed as they come, too: that is what their users " +
    "have who set nothing, with smaller files. Vega Reel draws every frame as a fresh view would, to the pixel; as a draft, symbols " +
    "may lie a 32nd of a pixel beside their place. PSNR is against the tool's own frames without " +
    "loss, over the first 30.",
    "![Seconds by tool](peers.svg)",
    ...sections,
  ].join("\n\n");
}

function describeFloor(floors: Floor[]): string {
  const rows = floors.map(({ scene, frames, workers, stages, floor, measured, efficiency }) => [
    ...[scene, `${frames} / ${workers}`],
    ...["dataflow", "draw", "read", "convert", "encode"].map((stage) => fixed(stages[stage])),
    ...[fixed(floor), fixed(measured), fixed(efficiency)],
  ]);
  const head = ["scene", "frames / workers", "dataflow", "draw", "read back", "convert", "encode"];
  return [
    "## Against the floor",
    "Milliseconds a frame of each stage alone on one thread, without waiting; the floor is their " +
    "sum divided by the cores, efficiency the floor divided by what a render takes between its " +
    "first frame and its last.",
    table([...head, "floor", "measured", "efficiency"], rows),
  ].join("\n\n");
}

function describeScaling(scaling: Record<string, Scaling[]>): string {
  const rows = Object.entries(scaling).flatMap(([scene, list]) =>
    list.map(({ workers, seconds, speedup, efficiency, weak, peakMb }) => [
      ...[scene, workers, fixed(seconds), fixed(speedup), fixed(efficiency), fixed(weak)],
      peakMb.toFixed(0),
    ])
  );
  return [
    "## Workers",
    "S(p) = T(1) / T(p) for the same frames; W(p) the same where each worker has as many frames as " +
    "the one of T(1). An encoder is a process of its own: with one worker it has a core to itself " +
    "already. The memory is the most that the process held, workers included, in the runs of W(p).",
    "![Speedup by workers](scaling.svg)",
    table(["scene", "workers", "seconds", "S(p)", "S(p) / p", "W(p)", "peak MB"], rows),
  ].join("\n\n");
}

const UNITS = {
  frames: "frames of the wave",
  points: "points of the scatter",
  pixels: "pixels of the wave",
};

function describeCost(cost: Results["cost"]): string {
  const sections = (Object.keys(UNITS) as (keyof typeof UNITS)[]).map((kind) => {
    const rows = cost[kind].map(({ amount, frames, seconds, frameTime }, i) => {
      const before = cost[kind][i - 1];
      const of = (c: Cost) => kind === "frames" ? c.seconds : c.frameTime;
      const growth = before && of(cost[kind][i]) / of(before) / (amount / before.amount);
      return [
        ...[amount.toLocaleString("en"), frames, fixed(seconds), fixed(frameTime)],
        growth === undefined ? "" : fixed(growth),
      ];
    });
    const head = [UNITS[kind], "frames", "seconds", "ms a frame", "growth against proportion"];
    return table(head, rows);
  });
  return [
    "## What more costs",
    "The last column is how much more a row took than the one before, divided by how much more " +
    "there was: 1 is in proportion, less is better. Few frames, points or pixels are dominated " +
    "by what every job and every frame takes anyway.",
    ...sections,
  ].join("\n\n");
}

function describeStages(stages: Results["stages"]): string {
  const rows = stages.map(({ scene, stages, patching, fps }) => [
    scene,
    ...Object.values(stages).map((ms) => fixed(ms)),
    ...[patching.inPlace, patching.newView, fps.toFixed(0)],
  ]);
  const head = ["scene", "update", "dataflow", "draw", "read", "convert", "encode (waiting)"];
  const scenes = stages.map(({ scene }) => `${scene}: ${aboutOf(scene)}`).join("; ");
  return [
    "## Stages",
    `Milliseconds a frame as the job's own \`stats\` tell them, with all cores busy. ${scenes}.`,
    "![Milliseconds a frame by stage](stages.svg)",
    table([...head, "patched in place", "new views", "frames a second"], rows),
  ].join("\n\n");
}

function describeStart({ cold, warm, first, second }: Start): string {
  const ms = (seconds: number) => (1000 * seconds).toFixed(0);
  const row = (name: string, { median, min, max }: Start["cold"], total: number) => [
    ...[name, ms(median), `${ms(min)} to ${ms(max)}`, fixed(total)],
  ];
  return [
    "## The first frame",
    "Milliseconds until the first frame of the wave is drawn: from the start of a process, and " +
    "from a second call whose workers are warm. Measured on the sources, whose workers take longer to " +
    "load than the built one.",
    table(["", "ms", "spread", "seconds of the call, 300 frames"], [
      row("cold", cold, first),
      row("warm", warm, second),
    ]),
  ].join("\n\n");
}

function describeDriver(driver: DriverLimit[]): string {
  const rows = driver.map((d) => [
    ...[d.frames, fixed(d.paramsKb, 1), fixed(d.videoKb, 1), d.framesPerSecond.toFixed(0)],
    ...[d.megabytesPerSecond.toFixed(0), d.residentMb.toFixed(0)],
  ]);
  const head = ["frames", "kB of params a frame", "kB of video a frame", "frames a second"];
  return [
    "## The driver's limit",
    "A job whose segments are there at once: params, plan, queue, check, join and file, with 64 " +
    "workers' worth of tasks under way.",
    table([...head, "MB a second", "resident MB at the end"], rows),
  ].join("\n\n");
}

function peersChart(peers: PeersOnScene[]) {
  const values = peers.flatMap(({ scene, results }) =>
    results.map(({ name, median, min, max }) => ({ scene, tool: nameOf(name), median, min, max }))
  );
  const y = {
    ...{ field: "tool", type: "nominal", sort: "x", title: null },
    axis: { labelLimit: 300 },
  };
  return {
    data: { values },
    facet: { column: { field: "scene", title: null } },
    spec: {
      width: 260,
      layer: [
        {
          mark: "bar",
          encoding: {
            x: { field: "median", type: "quantitative", title: "seconds" },
            y,
            color: {
              condition: { test: "indexof(datum.tool, 'Vega Reel') == 0", value: "#4c78a8" },
              value: "#bab0ac",
            },
          },
        },
        {
          mark: "rule",
          encoding: { x: { field: "min", type: "quantitative" }, x2: { field: "max" }, y },
        },
      ],
    },
    resolve: { scale: { x: "independent" } },
  };
}

function scalingChart(scaling: Record<string, Scaling[]>) {
  const values = Object.entries(scaling).flatMap(([scene, list]) =>
    list.map(({ workers, speedup }) => ({ scene, workers, speedup }))
  );
  return {
    data: { values },
    width: 360,
    mark: { type: "line", point: true },
    encoding: {
      x: { field: "workers", type: "quantitative", axis: { tickMinStep: 1 } },
      y: { field: "speedup", type: "quantitative", title: "S(p)" },
      color: { field: "scene", type: "nominal" },
    },
  };
}

function stagesChart(stages: Results["stages"]) {
  const values = stages.flatMap(({ scene, stages }) =>
    Object.entries(stages).map(([stage, ms]) => ({ scene, stage, ms }))
  );
  return {
    data: { values },
    width: 480,
    mark: "bar",
    encoding: {
      x: { field: "ms", type: "quantitative", title: "milliseconds a frame" },
      y: { field: "scene", type: "nominal", sort: null, title: null },
      color: { field: "stage", type: "nominal", sort: Object.keys(stages[0].stages) },
    },
  };
}

async function writeChart(name: string, spec: object): Promise<void> {
  const config = { background: "white" };
  // deno-lint-ignore no-explicit-any
  const compiled = compile(spec as any, { config }).spec;
  const view = new vega.View(vega.parse(compiled), { renderer: "none" });
  const svg = await view.toSVG();
  view.finalize();
  await Deno.writeTextFile(new URL(`./${name}`, import.meta.url), svg + "\n");
}
