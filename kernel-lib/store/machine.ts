/** What of this machine decides the pixels that a job's frames have. */
import { drawingCode, importPackage, ownVersion, versionOf } from "../own_files.ts";
import type { RasterName } from "../render/task.ts";
import { listFonts } from "./fonts.ts";

/** The packages that draw. */
export const PACKAGES = ["vega", "pure-rand", "dejavu-fonts-ttf"];

/** The package of each canvas library. */
export const RASTERS: Record<RasterName, string> = { cairo: "canvas", skia: "@napi-rs/canvas" };

/** What Cairo draws with, where `canvas` was built with the system's own libraries. */
const CAIRO_PARTS = ["cairoVersion", "pangoVersion", "freetypeVersion", "rsvgVersion"];

/**
 * All that decides the pixels besides the job: our own code and version, those of what draws, the
 * fonts, the runtime, and the language and time zone for which times and numbers are written.
 *
 * @param raster The canvas library of the job.
 */
export async function machineIdentity(raster: RasterName): Promise<unknown> {
  const { locale, timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return {
    // The version of a package may stay as it is while its code is worked on.
    code: { version: ownVersion(), files: drawingCode() },
    versions: [...PACKAGES, RASTERS[raster]].map(versionOf),
    cairo: raster === "cairo" ? await cairoParts() : undefined,
    fonts: listFonts(),
    runtime: [Deno.version.deno, Deno.build.target],
    locale,
    timeZone,
  };
}

/** The versions of what Cairo draws with. */
export async function cairoParts(): Promise<unknown[]> {
  const canvas = await importPackage("canvas") as Record<string, unknown>;
  return CAIRO_PARTS.map((part) => canvas[part]);
}
