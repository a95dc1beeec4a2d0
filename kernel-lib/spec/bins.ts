/** Bins are the same in all frames: those of a histogram, say. */
import type { CellDomains } from "../render/domains.ts";
import type { GroupSpec } from "../render/groups.ts";
import { isPlainObject } from "../render/plain_object.ts";
import type { VegaData, VegaSpec } from "./compile.ts";
import type { DomainOption, SharedScale } from "./domains.ts";
import { groupsOf, mapGroups } from "./groups.ts";

/** Asks for the extent that bins are laid over, which a transform computes of the frame's rows. */
export interface BinRequest extends SharedScale {
  kind: "extent";
  signal: string;
}

type Transform = NonNullable<VegaData["transform"]>[number];

/**
 * Lists the extents of bins that data alone decide, as Vega-Lite has them for `bin`. Those of facet
 * cells are left alone, and those that a scale shows which is to follow each frame.
 *
 * @param spec The compiled spec.
 * @param option The option `domains`.
 * @param rescaled Scales that are to follow each frame unless the option names them.
 */
export function planBins(
  spec: VegaSpec,
  option: DomainOption = "shared",
  rescaled: string[] = [],
): BinRequest[] {
  if (option === "frame") return [];
  const rules: Record<string, string> = {
    ...Object.fromEntries(rescaled.map((name) => [name, "frame"])),
    ...(typeof option === "object" ? option : {}),
  };
  const groups = [...groupsOf(spec as GroupSpec)];
  const following = groups.flatMap(({ group }) => (group.scales ?? []) as { name: string }[])
    .filter(({ name }) => rules[name] === "frame").map((scale) => JSON.stringify(scale));
  return groups.flatMap(({ group, path, line }) => {
    if (line.some(({ from }) => from !== undefined)) return [];
    const computed = line.flatMap(transformsOf).filter(({ type }) => type === "extent");
    const bins = transformsOf(group).filter((bin) => {
      const shown = [bin.signal, ...(bin.as ?? ["bin0", "bin1"]) as string[]];
      return computed.some(({ signal }) => signal !== undefined && signal === extentOf(bin)) &&
        !following.some((scale) => shown.some((name) => name && scale.includes(String(name))));
    });
    return [...new Set(bins.map((bin) => extentOf(bin)!))]
      .map((signal) => ({ group: path, scale: "", kind: "extent" as const, signal }));
  });
}

/**
 * Writes the extents that were found over all frames into the bins of a spec.
 *
 * @param spec The compiled spec; it is not changed.
 * @param requests What was asked for.
 * @param found What came of each of them.
 */
export function writeBins(
  spec: VegaSpec,
  requests: BinRequest[],
  found: CellDomains[],
): VegaSpec {
  const extents = new Map(requests.map(({ group, signal }, i) => [
    `${group} ${signal}`,
    found[i][""]?.values,
  ]));
  return mapGroups(spec as GroupSpec, (group, path) => {
    const extent = (bin: Transform) => extents.get(`${path} ${extentOf(bin)}`);
    if (!transformsOf(group).some(extent)) return group;
    const data = (group.data as VegaData[]).map((dataset) => ({
      ...dataset,
      transform: dataset.transform?.map((transform) =>
        extent(transform) ? { ...transform, extent: extent(transform) } : transform
      ),
    }));
    return { ...group, data };
  }) as VegaSpec;
}

function transformsOf(group: GroupSpec): Transform[] {
  return ((group.data ?? []) as VegaData[]).flatMap(({ transform }) => transform ?? []);
}

/** The signal that bins take their extent from. */
function extentOf({ type, extent }: Transform): string | undefined {
  return type === "bin" && isPlainObject(extent) ? extent.signal as string : undefined;
}
