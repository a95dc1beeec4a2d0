/** What is animated in the measurements: the same pictures for every tool. */

/** One animated chart. */
export interface Scene {
  name: string;
  /** What it stands for, in a few words. */
  about: string;
  // Specs are plain JSON here.
  // deno-lint-ignore no-explicit-any
  spec: any;
  /** The params of `count` frames, with so many points each. */
  frames(count: number, points?: number): Record<string, unknown>[];
}

/** The size of all videos unless a measurement is about it. */
export const SIZE = { width: 1280, height: 720 };

/** A number from 0 to 1 for a whole number, the same here and in `peers/peers.py`. */
export function noise(n: number): number {
  const value = Math.sin(12.9898 * (n + 1)) * 43758.5453;
  return value - Math.floor(value);
}

const quantitative = (field: string, domain?: [number, number]) => ({
  field,
  type: "quantitative",
  ...(domain ? { scale: { domain } } : {}),
});

function range<Value>(count: number, make: (i: number) => Value): Value[] {
  return Array.from({ length: count }, (_, i) => make(i));
}

const wave: Scene = {
  name: "wave",
  about: "one line of 200 points",
  spec: {
    data: { name: "points" },
    mark: "line",
    encoding: { x: quantitative("x", [0, 4 * Math.PI]), y: quantitative("y", [-1.5, 1.5]) },
  },
  frames: (count, points = 200) =>
    range(count, (f) => ({
      points: range(points, (i) => {
        const x = 4 * Math.PI * i / Math.max(1, points - 1);
        return { x, y: Math.cos(x + 2 * Math.PI * f / 60) };
      }),
    })),
};

const scatter: Scene = {
  name: "scatter",
  about: "2,000 translucent symbols of 10 colours, all moving",
  spec: {
    data: { name: "points" },
    mark: { type: "circle", opacity: 0.6 },
    encoding: {
      x: quantitative("x", [0, 1]),
      y: quantitative("y", [0, 1]),
      color: { field: "c", type: "nominal", legend: null },
    },
  },
  frames: (count, points = 2000) => {
    const start = range(points, (i) => ({
      x: 0.06 + 0.88 * noise(2 * i),
      y: 0.06 + 0.88 * noise(2 * i + 1),
      c: `c${i % 10}`,
    }));
    return range(count, (f) => ({
      points: start.map(({ x, y, c }, i) => ({
        x: x + 0.05 * Math.cos(f / 20 + i),
        y: y + 0.05 * Math.sin(f / 20 + i),
        c,
      })),
    }));
  },
};

const bars: Scene = {
  name: "bars",
  about: "20 bars with labels, longest first",
  spec: {
    data: { name: "points" },
    encoding: {
      y: { field: "name", type: "nominal", sort: "-x" },
      x: quantitative("value"),
    },
    layer: [
      { mark: "bar", encoding: { color: { field: "name", type: "nominal", legend: null } } },
      {
        mark: { type: "text", align: "left", dx: 4 },
        encoding: { text: { field: "value", type: "quantitative", format: ".1f" } },
      },
    ],
  },
  frames: (count, points = 20) =>
    range(count, (f) => ({
      points: range(points, (i) => ({
        name: `name ${i}`,
        value: 50 + 40 * Math.sin(f / 40 + 6 * noise(i)) + 10 * noise(i + 99),
      })),
    })),
};

const facets: Scene = {
  name: "facets",
  about: "6 facets with a line of 100 points each",
  spec: {
    data: { name: "points" },
    facet: { field: "panel" },
    columns: 3,
    spec: {
      width: 300,
      height: 200,
      mark: "line",
      encoding: { x: quantitative("x"), y: quantitative("y", [-1.5, 1.5]) },
    },
  },
  frames: (count, points = 600) =>
    range(count, (f) => ({
      points: range(points, (i) => {
        const panel = i % 6;
        const x = Math.floor(i / 6) / 10;
        return { panel: `p${panel}`, x, y: Math.cos(x * (1 + panel / 3) + f / 10) };
      }),
    })),
};

const heatmap: Scene = {
  name: "heatmap",
  about: "2,400 cells of a heatmap",
  spec: {
    data: { name: "points" },
    mark: "rect",
    encoding: {
      x: { field: "x", type: "ordinal", axis: null },
      y: { field: "y", type: "ordinal", axis: null },
      color: quantitative("v", [-1, 1]),
    },
  },
  frames: (count, points = 2400) =>
    range(count, (f) => ({
      points: range(points, (i) => {
        const x = i % 60;
        const y = Math.floor(i / 60);
        return { x, y, v: Math.sin(x / 8 + f / 15) * Math.cos(y / 6 - f / 25) };
      }),
    })),
};

const map: Scene = {
  name: "map",
  about: "a map of 600 paths, each with a colour of its own",
  spec: {
    data: { name: "points" },
    projection: { type: "identity", reflectY: true },
    mark: { type: "geoshape", stroke: "white", strokeWidth: 0.5 },
    encoding: { color: { field: "v", type: "quantitative", scale: { domain: [-1, 1] } } },
  },
  frames: (count, points = 600) => {
    const shapes = range(points, hexagon);
    return range(count, (f) => ({
      points: shapes.map((geometry, i) => ({
        type: "Feature",
        geometry,
        v: Math.sin(i / 30 + f / 15),
      })),
    }));
  },
};

/** A country of a rough coast, in a grid of them. */
function hexagon(i: number) {
  const x = 20 + 40 * (i % 30) + (Math.floor(i / 30) % 2) * 20;
  const y = 20 + 34 * Math.floor(i / 30);
  const ring = range(25, (k) => {
    const angle = -2 * Math.PI * (k % 24) / 24;
    const radius = 18 + 4 * noise(31 * i + k % 24);
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
  });
  return { type: "Polygon", coordinates: [ring] };
}

/** All scenes; the first two are those that peers draw too. */
export const SCENES: readonly Scene[] = [wave, scatter, bars, facets, heatmap, map];

/** A scene by its name. */
export function sceneOf(name: string): Scene {
  const scene = SCENES.find((scene) => scene.name === name);
  if (scene) return scene;
  throw new RangeError(`Cannot measure '${name}': known scenes are ${SCENES.map((s) => s.name)}`);
}
