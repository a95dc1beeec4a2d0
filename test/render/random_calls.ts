/** Canvas calls in any order, also in such as no chart makes. */

/** A call of a method, or a style that is set. */
export type Call = { method: string; args: unknown[] } | { style: string; value: unknown };

/** Makes a call on a context. */
// deno-lint-ignore no-explicit-any
export function perform(context: any, call: Call): void {
  if ("method" in call) context[call.method](...call.args);
  else context[call.style] = call.value;
}

/** Park and Miller's generator, so that the calls are the same each time. */
export function generator(seed: number): () => number {
  let state = seed % 2147483647 || 1;
  return () => (state = state * 48271 % 2147483647) / 2147483647;
}

/** Calls on a canvas of `size` x `size` pixels; every `save` has its `restore`. */
export function randomCalls(random: () => number, count: number, size: number): Call[] {
  const n = (most = size) => Math.round(random() * most * 8) / 8;
  const one = <T>(values: T[]): T => values[Math.floor(random() * values.length)];
  const call = (method: string, ...args: unknown[]): Call => ({ method, args });
  const set = (style: string, value: unknown): Call => ({ style, value });
  const colour = () => one(["red", "#08f", "rgba(0, 160, 60, 0.5)", "nonsense", "black"]);
  let depth = 0;
  const makers: (() => Call)[] = [
    () => (depth++, call("save")),
    () => depth > 0 ? (depth--, call("restore")) : call("beginPath"),
    () => call("translate", n(6) - 3, n(6) - 3),
    () => call("rotate", n(1)),
    () => call("beginPath"),
    () => call("beginPath"),
    () => call("moveTo", n(), n()),
    () => call("lineTo", n(), n()),
    () => call("bezierCurveTo", n(), n(), n(), n(), n(), n()),
    () => call("closePath"),
    () => call("rect", n(), n(), n(), n()),
    () => call("arc", n(), n(), n(size / 3), 0, n(6), one([true, false])),
    () => call("arc", n(), n(), n(size / 3), 0, n(6)),
    () => random() < 0.3 ? call("clip") : call("fill"),
    () => call("fill"),
    () => call("stroke"),
    () => call("fillRect", n(), n(), n(size / 2), n(size / 2)),
    () => call("fillText", one(["Vega", "1,000", ""]), n(), n()),
    () => call("strokeText", "Reel", n(), n()),
    () => call("setLineDash", one([[], [4, 2], [1]])),
    () => set("fillStyle", colour()),
    () => set("strokeStyle", colour()),
    () => set("globalAlpha", one([1, 0.5, 0.25])),
    () => set("globalCompositeOperation", one(["source-over", "source-over", "multiply"])),
    () => set("lineWidth", one([1, 2.5, 6])),
    () => set("lineCap", one(["butt", "round"])),
    () => set("lineJoin", one(["miter", "round"])),
    () => set("miterLimit", one([4, 10])),
    () => set("lineDashOffset", n(4)),
    () => set("font", one(["11px sans-serif", "bold 16px sans-serif"])),
    () => set("textAlign", one(["left", "center", "right"])),
  ];
  const calls = Array.from({ length: count }, () => one(makers)());
  while (depth-- > 0) calls.push(call("restore"));
  return calls;
}

/** The calls with a path begun wherever one is used that does not exist any more. */
export function withPaths(calls: Call[]): Call[] {
  let hasPath = false;
  return calls.flatMap((call) => {
    const method = "method" in call ? call.method : "";
    if (/^(fillText|strokeText|fillRect)$/.test(method)) hasPath = false;
    if (method === "beginPath") hasPath = true;
    if (hasPath || !/To$|^(rect|arc|closePath|clip|fill|stroke)$/.test(method)) return [call];
    hasPath = true;
    return [{ method: "beginPath", args: [] }, call];
  });
}

/** The calls of the next frame: some at the beginning stay, and all may. */
export function nextCalls(random: () => number, calls: Call[], size: number): Call[] {
  if (random() < 0.2) return calls;
  const kept = calls.slice(0, Math.floor(calls.length * Math.sqrt(random())));
  let depth = 0;
  for (const call of kept) {
    if ("method" in call && call.method === "save") depth++;
    if ("method" in call && call.method === "restore") depth--;
  }
  const rest = randomCalls(random, Math.floor(40 * random()), size);
  const restores = Array.from({ length: depth }, () => ({ method: "restore", args: [] }));
  return [...kept, ...rest, ...restores];
}
