/** Small animations, one for each trap that a view patched in place can fall into. */
import {
  base,
  frames,
  lite,
  ORDER,
  type RowOptions,
  rows,
  stacked,
  symbols,
  type Trap,
  x,
  xy,
  y,
} from "./trap.ts";

/** Groups that come and go, in another order of appearance, with more and fewer rows. */
const changing = (frame: number): RowOptions => ({
  groups: ["abcd", "dc", "bda"][frame % 3],
  count: [24, 9, 30][frame % 3],
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
      ...base,
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
    spec: { ...base, data: [{ name: "t" }], marks: [symbols("t", { enter: xy })] },
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
      ...base,
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
      ...base,
      signals: [{ name: "size", value: 30 }, { name: "area", init: "size * size" }],
      data: [{ name: "t", values: rows(1) }],
      marks: [symbols("t", { update: { ...xy, size: { signal: "area" } } })],
    },
    frames: ORDER.map((frame) => ({ size: 2 + frame })),
    needsNewView: true,
  },
  "a signal that enter reads": {
    spec: {
      ...base,
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
      ...base,
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
      ...base,
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
      ...base,
      scales: [
        { name: "x", type: "utc", range: "width", domain: { data: "t", field: "day" } },
        base.scales[1],
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
      ...base,
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
      ...base,
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
      ...base,
      signals: [{ name: "rounds", value: false }],
      data: [{ name: "t", values: rows(1) }],
      scales: [{ ...base.scales[0], round: { signal: "rounds" } }, base.scales[1]],
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
      ...base,
      signals: [{ name: "s", value: 1 }, { name: "most", value: 0, update: "max(most, s)" }],
      data: [{ name: "t", values: rows(1) }],
      marks: [symbols("t", { update: { ...xy, size: { signal: "20 * most" } } })],
    },
    frames: ORDER.map((frame) => ({ s: 1 + frame })),
    needsNewView: true,
  },
  "a trigger that inserts rows": {
    spec: {
      ...base,
      signals: [{ name: "s", value: 1 }],
      data: [{ name: "t", values: rows(1), on: [{ trigger: "s", insert: "{x: s, y: s}" }] }],
      marks: [symbols("t", { update: { ...xy, fill: { value: "teal" } } })],
    },
    frames: ORDER.map((frame) => ({ s: 1 + frame / 2 })),
    needsNewView: true,
  },
  "an encoding that reads its own item": {
    spec: {
      ...base,
      signals: [{ name: "s", value: 1 }],
      data: [{ name: "t", values: rows(1) }],
      marks: [symbols("t", { update: { ...xy, size: { signal: "(item.size || 0) + 20 * s" } } })],
    },
    frames: ORDER.map((frame) => ({ s: 1 + frame })),
    needsNewView: true,
  },
  "rows under a property, and a formula that writes into them": {
    spec: {
      ...base,
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
