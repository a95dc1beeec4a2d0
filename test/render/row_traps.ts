/** Small animations, each of which is patched in place by way of some rows of the table. */
import type { Values } from "../fresh.ts";
import { base, frames, generator, ORDER, rows, stacked, symbols, type Trap, xy } from "./trap.ts";

interface Data {
  name?: string;
  transform: object[];
}

/** A dataset `d` derived from the rows of `t`, and marks that show it. */
function derived({ transform }: Data, marks: object[], more: object = {}): Omit<Trap, "frames"> {
  return {
    spec: { ...base, data: [{ name: "t" }, { name: "d", source: "t", transform }], marks, ...more },
    needsNewView: false,
  };
}

/** Rows whose groups stay while everything else changes. */
const inGroups: Values[] = ORDER.map((frame) => ({
  t: rows(frame).map((row, i) => ({ ...row, v: 1 + 9 * Math.abs(row.v), g: "badc"[i % 4] })),
}));

const dots = (encode: object = xy) => symbols("d", { update: { ...encode, ...stacked } });
const line = (encode: object = xy) => ({
  type: "line",
  from: { data: "d" },
  encode: { update: { ...encode, stroke: { value: "teal" } } },
});
const at = (x: string, y: string) => ({
  x: { scale: "x", field: x },
  y: { scale: "y", field: y },
});
const bars = (y: string, y2: string) => ({
  type: "rect",
  from: { data: "d" },
  encode: {
    update: {
      x: { scale: "x", field: "x" },
      width: { value: 8 },
      y: { scale: "y", field: y },
      y2: { scale: "y", field: y2 },
      ...stacked,
    },
  },
});
const boxes = {
  type: "rect",
  from: { data: "d" },
  encode: {
    update: {
      x: { field: "x0" },
      x2: { field: "x1" },
      y: { field: "y0" },
      y2: { field: "y1" },
      ...stacked,
      stroke: { value: "black" },
    },
  },
};
const circles = symbols("d", {
  update: { x: { field: "x" }, y: { field: "y" }, ...stacked, size: { value: 60 } },
});

const tree = { type: "stratify", key: "id", parentKey: "parent" };
const treeFrames: Values[] = ORDER.map((frame) => ({
  t: rows(frame).map((row, id) => ({
    id,
    parent: id === 0 ? null : Math.floor((id - 1) / 3),
    v: 1 + Math.abs(row.v),
  })),
}));

const ring = {
  type: "Feature",
  geometry: { type: "Polygon", coordinates: [[[-60, -30], [0, 60], [70, -20], [-60, -30]]] },
};
const globe = (marks: object[]) => ({
  ...base,
  signals: [{ name: "turn", value: 0 }],
  projections: [{
    name: "p",
    type: "orthographic",
    scale: 55,
    translate: [80, 60],
    rotate: [{ signal: "turn" }, -20, 0],
  }],
  data: [
    { name: "land", values: [ring] },
    { name: "places", values: rows(1).map(({ id, x, y }) => ({ id, x: 12 * x, y: 8 * y })) },
    {
      name: "d",
      source: "places",
      transform: [{ type: "geopoint", projection: "p", fields: ["x", "y"], as: ["px", "py"] }],
    },
  ],
  marks,
});
/** Shapes of a dataset's rows, in the globe's projection. */
const shapes = (data: string) => ({
  type: "shape",
  from: { data },
  encode: { update: { fill: { value: "teal" } } },
  transform: [{ type: "geoshape", projection: "p" }],
});
const turning: Values[] = ORDER.map((frame) => ({ turn: 25 * frame }));

