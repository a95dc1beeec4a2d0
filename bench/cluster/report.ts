/** Writes what was measured as a page. */
import type { Machine } from "../machine.ts";
import { describe, table } from "../report.ts";
import type { Spread } from "../timing.ts";
import { type Overhead, type Scaling, SEGMENT_FRAMES } from "./jobs.ts";
import type { Limit } from "./limit.ts";

/** Everything that was measured. */
export interface Results {
  machine: Machine;
  /** Programs that wanted a core before the measurement began. */
  load: number;
  /** How often each figure was measured. */
  repeats: number;
  segments: Record<"overhead" | "scaling" | "limit", number>;
  overhead: Overhead[];
  scaling: Scaling[];
  limit: Limit[];
}

/** How many workers the last section is about, and the seconds of one of their segments. */
const WORKERS = 1000;
const SECONDS = 4;

/** The page, as Markdown. */
export function pageOf(results: Results): string {
  const { machine, load, repeats, overhead, scaling, limit, segments } = results;
  return [
    "# What rendering on other machines costs",
    "Written by `deno run -A --no-check bench/cluster/cluster.ts`; do not edit. The engines have " +
    "their workers on this very machine, so networks cost nothing here, and bridge, scheduler " +
    `and workers share its cores. Each figure is the median of ${repeats}, with the spread.`,
    `${describe(machine)} Load average before the first run: ${load.toFixed(1)}.`,
    `## A segment

One worker, ${segments.overhead} segments of ${SEGMENT_FRAMES} small frames. What a segment takes more than a local
one is what it costs to have a process of its own, which reads Vega and the job.`,
    table(
      ["executor", "ms a segment", "more than local, ms", "whole job, s"],
      overhead.map(({ name, segment, total }) => [
        ...[name, spread(segment, 0), (segment.median - overhead[0].segment.median).toFixed(0)],
        spread(total, 2),
      ]),
    ),
    `## Workers

${segments.scaling} segments of ${SEGMENT_FRAMES} frames that compute for long. S(p) = T(1) / T(p), each beside its own single
worker. Where the workers are as many as the cores, encoders and the engine have to share them.`,
    table(
      ["executor", "workers", "seconds", "S(p)", "S(p) / p"],
      scaling.map(({ name, workers, seconds, speedup }) => [
        ...[name, workers, spread(seconds, 2), speedup.toFixed(2)],
        (speedup / workers).toFixed(2),
      ]),
    ),
    `## The bridge's limit

${segments.limit} segments that take no time to render, on 2 workers: real messages through bridge and engine, each
result checked, stored and joined into the file.`,
    table(
      ["engine", "kB a segment", "segments a second", "MB a second"],
      limit.map(({ name, kilobytes, segments, megabytes }) => [
        ...[name, kilobytes.toFixed(0), spread(segments, 0), spread(megabytes, 1)],
      ]),
    ),
    `## ${thousands(WORKERS)} workers

They finish ${
      thousands(WORKERS / SECONDS)
    } segments a second where each takes ${SECONDS} s. One driver takes in no more than the table
says, so it keeps so many workers busy:`,
    table(
      [
        "engine",
        "kB a segment",
        `workers at ${SECONDS} s a segment`,
        `s a segment for ${thousands(WORKERS)} workers`,
      ],
      limit.map(({ name, kilobytes, segments }) => [
        ...[name, kilobytes.toFixed(0), thousands(Math.floor(SECONDS * segments.median))],
        (WORKERS / segments.median).toFixed(1),
      ]),
    ),
    "More frames a segment (`segmentFrames`) make segments take longer, and cost nothing but " +
    "coarser progress. A scheduler with a machine to itself takes more than one that shares its " +
    "cores with the workers, so these figures are low rather than high.",
  ].join("\n\n") + "\n";
}

function spread({ median, min, max }: Spread, digits: number): string {
  return `${median.toFixed(digits)} (${min.toFixed(digits)} to ${max.toFixed(digits)})`;
}

function thousands(count: number): string {
  return count.toLocaleString("en");
}
