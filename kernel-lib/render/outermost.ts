/** What a projection has to fit: of all features, those that reach furthest to some side. */

/** A feature of GeoJSON. */
export interface Feature {
  type: "Feature";
  geometry: unknown;
}

/** As much of a projection as is needed here. */
export interface FittedProjection {
  copy(): FittedProjection;
  scale(scale: number): FittedProjection;
  translate(offset: [number, number]): FittedProjection;
  clipExtent?(extent: null): unknown;
  path: { bounds(object: unknown): [[number, number], [number, number]] };
}

/** The features by side (left, right, top, bottom), and how far each of them reaches there. */
export interface Outermost {
  values: Feature[];
  places: number[];
}

/**
 * Finds the features that decide a fit; undefined where nothing is to be seen.
 *
 * @param projection A projection; it is not changed.
 * @param fit What it is fitted to, as Vega takes it.
 */
export function outermostFeatures(
  projection: FittedProjection,
  fit: unknown,
): Outermost | undefined {
  // As d3-geo measures what it fits.
  const measured = projection.copy();
  measured.scale(150).translate([0, 0]);
  measured.clipExtent?.(null);
  let outermost: Outermost | undefined;
  const add = (feature: Feature) => {
    const [[left, top], [right, bottom]] = measured.path.bounds(feature);
    const places = [-left, right, -top, bottom];
    const known = outermost?.places;
    if (!places.every(Number.isFinite)) return;
    if (known && places.every((place, side) => place <= known[side])) return;
    const points = pointsOf(feature);
    if (points.length > 1) points.forEach(add);
    else outermost = furthest(outermost, { values: places.map(() => feature), places });
  };
  [fit].flat(2).flatMap(featuresOf).forEach(add);
  return outermost;
}

/** The points that a feature has many of: Vega makes one of all rows. */
function pointsOf({ geometry }: Feature): Feature[] {
  const { type, coordinates } = (geometry ?? {}) as { type?: string; coordinates?: unknown[] };
  if (type !== "MultiPoint") return [];
  return coordinates!.map((point) => ({
    type: "Feature",
    geometry: { type: "Point", coordinates: point },
  }));
}

/** What reaches furthest in either. */
export function furthest(known: Outermost | undefined, other: Outermost): Outermost {
  if (known === undefined) return other;
  const isFurther = known.places.map((place, side) => other.places[side] > place);
  return {
    values: known.values.map((value, side) => isFurther[side] ? other.values[side] : value),
    places: known.places.map((place, side) => isFurther[side] ? other.places[side] : place),
  };
}

function featuresOf(object: unknown): Feature[] {
  const { type, features, geometry } = (object ?? {}) as Record<string, unknown>;
  if (type === "FeatureCollection") return (features as unknown[]).flatMap(featuresOf);
  if (type === undefined) return [];
  // Rows are features with fields of their own.
  return [{ type: "Feature", geometry: type === "Feature" ? geometry : object }];
}
