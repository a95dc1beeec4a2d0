/** Small animations, one for each trap that a view patched in place can fall into. */
import type { Values } from "../fresh.ts";

/** An animation, and whether some of its frames need a new view. */
export interface Trap {
  // deno-lint-ignore no-explicit-any
  spec: any;
  frames: Values[];
  needsNewView: boolean;
  /** True if scales or ticks move, after which the library takes a new view to be safe. */
  movesScales?: boolean;
}

/** Large and translucent, each of its own colour: which of two lies on top is seen. */
const stacked = {
  size: { value: 400 },
  opacity: { value: 0.6 },
  fill: { signal: "'' + hsl(datum.id * 15, 0.8, 0.5)" },
};

/** Park and Miller's generator, so that the frames are the same each time. */
function generator(seed: number): () => number {
  let state = seed * 7919 % 2147483647 || 1;
  return () => (state = state * 48271 % 2147483647) / 2147483647;
}

interface RowOptions {
  count?: number;
  groups?: string;
}

function rows(frame: number, { count = 24, groups = "abcd" }: RowOptions = {}) {
  const random = generator(frame + 1);
  return Array.from({ length: count }, (_, id) => ({
    id,
    x: 10 * id / count,
    y: 10 * random(),
    g: groups[Math.floor(groups.length * random())],
    v: 3 * random() - 0.3,
  }));
}

/** Groups that come and go, in another order of appearance, with more and fewer rows. */
const changing = (frame: number): RowOptions => ({
  groups: ["abcd", "dc", "bda"][frame % 3],
  count: [24, 9, 30][frame % 3],
});

/** Frames that follow no order, so that each differs from its neighbours in every way. */
const ORDER = [3, 0, 7, 2, 5, 1, 11, 4];

function frames(options: (frame: number) => RowOptions = () => ({})): Values[] {
  return ORDER.map((frame) => ({ t: rows(frame, options(frame)) }));
}

const x = { field: "x", type: "quantitative", scale: { domain: [0, 10] } };
const y = { field: "y", type: "quantitative", scale: { domain: [0, 10] } };
const lite = (spec: object) => ({ data: { name: "t" }, width: 160, height: 120, ...spec });

const vegaBase = {
  width: 160,
  height: 120,
  padding: 8,
  scales: [
    { name: "x", type: "linear", range: "width", domain: [0, 10] },
    { name: "y", type: "linear", range: "height", domain: [0, 10] },
  ],
};
const xy = { x: { scale: "x", field: "x" }, y: { scale: "y", field: "y" } };
const symbols = (from: string, encode: object) => ({
  type: "symbol",
  from: { data: from },
  encode,
});

