/** How much faster a job is with more workers: as text, as HTML, and as a chart. */

/** What was measured with one number of workers. */
export interface Speedup {
  workers: number;
  /** The median of the runs. */
  seconds: number;
  /** The fastest and the slowest run, in seconds. */
  spread: [fastest: number, slowest: number];
  /** S(p) = T(1) / T(p), of the medians. */
  speedup: number;
  /** S(p) / p. */
  efficiency: number;
}

const HEADINGS = ["workers", "seconds", "fastest", "slowest", "speedup", "efficiency"];

/** A line for each number of workers, below a line of headings. */
export function speedupText(results: Speedup[]): string {
  return [HEADINGS, ...results.map(cellsOf)]
    .map((cells) => cells.map((cell, i) => cell.padStart(HEADINGS[i].length)).join("  "))
    .join("\n");
}

/** The same as a table, above the chart. */
export function speedupHTML(results: Speedup[], svg: string): string {
  const row = (cells: string[], tag: string) =>
    `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join("")}</tr>`;
  const body = results.map((result) => row(cellsOf(result), "td")).join("");
  return `<div class="vega-reel"><table><thead>${row(HEADINGS, "th")}</thead>` +
    `<tbody>${body}</tbody></table>${svg}</div>`;
}

/**
 * Speedup and efficiency by the number of workers, with the range of the runs; the dashed lines
 * are what twice the workers would be at best.
 *
 * @returns A Vega-Lite spec.
 */
export function speedupChart(results: Speedup[]): Record<string, unknown> {
  const first = results[0].seconds;
  const values = results.map(({ spread: [fastest, slowest], ...result }) => ({
    ...result,
    ideal: result.workers,
    whole: 1,
    least: first / slowest,
    most: first / fastest,
    leastEfficiency: first / slowest / result.workers,
    mostEfficiency: first / fastest / result.workers,
  }));
  const panel = (fields: [ideal: string, measured: string, least: string, most: string]) => {
    const [ideal, measured, least, most] = fields;
    const y = (field: string) => ({ field, type: "quantitative", title: measured });
    return {
      width: 240,
      height: 180,
      encoding: {
        x: { field: "workers", type: "quantitative", axis: { tickMinStep: 1, format: "d" } },
      },
      layer: [
        { mark: { type: "line", strokeDash: [4, 4], color: "#888" }, encoding: { y: y(ideal) } },
        { mark: "rule", encoding: { y: y(least), y2: { field: most } } },
        { mark: { type: "line", point: true }, encoding: { y: y(measured) } },
      ],
    };
  };
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    data: { values },
    hconcat: [
      panel(["ideal", "speedup", "least", "most"]),
      panel(["whole", "efficiency", "leastEfficiency", "mostEfficiency"]),
    ],
  };
}

function cellsOf({ workers, seconds, spread, speedup, efficiency }: Speedup): string[] {
  const times = [seconds, ...spread].map((time) => time.toFixed(2));
  return [String(workers), ...times, speedup.toFixed(2), efficiency.toFixed(2)];
}
