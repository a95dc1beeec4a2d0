/** A property: whatever rows a view was shown before, it draws the next ones as a fresh view does. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { differenceOf } from "../../kernel-lib/render/difference.ts";
import { Drawing } from "../../kernel-lib/render/draw.ts";
import { readPatch, type Row } from "../../kernel-lib/render/patch.ts";
import { loadRaster } from "../../kernel-lib/render/raster.ts";
import { resourceLoader } from "../../kernel-lib/render/resources.ts";
import { importVega } from "../../kernel-lib/render/vega.ts";
import { FrameView } from "../../kernel-lib/render/view.ts";
import { drawFresh, type Values } from "../fresh.ts";
import { type PlainJob, plainJob, toRgba } from "./drawing.ts";
import { rowTraps } from "./row_traps.ts";
import { traps } from "./traps.ts";

/** The traps whose specs are shown random rows. */
const TEMPLATES = [
  "a line",
  "lines coloured by group",
  "stacked areas",
  "sums of groups",
  "ordinal colours from data",
  "facets with an aggregate and a window",
  "rows that a filter holds back in some frames",
  "bins of an extent that changes",
  "running sums",
  "shares of groups",
  "sums of groups that stay",
  "positions of groups that stay",
  "stacks",
  "a pie",
  "cells around points",
  "the leaves of a nested treemap",
  "a density",
  "a regression",
  "quantiles, stacked",
  "a mark sorted by a value",
  "an axis that follows two datasets",
  "quantiles of two datasets as colours",
];

/** Frames and the order in which they are shown, some of them again. */
interface Show {
  frames: Row[][];
  order: number[];
}

/** Vega's bins never end where an extent spans less than some 1e-320. */
const LEAST = 1e-300;

const number = fc.double({ min: 0, max: 10, noNaN: true }).map((x) => x < LEAST ? 0 : x);
const anything = fc.oneof(
  { weight: 6, arbitrary: number },
  {
    weight: 1,
    arbitrary: fc.constantFrom(null, undefined, NaN, Infinity, 0, -3, "7", "", "x", true),
  },
  { weight: 1, arbitrary: fc.date({ min: new Date(0), max: new Date(20), noInvalidDate: false }) },
);
const group = fc.constantFrom("a", "b", "c", "d");

/** Rows of mixed types, in any number. */
const anyRows = fc.array(
  fc.record({ x: anything, y: anything, v: anything, g: fc.oneof(group, anything) }),
  { maxLength: 9 },
);

/** Rows of one number and type, which can be changed in place. */
const plainRows = (groups: string[]) =>
  fc.array(fc.record({ x: number, y: number, v: number }), {
    minLength: groups.length,
    maxLength: groups.length,
  }).map((rows) => rows.map((row, i) => ({ ...row, g: groups[i] })));

const shows: fc.Arbitrary<Show> = fc.array(group, { minLength: 1, maxLength: 9 }).chain((groups) =>
  fc.record({
    frames: fc.array(
      fc.oneof({ weight: 3, arbitrary: plainRows(groups) }, { weight: 1, arbitrary: anyRows }),
      { minLength: 2, maxLength: 5 },
    ).map((frames) => frames.map((rows) => rows.map((row, id) => ({ id, ...row })))),
    order: fc.array(fc.nat(), { minLength: 3, maxLength: 7 }),
  })
);

const vega = await importVega();
const raster = await loadRaster("cairo");

/**
 * Tries random rows on all templates.
 *
 * @param numRuns How many sequences of rows for each.
 * @returns Frames by rung, over all runs.
 */
export async function tryRandomRows(numRuns: number): Promise<Record<string, number>> {
  const rungs: Record<string, number> = {};
  for (const name of TEMPLATES) {
    const job = await plainJob({ ...traps, ...rowTraps }[name].spec);
    const property = fc.asyncProperty(shows, async (show) => {
      for (const rung of await holds(job, show)) rungs[rung] = (rungs[rung] ?? 0) + 1;
    });
    await fc.assert(property, { numRuns, seed: 1 }).catch((error) => {
      throw new Error(`${name}: ${error.message}`, { cause: error });
    });
  }
  return rungs;
}

/** Shows all frames in their order to one view, and compares each with a fresh one. */
async function holds(
  { spec, names, picture }: PlainJob,
  { frames, order }: Show,
): Promise<string[]> {
  const source = { spec: structuredClone(spec), names, baseURL: ".", localFiles: true };
  const view = new FrameView(vega, { ...source, patchInPlace: true, rungB: true });
  const surface = raster.createSurface(picture.width, picture.height);
  const drawing = new Drawing(
    vega,
    surface,
    picture,
    resourceLoader(vega, { baseURL: ".", localFiles: true }),
  );
  const values: Values[] = frames.map((rows) => ({ t: rows }));
  const rungs: string[] = [];
  try {
    for (const pick of order) {
      const index = pick % frames.length;
      const expected = await attempt(async () => {
        return (await drawFresh({ spec, picture }, values, [index])).get(index)!.rgba;
      });
      const actual = await attempt(async () => {
        rungs.push(await view.show(readPatch(structuredClone(values[index]), names, index)));
        await drawing.draw(view.view);
        return toRgba(surface.read());
      });
      assert.equal(actual === undefined, expected === undefined, `frame ${index} alone fails`);
      if (!actual || !expected) continue;
      assert.equal(differenceOf(actual, expected, picture.width), undefined, `frame ${index}`);
    }
  } finally {
    view.close();
  }
  return rungs;
}

/** Undefined for what fails: not all rows make sense to all specs. */
async function attempt<T>(run: () => Promise<T>): Promise<T | undefined> {
  try {
    return await run();
  } catch {
    return undefined;
  }
}
