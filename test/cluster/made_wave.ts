/** An `update` in a module of its own, which has others. */
import { height } from "./parts/height.ts";
import numbers from "./parts/numbers.json" with { type: "json" };

export default function madeWave(
  _: unknown,
  { index, context, random }: { index: number; context: Map<string, number>; random(): number },
) {
  const points = context.get("points")!;
  return {
    wave: Array.from({ length: points }, (_, i) => {
      const x = numbers.width * i / (points - 1);
      return { x, y: height(x + index / 5) + random() / 100 };
    }),
  };
}
