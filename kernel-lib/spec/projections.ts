/** Maps that are fitted to what they show keep their place and size in all frames. */
import type { CellDomains } from "../render/domains.ts";
import type { GroupSpec } from "../render/groups.ts";
import type { Feature } from "../render/outermost.ts";
import { isPlainObject } from "../render/plain_object.ts";
import type { VegaData, VegaSpec } from "./compile.ts";
import type { DomainOption, SharedScale } from "./domains.ts";
import { groupsOf, mapGroups } from "./groups.ts";

interface Projection extends Record<string, unknown> {
  name: string;
  fit?: unknown;
}

/**
 * Lists the projections that are fitted to data, and by nothing else depend on a frame.
 *
 * @param spec The compiled spec.
 * @param option The option `domains`, which may name projections, too.
 */
export function planProjections(
  spec: VegaSpec,
  option: DomainOption = "shared",
): SharedScale[] {
  return [...groupsOf(spec as GroupSpec)].flatMap(({ group, path, line }) => {
    if (line.some(({ from }) => from !== undefined)) return [];
    return projectionsOf(group).filter((projection) => {
      const { name, fit, size: _size, extent: _extent, ...others } = projection;
      const rule = typeof option === "object" ? option[name] : option;
      return rule !== "frame" && isOfData(fit, line) &&
        !JSON.stringify(others).includes('"signal":');
    }).map(({ name }) => ({ group: path, scale: name, kind: "outermost" as const }));
  });
}

/** True for data, and for what a transform makes of data for this, as Vega-Lite has it. */
function isOfData(fit: unknown, line: GroupSpec[]): boolean {
  if (!isPlainObject(fit) || typeof fit.signal !== "string") return false;
  const transforms = line.flatMap(({ data }) => (data ?? []) as VegaData[])
    .flatMap(({ transform }) => transform ?? []);
  const made = transforms.filter(({ type }) => type === "geojson").map(({ signal }) => signal);
  const parts = fit.signal.replace(/^\[(.*)\]$/, "$1").split(/\s*,\s*/);
  return parts.every((part) => made.includes(part) || /^data\((["'])[^"'\\]*\1\)$/.test(part));
}

/**
 * Fits projections to what reaches furthest in any frame.
 *
 * @param spec The compiled spec; it is not changed.
 * @param requests What was asked for; others than for projections are passed over.
 * @param found What came of each of them.
 */
export function writeProjections(
  spec: VegaSpec,
  requests: SharedScale[],
  found: CellDomains[],
): VegaSpec {
  const fits = new Map(requests.flatMap(({ group, scale, kind }, i) => {
    const features = found[i][""]?.values as Feature[] | undefined;
    if (kind !== "outermost" || features === undefined) return [];
    return [[`${group} ${scale}`, { type: "FeatureCollection", features: [...new Set(features)] }]];
  }));
  if (fits.size === 0) return spec;
  return mapGroups(spec as GroupSpec, (group, path) => {
    const projections = projectionsOf(group).map((projection) => {
      const fit = fits.get(`${path} ${projection.name}`);
      return fit ? { ...projection, fit } : projection;
    });
    return projections.length > 0 ? { ...group, projections } : group;
  }) as VegaSpec;
}

/** The projections of a group. */
export function projectionsOf(group: GroupSpec): Projection[] {
  return Array.isArray(group.projections) ? group.projections : [];
}
