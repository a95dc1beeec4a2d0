/** The colour behind the view. */
import { color } from "d3-color";

/** True for a CSS colour that what lies behind it shows through. */
export function isTranslucent(background: string): boolean {
  return (color(background)?.opacity ?? 1) < 1;
}
