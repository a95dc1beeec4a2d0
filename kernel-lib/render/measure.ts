/** The layout that a view has come to. */
import type { Layout } from "./task.ts";
import type { View } from "./vega.ts";

/** Measures a view that has run. */
export function measure(view: View): Layout {
  const padding = view.padding();
  const [x, y] = view.origin();
  const width = Math.max(0, view._viewWidth + padding.left + padding.right);
  const height = Math.max(0, view._viewHeight + padding.top + padding.bottom);
  const left = padding.left + x;
  const top = padding.top + y;
  const plot = { width: view.width(), height: view.height() };
  return {
    size: { width, height },
    plot,
    padding: { left, top, right: width - left - plot.width, bottom: height - top - plot.height },
  };
}