export const rowTraps: Record<string, Trap> = {
  "bins, with a formula that reads them": {
    ...derived({
      transform: [
        { type: "bin", field: "y", extent: [0, 10], as: ["b0", "b1"] },
        { type: "formula", as: "mid", expr: "(datum.b0 + datum.b1) / 2" },
      ],
    }, [bars("b0", "b1")]),

    frames: frames(),
  },
  "a row that comes from two sources, copied twice": {
    spec: {
      ...base,
      data: [{ name: "t" }, { name: "same", source: "t" }, {
        name: "d",
        source: ["t", "same"],
        transform: [{ type: "formula", as: "far", expr: "datum.x + 1" }],
      }],
      marks: [dots()],
    },
    frames: frames(),
    needsNewView: true,
  },
  "bins of an extent that changes": {
    ...derived({
      transform: [
        { type: "extent", field: "v", signal: "ends" },
        { type: "bin", field: "v", extent: { signal: "ends" }, as: ["b0", "b1"] },
      ],
    }, [bars("b0", "b1")]),
    frames: inGroups,
  },
  "units of time": {
    ...derived({
      transform: [{ type: "timeunit", field: "day", units: ["month"], timezone: "utc" }],
    }, [symbols("d", {
      update: { x: { scale: "x", signal: "month(datum.unit0)" }, y: xy.y, ...stacked },
    })]),
    frames: ORDER.map((frame) => ({
      t: rows(frame).map((row) => ({ ...row, day: new Date(Date.UTC(2020, row.y, 1 + frame)) })),
    })),
  },
  "running sums": {
    ...derived({
      transform: [{
        type: "window",
        sort: { field: "y" },
        groupby: ["g"],
        ops: ["sum", "rank"],
        fields: ["v", null],
        as: ["sum", "rank"],
      }],
    }, [dots(at("rank", "sum"))]),
    frames: frames(),
  },
  "windows that neither sort nor measure, over other groups": {
    ...derived({
      transform: [{ type: "window", groupby: ["g"], ops: ["row_number"], as: ["sum"] }],
    }, [dots(at("sum", "y"))]),
    needsNewView: true,
    frames: frames(),
  },
  "the mean of a field inside another": {
    ...derived({
      transform: [{ type: "aggregate", ops: ["mean"], fields: ["inner.v"], as: ["mean"] }],
    }, [symbols("d", { update: { ...at("mean", "mean"), fill: { value: "teal" } } })]),
    needsNewView: false,
    frames: ORDER.map((frame) => ({
      t: rows(frame).map(({ v, ...row }) => ({ ...row, inner: { v } })),
    })),
  },
  "shares of groups": {
    ...derived({
      transform: [
        { type: "joinaggregate", groupby: ["g"], ops: ["mean"], fields: ["y"], as: ["mean"] },
        { type: "formula", as: "off", expr: "5 + datum.y - datum.mean" },
      ],
    }, [dots(at("x", "off"))]),
    frames: frames(),
  },
  "sums of groups that stay": {
    ...derived({
      transform: [{
        type: "aggregate",
        groupby: ["g"],
        ops: ["mean", "median", "count"],
        fields: ["y", "x", null],
        as: ["mean", "median", "count"],
      }],
    }, [dots(at("median", "mean"))]),
    frames: inGroups,
  },
  "positions of groups that stay": {
    ...derived({ transform: [{ type: "formula", as: "z", expr: "10 - datum.y" }] }, [
      symbols("d", {
        update: { x: { scale: "g", field: "g" }, y: { scale: "y", field: "z" }, ...stacked },
      }),
    ], {
      scales: [
        ...base.scales,
        {
          name: "g",
          type: "point",
          range: "width",
          domain: { fields: [{ data: "t", field: "g" }, { data: "d", field: "g" }], sort: true },
        },
      ],
    }),
    frames: inGroups,
  },
  "stacks": {
    ...derived({
      transform: [{ type: "stack", groupby: ["g"], field: "v", sort: { field: "y" } }],
    }, [bars("y0", "y1")]),
    frames: frames(),
  },
  "a pie": {
    ...derived({ transform: [{ type: "pie", field: "v", sort: true }] }, [{
      type: "arc",
      from: { data: "d" },
      encode: {
        update: {
          x: { value: 80 },
          y: { value: 60 },
          startAngle: { field: "startAngle" },
          endAngle: { field: "endAngle" },
          outerRadius: { value: 50 },
          ...stacked,
        },
      },
    }]),
    frames: inGroups,
  },
  "rows looked up in rows that change": {
    spec: {
      ...base,
      data: [
        { name: "t" },
        { name: "u" },
        {
          name: "d",
          source: "u",
          transform: [{
            type: "lookup",
            from: "t",
            key: "id",
            fields: ["of"],
            values: ["x", "y"],
            as: ["ofX", "ofY"],
          }],
        },
      ],
      marks: [dots(at("ofX", "ofY"))],
    },
    frames: frames().map((values, i) => ({
      ...values,
      u: rows(i, { count: 9 }).map(({ id }) => ({ id, of: (5 * id + i) % 30 })),
    })),
    needsNewView: false,
  },
  "cells around points": {
    ...derived({
      transform: [
        { type: "formula", as: "px", expr: "16 * datum.x" },
        { type: "formula", as: "py", expr: "12 * datum.y" },
        { type: "voronoi", x: "px", y: "py", size: [160, 120] },
      ],
    }, [{
      type: "path",
      from: { data: "d" },
      encode: { update: { path: { field: "path" }, ...stacked, stroke: { value: "black" } } },
    }]),
    frames: frames(),
  },
  "a treemap": {
    ...derived({
      transform: [tree, { type: "treemap", field: "v", sort: { field: "v" }, size: [160, 120] }],
    }, [boxes]),
    frames: treeFrames,
  },
  "the leaves of a nested treemap": {
    ...derived({
      transform: [
        { type: "nest", keys: ["g"] },
        { type: "treemap", field: "v", size: [160, 120] },
        { type: "filter", expr: "datum.id % 5" },
      ],
    }, [boxes]),
    frames: inGroups,
  },
  "icicles": {
    ...derived({
      transform: [tree, { type: "partition", field: "v", size: [160, 120] }],
    }, [boxes]),
    frames: treeFrames,
  },
  "packed circles": {
    ...derived({ transform: [tree, { type: "pack", field: "v", size: [160, 120] }] }, [circles]),
    frames: treeFrames,
  },
  "a tidy tree sorted by a value": {
    ...derived({
      transform: [tree, { type: "tree", sort: { field: "v" }, size: [160, 120] }],
    }, [circles]),
    frames: treeFrames,
  },
  "a density": {
    ...derived({
      transform: [
        { type: "kde", field: "y", extent: [0, 10], steps: 40, groupby: ["g"] },
        { type: "formula", as: "tall", expr: "20 * datum.density" },
      ],
    }, [dots(at("value", "tall")), line(at("value", "tall"))]),
    frames: frames(),
  },
  "a regression": {
    ...derived({
      transform: [{ type: "regression", x: "x", y: "y", method: "quad" }],
    }, [line()]),
    frames: frames(),
  },
  "a smooth line": {
    ...derived({ transform: [{ type: "loess", x: "x", y: "y", bandwidth: 0.5 }] }, [line()]),
    frames: frames(),
  },
  "quantiles, stacked": {
    ...derived({
      transform: [
        { type: "quantile", field: "y", probs: [0.1, 0.4, 0.5, 0.9], as: ["prob", "x"] },
        { type: "stack", field: "prob" },
      ],
    }, [bars("y0", "y1")]),
    frames: frames(),
  },
  "a mark sorted by a value": {
    spec: {
      ...base,
      data: [{ name: "t" }],
      marks: [{ ...symbols("t", { update: { ...xy, ...stacked } }), sort: { field: "datum.v" } }],
    },
    frames: frames(),
    needsNewView: false,
  },
  "rows collected in an order that stays": {
    ...derived({ transform: [{ type: "collect", sort: { field: "x", order: "descending" } }] }, [
      dots(),
      line(),
    ]),
    frames: frames(),
  },
  "an axis that follows two datasets": {
    spec: {
      ...base,
      data: [{ name: "t" }, { name: "u", values: [{ v: -20 }, { v: 30 }] }],
      scales: [
        base.scales[0],
        {
          name: "y",
          range: "height",
          domain: { fields: [{ data: "t", field: "y" }, { data: "u", field: "v" }] },
        },
      ],
      axes: [{ scale: "y", orient: "left", labelOverlap: true }],
      marks: [symbols("t", { update: { ...xy, ...stacked } })],
    },
    frames: frames(),
    needsNewView: false,
  },
  "quantiles of two datasets as colours": {
    ...derived({ transform: [{ type: "formula", as: "z", expr: "datum.x / 2" }] }, [
      symbols("d", { update: { ...xy, size: { value: 200 }, fill: { scale: "c", field: "z" } } }),
    ], {
      scales: [...base.scales, {
        name: "c",
        type: "quantile",
        domain: { fields: [{ data: "t", field: "x" }, { data: "d", field: "z" }] },
        range: { scheme: "blues", count: 5 },
      }],
    }),
    frames: frames(),
  },
  "a signal read by a formula": {
    spec: {
      ...base,
      signals: [{ name: "lift", value: 1 }],
      data: [{
        name: "t",
        values: rows(1),
        transform: [{ type: "formula", as: "z", expr: "datum.y * lift / 10" }],
      }],
      marks: [symbols("t", { update: { ...at("x", "z"), ...stacked } })],
    },
    frames: ORDER.map((frame) => ({ lift: frame })),
    needsNewView: false,
  },
  "shapes on a globe that turns": {
    spec: globe([shapes("land")]),
    frames: turning,
    needsNewView: false,
  },
  "paths on a globe that turns": {
    spec: globe([{
      type: "path",
      from: { data: "land" },
      encode: { update: { fill: { value: "teal" } } },
      transform: [{ type: "geopath", projection: "p", field: "datum" }],
    }]),
    frames: turning,
    needsNewView: false,
  },
  "places on a globe that turns": {
    spec: globe([symbols("d", {
      update: { x: { field: "px" }, y: { field: "py" }, ...stacked, size: { value: 60 } },
    })]),
    frames: turning,
    needsNewView: false,
  },

  "bins and rows looked up by fields of inner objects": {
    spec: {
      ...base,
      data: [
        { name: "t" },
        { name: "u", values: rows(1) },
        {
          name: "d",
          source: "t",
          transform: [{ type: "bin", field: "in.y", extent: [0, 10], as: ["b0", "b1"] }],
        },
        {
          name: "e",
          source: "u",
          transform: [
            { type: "lookup", from: "t", key: "in.key", fields: ["id"], values: ["z"] },
          ],
        },
      ],
      marks: [bars("b0", "b1"), symbols("e", { update: { ...at("x", "z"), ...stacked } })],
    },
    frames: ORDER.map((frame) => ({
      t: rows(frame).map((row) => ({
        ...row,
        z: row.y,
        in: { y: row.y, key: (row.id + frame) % 24 },
      })),
    })),
    needsNewView: false,
  },

  "bins of a field that is not there": {
    ...derived({
      transform: [
        { type: "bin", field: "none", extent: [0, 10], as: ["y", "b1"] },
        { type: "formula", as: "z", expr: "isValid(datum.y) ? 2 : 8" },
      ],
    }, [dots(at("x", "z"))]),
    frames: frames(),
    needsNewView: false,
  },

  // What must not be done in place.
  "a signal that is a row": {
    spec: {
      ...base,
      signals: [{ name: "first", update: "data('t')[0]" }, { name: "z", update: "20 * first.y" }],
      data: [{ name: "t", values: rows(1) }],
      marks: [symbols("t", { update: { x: xy.x, y: { value: 60 }, size: { signal: "z" } } })],
    },
    frames: frames(),
    needsNewView: true,
  },
  "a field that one formula writes after the other": {
    spec: {
      ...base,
      signals: [{ name: "lift", value: 1 }],
      data: [{
        name: "t",
        values: rows(1),
        transform: [
          { type: "formula", as: "z", expr: "lift" },
          { type: "bin", field: "y", extent: [0, 10], as: ["z", "b1"] },
        ],
      }],
      marks: [symbols("t", { update: { ...at("x", "z"), ...stacked } })],
    },
    frames: ORDER.map((frame) => ({ lift: frame })),
    needsNewView: true,
  },
  "a field that is written again after it was copied": {
    spec: {
      ...base,
      signals: [{ name: "lift", value: 1 }],
      data: [
        {
          name: "t",
          values: rows(1).map((row) => ({ ...row, in: { y: row.y } })),
          transform: [{ type: "formula", as: "z", expr: "lift" }],
        },
        {
          name: "d",
          source: "t",
          transform: [{ type: "bin", field: "in.y", extent: [0, 10], as: ["y", "b1"] }],
        },
      ],
      marks: [dots(at("y", "z"))],
    },
    frames: ORDER.map((frame) => ({ lift: frame })),
    needsNewView: true,
  },
  "a domain that is null in some frames": {
    spec: {
      ...base,
      signals: [{ name: "ends", value: null }],
      data: [{ name: "t", values: rows(1) }],
      scales: [{ ...base.scales[0], domain: { signal: "ends" } }, base.scales[1]],
      marks: [symbols("t", { update: { ...xy, ...stacked } })],
    },
    frames: ORDER.map((frame) => ({ ends: frame % 2 ? [0, 7 * frame] : null })),
    needsNewView: true,
  },
  "a projection whose radius of points is null in some frames": {
    spec: {
      ...globe([shapes("land")]),
      signals: [{ name: "turn", value: 0 }],
      projections: [{ name: "p", type: "mercator", pointRadius: { signal: "turn" } }],
      data: [{ name: "land", values: [{ type: "Point", coordinates: [-40, 20] }] }],
    },
    frames: ORDER.map((frame) => ({ turn: frame % 2 ? 3 * frame : null })),
    needsNewView: true,
  },
  "colours of bins that change": {
    ...derived({
      transform: [
        { type: "extent", field: "y", signal: "ends" },
        { type: "bin", field: "y", extent: { signal: "ends" }, step: 1, signal: "bins" },
      ],
    }, [
      symbols("d", { update: { ...xy, size: { value: 400 }, fill: { scale: "c", field: "y" } } }),
    ], {
      scales: [...base.scales, {
        name: "c",
        type: "bin-ordinal",
        bins: { signal: "bins" },
        range: { scheme: "blues" },
      }],
    }),
    frames: ORDER.map((frame) => ({
      t: rows(frame).map((row) => ({ ...row, y: row.y * (1 + frame % 4) / 4 })),
    })),
    needsNewView: true,
  },
  "places projected by expressions over what is overwritten": {
    spec: {
      ...globe([symbols("d", { update: { x: { field: "x" }, y: { field: "y" }, ...stacked } })]),
      data: [{
        name: "d",
        values: rows(1),
        transform: [{
          type: "geopoint",
          projection: "p",
          fields: [{ expr: "12 * datum.x" }, { expr: "8 * datum.y" }],
        }],
      }],
    },
    frames: turning,
    needsNewView: true,
  },
  "bins of a field that a signal names": {
    ...derived(
      {
        transform: [{ type: "bin", field: { signal: "of" }, extent: [0, 10], as: ["b0", "b1"] }],
      },
      [bars("b0", "b1")],
      { signals: [{ name: "of", value: "in.y" }] },
    ),
    frames: ORDER.map((frame) => ({
      t: rows(frame).map((row) => ({ ...row, in: { y: row.y } })),
    })),
    needsNewView: true,
  },
  "bins whose rows do not give what is overwritten": {
    spec: {
      ...base,
      signals: [{ name: "span", value: 2 }],
      data: [{
        name: "t",
        values: rows(1),
        transform: [
          { type: "formula", as: "y", expr: "10 - datum.y" },
          { type: "bin", field: "y", extent: [0, 10], step: { signal: "span" }, as: ["y", "y1"] },
        ],
      }],
      marks: [symbols("t", { update: { ...xy, ...stacked } })],
    },
    frames: ORDER.map((frame) => ({ span: 0.7 + frame % 4 })),
    needsNewView: true,
  },
  "sums of groups in an order that changes": {
    ...derived({
      transform: [{
        type: "aggregate",
        groupby: ["g"],
        ops: ["mean", "min"],
        fields: ["y", "id"],
        as: ["y", "id"],
      }, { type: "formula", as: "x", expr: "5" }],
    }, [dots()]),
    frames: ORDER.map((frame) => ({
      t: rows(frame, { groups: "abcd" }).map((row, i) => ({ ...row, g: "abcd"[(i * frame) % 4] })),
    })),
    needsNewView: true,
  },
  "rows collected in an order that changes": {
    ...derived({ transform: [{ type: "collect", sort: { field: "y" } }] }, [dots(), line()]),
    frames: frames(),
    needsNewView: true,
  },
  "an aggregate of rows that are replaced": {
    ...derived({
      transform: [
        { type: "quantile", field: "y", probs: [0.1, 0.5, 0.9], groupby: ["g"], as: ["p", "v"] },
        { type: "aggregate", groupby: ["p"], ops: ["sum"], fields: ["v"], as: ["y"] },
        { type: "formula", as: "x", expr: "10 * datum.p" },
        { type: "formula", as: "id", expr: "1e15 * (datum.y % 1e-9)" },
      ],
    }, [
      symbols("d", { update: { ...at("x", "y"), fill: { signal: "hsl(datum.id, 1, 0.5) + ''" } } }),
    ]),
    frames: ORDER.map((frame) => ({ t: rows(frame).map((row) => ({ ...row, y: row.y / 4 })) })),
    needsNewView: true,
  },
  "groups by a count that changes": {
    ...derived({
      transform: [
        { type: "aggregate", groupby: ["g"], ops: ["max"], fields: ["n"], as: ["n"] },
        { type: "aggregate", groupby: ["n"], ops: ["count"], as: ["y"] },
        { type: "formula", as: "x", expr: "datum.n" },
        { type: "formula", as: "id", expr: "3 * datum.n" },
      ],
    }, [dots()]),
    frames: ORDER.map((frame) => ({
      t: rows(frame).map((row, i) => ({ ...row, g: "abcd"[i % 4], n: Math.ceil(5 * row.y / 10) })),
    })),
    needsNewView: true,
  },
  "an ordinal scale without a domain": {
    spec: {
      ...base,
      scales: [...base.scales, { name: "c", type: "ordinal", range: { scheme: "category10" } }],
      data: [{ name: "t" }],
      marks: [symbols("t", { update: { ...xy, fill: { scale: "c", field: "v" } } })],
    },
    frames: ORDER.map((frame) => ({
      t: rows(frame, { count: 5 }).map((row, i) => ({ ...row, v: (i + frame) % 7 })),
    })),
    needsNewView: true,
  },
  "rows held back in other frames": {
    ...derived({ transform: [{ type: "filter", expr: "datum.v > 1" }] }, [dots()]),
    frames: ORDER.map((frame) => {
      const random = generator(frame);
      return { t: rows(1).map((row) => ({ ...row, v: 2 * random() })) };
    }),
    needsNewView: true,
  },
  "a formula that reads a field by an escaped name": {
    ...derived({ transform: [{ type: "formula", as: "z", expr: "10 - datum['it\\'s']" }] }, [
      dots(at("x", "z")),
    ]),
    frames: ORDER.map((frame) => ({ t: rows(frame).map((row) => ({ ...row, "it's": row.y })) })),
    needsNewView: true,
  },
  "shapes of rows that change": {
    spec: {
      ...globe([shapes("t")]),
      data: [{ name: "t" }, { name: "places", values: [] }, { name: "d", source: "places" }],
    },
    frames: ORDER.map((frame) => ({
      t: [{
        type: "Feature",
        geometry: { type: "Point", coordinates: [160 - 17 * frame, 30 - 7 * frame] },
      }],
    })),
    needsNewView: true,
  },
  "marks of items whose rows change": {
    spec: {
      ...base,
      data: [{ name: "t" }],
      marks: [{ ...symbols("t", { update: { x: xy.x, y: { value: 50 } } }), name: "dots" }, {
        type: "text",
        from: { data: "dots" },
        encode: {
          update: { x: { field: "x" }, y: { field: "datum.y", mult: 10 }, text: { value: "o" } },
        },
      }],
    },
    frames: frames(),
    needsNewView: true,
  },
  "a mark sorted by a value that is not encoded": {
    spec: {
      ...base,
      data: [{ name: "t" }],
      marks: [{
        ...symbols("t", { update: { x: xy.x, y: { value: 50 }, ...stacked } }),
        sort: { field: "datum.v" },
      }],
    },
    frames: frames(),
    needsNewView: true,
  },
};
