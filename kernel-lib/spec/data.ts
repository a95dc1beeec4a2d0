/** The spec's own rows: what it loads by URL is loaded once, for all frames and workers. */
import { importVega } from "../render/vega.ts";
import { resourceLoader, type Resources } from "../render/resources.ts";
import type { VegaData, VegaSpec } from "./compile.ts";

/** A spec whose datasets by URL hold their values. */
export interface InlinedSpec {
  spec: VegaSpec;
  /** The reason for each dataset that could not be loaded. A frame that gives it needs none. */
  missing: Record<string, string>;
}

/**
 * Loads the datasets that the spec names by a fixed URL and writes their values in. A
 * dataset whose URL or format depends on a signal is left to the view.
 *
 * @param spec The compiled spec.
 * @param resources What the spec may load.
 * @param signal Gives up loading.
 */
export async function inlineData(
  spec: VegaSpec,
  resources: Resources,
  signal: AbortSignal,
): Promise<InlinedSpec> {
  const missing: Record<string, string> = {};
  if (!spec.data?.some(isLoaded)) return { spec, missing };
  const vega = await importVega();
  const loader = resourceLoader(vega, resources);
  const data = await Promise.all(spec.data.map(async (dataset) => {
    if (!isLoaded(dataset)) return dataset;
    const { url, format, ...rest } = dataset;
    // Types are parsed where the view is, as for rows that a frame gives.
    const parse = format?.parse ? { format: { type: "json", parse: format.parse } } : {};
    let step = "loaded";
    try {
      const response = vega.responseType(format?.type);
      const content = await loader.load(url as string, { response, http: { signal } } as never);
      step = `read as ${format?.type ?? "json"}`;
      return { ...rest, ...parse, values: vega.read(content, { ...format, parse: undefined }) };
    } catch (cause) {
      missing[dataset.name] = `'${url}' could not be ${step}: ${(cause as Error).message}`;
      return { ...rest, ...parse, values: [] };
    }
  }));
  return { spec: { ...spec, data }, missing };
}

function isLoaded({ url, format }: VegaData): boolean {
  return typeof url === "string" && !JSON.stringify(format ?? {}).includes('"signal"');
}
