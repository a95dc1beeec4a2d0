/** The smallest animation: a line of points whose phase moves. */

/** A Vega-Lite line of the dataset `wave`, with fixed domains. */
export const waveSpec = {
  data: { name: "wave" },
  mark: "line",
  width: 200,
  height: 100,
  encoding: {
    x: { field: "x", type: "quantitative", scale: { domain: [0, 10] } },
    y: { field: "y", type: "quantitative", scale: { domain: [-1, 1] } },
  },
};

/** A wave whose layout is fixed too, so that frames are rendered as they come. */
export const fixedWaveSpec = { ...waveSpec, autosize: "none", padding: 40 };

/** The params of `count` frames of the wave. */
export function waveFrames(count: number, points = 50) {
  return Array.from({ length: count }, (_, frame) => ({
    wave: Array.from({ length: points }, (_, i) => {
      const x = 10 * i / (points - 1);
      return { x, y: Math.cos(x + frame / 5) };
    }),
  }));
}