export const traps: Record<string, Trap> = {
  "a line": {
    spec: lite({ mark: "line", encoding: { x, y } }),
    frames: frames(),
    needsNewView: false,
  },
  "a scatter plot with rows growing and shrinking": {
    spec: lite({ mark: "point", encoding: { x, y } }),
    frames: frames((frame) => ({ count: [24, 5, 48, 0, 24, 3][frame % 6] })),
    needsNewView: true,
  },
  "rows that a filter holds back in some frames": {
    spec: {
      ...vegaBase,
      data: [
        { name: "t" },
        { name: "d", source: "t", transform: [{ type: "filter", expr: "datum.y > 5" }] },
      ],
      marks: [
        symbols("d", { update: { ...xy, ...stacked } }),
      ],
    },
    frames: frames(),
    needsNewView: true,
  },
  "ordinal colours from data": {
    spec: lite({
      mark: "point",
      encoding: { x, y, color: { field: "g", type: "nominal", sort: null } },
    }),
    frames: frames(changing),
    needsNewView: true,
  },
  "lines coloured by group": {
    spec: lite({ mark: "line", encoding: { x, y, color: { field: "g", type: "nominal" } } }),
    frames: frames(),
    needsNewView: true,
  },
  "enter encodings": {
    spec: { ...vegaBase, data: [{ name: "t" }], marks: [symbols("t", { enter: xy })] },
    frames: frames(),
    needsNewView: true,
  },
  "a domain and an axis that follow the data": {
    spec: lite({
      mark: "point",
      encoding: { x, y: { field: "v", type: "quantitative" } },
    }),
    frames: frames().map(({ t }, i) => ({
      t: (t as { v: number }[]).map((row) => ({ ...row, v: row.v * 10 ** (i % 3) })),
    })),
    needsNewView: false,
    movesScales: true,
  },
  "a signal-driven spec": {
    spec: {
      ...vegaBase,
      signals: [{ name: "size", value: 30 }, { name: "hue", value: 0 }, {
        name: "twice",
        update: "2 * size",
      }],
      data: [{ name: "t", values: rows(1) }],
      marks: [
        symbols("t", {
          update: {
            ...xy,
            size: { signal: "twice" },
            fill: { signal: "'' + hsl(hue, 0.7, 0.5)" },
          },
        }),
      ],
    },
    frames: ORDER.map((frame) => ({ size: 10 + 20 * frame, hue: 30 * frame })),
    needsNewView: false,
  },
  "an init signal": {
    spec: {
      ...vegaBase,
      signals: [{ name: "size", value: 30 }, { name: "area", init: "size * size" }],
      data: [{ name: "t", values: rows(1) }],
      marks: [symbols("t", { update: { ...xy, size: { signal: "area" } } })],
    },
    frames: ORDER.map((frame) => ({ size: 2 + frame })),
    needsNewView: true,
  },
  "a signal that enter reads": {
    spec: {
      ...vegaBase,
      signals: [{ name: "size", value: 30 }],
      data: [{ name: "t", values: rows(1) }],
      marks: [symbols("t", { enter: { ...xy, size: { signal: "size" } } })],
    },
    frames: ORDER.map((frame) => ({ size: 10 + 30 * frame })),
    needsNewView: true,
  },
  "facets with an aggregate and a window": {
    spec: {
      data: { name: "t" },
      transform: [{
        window: [{ op: "sum", field: "v", as: "s" }],
        sort: [{ field: "x" }],
        groupby: ["g"],
      }, {
        joinaggregate: [{ op: "mean", field: "s", as: "m" }],
        groupby: ["g"],
      }],
      facet: { column: { field: "g", sort: null } },
      spec: {
        width: 50,
        height: 80,
        layer: [
          {
            mark: "line",
            encoding: { x, y: { field: "s", type: "quantitative", scale: { domain: [-3, 40] } } },
          },
          { mark: "rule", encoding: { y: { aggregate: "mean", field: "m" } } },
        ],
      },
    },
    frames: frames(changing),
    needsNewView: true,
  },
  "names given on some frames only": {
    spec: {
      ...vegaBase,
      signals: [{ name: "size", value: 200 }],
      data: [{ name: "t", values: rows(1) }, { name: "u", values: rows(2, { count: 5 }) }],
      marks: [
        symbols("t", { update: { ...xy, fill: { value: "steelblue" } } }),
        symbols("u", { update: { ...xy, size: { signal: "size" }, fill: { value: "firebrick" } } }),
      ],
    },
    frames: [
      { t: rows(3) },
      {},
      { size: 50 },
      { u: rows(4, { count: 5 }), t: rows(5) },
      {
        t: rows(6),
      },
      {},
      { u: rows(7, { count: 5 }), size: 400 },
    ],
    needsNewView: true,
  },
  "a transform that writes into the dataset's own rows": {
    spec: {
      ...vegaBase,
      signals: [{ name: "size", value: 30 }],
      data: [{
        name: "t",
        values: rows(1),
        transform: [{ type: "formula", as: "y", expr: "datum.y / 2 + size / 100" }],
      }],
      marks: [symbols("t", { update: { ...xy, size: { signal: "size" } } })],
    },
    frames: ORDER.map((frame) => ({ size: 10 + 30 * frame })),
    needsNewView: true,
  },
  "sums of groups": {
    spec: lite({
      mark: "bar",
      encoding: {
        x: { field: "g", type: "nominal", sort: null },
        y: { aggregate: "sum", field: "v", type: "quantitative", scale: { domain: [0, 20] } },
      },
    }),
    frames: frames(changing),
    needsNewView: true,
  },
  "stacked areas": {
    spec: lite({
      mark: "area",
      encoding: {
        x,
        y: { field: "y", type: "quantitative", stack: "zero", scale: { domain: [0, 10] } },
        color: { field: "g", type: "nominal" },
      },
    }),
    frames: frames(),
    needsNewView: true,
  },
  "dates as strings": {
    spec: {
      ...vegaBase,
      scales: [
        { name: "x", type: "utc", range: "width", domain: { data: "t", field: "day" } },
        vegaBase.scales[1],
      ],
      axes: [{ scale: "x", orient: "bottom" }],
      data: [{ name: "t", values: [], format: { parse: { day: "date", y: "number" } } }],
      marks: [symbols("t", { update: { ...xy, x: { scale: "x", field: "day" } } })],
    },
    frames: ORDER.map((frame) => ({
      t: rows(frame).map(({ id, y }) => ({
        day: `2020-0${1 + frame % 3}-${String(1 + id).padStart(2, "0")}`,
        y: String(y),
      })),
    })),
    needsNewView: false,
    movesScales: true,
  },
  "missing values": {
    spec: lite({
      mark: { type: "circle", size: 400, opacity: 0.6 },
      encoding: {
        x,
        y,
        color: { field: "id", type: "quantitative", scale: { domain: [0, 23] } },
      },
    }),
    frames: frames().map(({ t }, i) => ({
      t: (t as { y: number | null }[]).map((row, j) =>
        (j + i) % 5 === 0 ? { ...row, y: [null, NaN][i % 2] } : row
      ),
    })),
    needsNewView: true,
  },
  "a text mark with a changing title": {
    spec: {
      ...vegaBase,
      signals: [{ name: "year", value: 2000 }],
      title: { text: { signal: "'Year ' + year" } },
      data: [{ name: "t", values: rows(1) }],
      marks: [symbols("t", { update: xy }), {
        type: "text",
        encode: { update: { x: { value: 20 }, y: { value: 30 }, text: { signal: "year" } } },
      }],
    },
    frames: ORDER.map((frame) => ({ year: 1990 + frame ** 3 })),
    needsNewView: false,
  },
  "ticks whose number a signal sets": {
    spec: {
      ...vegaBase,
      signals: [{ name: "ticks", value: 5 }],
      data: [{ name: "t", values: rows(1) }],
      axes: [{ orient: "bottom", scale: "x", grid: true, tickCount: { signal: "ticks" } }],
      marks: [symbols("t", { update: xy })],
    },
    frames: ORDER.map((frame) => ({ ticks: 1 + 3 * frame })),
    needsNewView: true,
  },
  "enter encodings through a scale that a signal rounds": {
    spec: {
      ...vegaBase,
      signals: [{ name: "rounds", value: false }],
      data: [{ name: "t", values: rows(1) }],
      scales: [{ ...vegaBase.scales[0], round: { signal: "rounds" } }, vegaBase.scales[1]],
      marks: [symbols("t", { enter: xy })],
    },
    frames: ORDER.map((frame) => ({ rounds: frame % 2 === 0 })),
    needsNewView: true,
  },
  "a clip that a param switches": {
    spec: {
      data: { values: rows(1) },
      params: [{ name: "p", value: 1 }],
      title: { text: { expr: "'Title ' + p" } },
      layer: [{
        mark: { type: "text", clip: { expr: "p > 5" }, text: "label" },
        encoding: { size: { field: "v" } },
      }],
    },
    frames: ORDER.map((frame) => ({ p: 1 + frame })),
    needsNewView: false,
    // Now that the title is held still; the library takes a new view to be safe.
    movesScales: true,
  },
  "a signal that reads itself": {
    spec: {
      ...vegaBase,
      signals: [{ name: "s", value: 1 }, { name: "most", value: 0, update: "max(most, s)" }],
      data: [{ name: "t", values: rows(1) }],
      marks: [symbols("t", { update: { ...xy, size: { signal: "20 * most" } } })],
    },
    frames: ORDER.map((frame) => ({ s: 1 + frame })),
    needsNewView: true,
  },
  "a trigger that inserts rows": {
    spec: {
      ...vegaBase,
      signals: [{ name: "s", value: 1 }],
      data: [{ name: "t", values: rows(1), on: [{ trigger: "s", insert: "{x: s, y: s}" }] }],
      marks: [symbols("t", { update: { ...xy, fill: { value: "teal" } } })],
    },
    frames: ORDER.map((frame) => ({ s: 1 + frame / 2 })),
    needsNewView: true,
  },
  "an encoding that reads its own item": {
    spec: {
      ...vegaBase,
      signals: [{ name: "s", value: 1 }],
      data: [{ name: "t", values: rows(1) }],
      marks: [symbols("t", { update: { ...xy, size: { signal: "(item.size || 0) + 20 * s" } } })],
    },
    frames: ORDER.map((frame) => ({ s: 1 + frame })),
    needsNewView: true,
  },
  "rows under a property, and a formula that writes into them": {
    spec: {
      ...vegaBase,
      signals: [{ name: "s", value: 1 }],
      data: [{
        name: "t",
        values: { rows: rows(1) },
        format: { property: "rows" },
        transform: [{ type: "formula", as: "y", expr: "datum.y / 2 + s / 10" }],
      }],
      marks: [symbols("t", { update: { ...xy, size: { signal: "20 * s" } } })],
    },
    frames: ORDER.map((frame) => ({ s: 1 + frame })),
    needsNewView: true,
  },
};
