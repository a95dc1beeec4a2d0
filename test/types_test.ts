/** What an editor and `deno check` make of the public types; they are checked, not run. */
import assert from "node:assert/strict";
import {
  animate,
  benchmark,
  type EaseName,
  merge,
  type SpecSource,
  still,
  sweep,
  tween,
} from "vega-reel";
import type { Spec } from "vega";
import type { TopLevelSpec } from "vega-lite";

/** Fails to compile unless both types are the same. */
function same<A, B>(_same: [A] extends [B] ? ([B] extends [A] ? true : false) : false) {}

/** Compiled, never called. */
function compiled() {
  // Written in place, typed, and widened to `mark: string` by a variable.
  animate({ mark: "line", data: { name: "wave" } }, []);
  animate({ marks: [{ type: "symbol" }] }, []);
  const lite: TopLevelSpec = { data: { name: "wave" }, mark: "line" };
  const vega: Spec = { marks: [{ type: "symbol" }] };
  const widened = {
    data: { name: "wave" },
    mark: "line",
    encoding: { x: { field: "x", type: "quantitative", scale: { domain: [0, 1] } } },
  };
  interface Parsed {
    mark: string;
  }
  const parsed = JSON.parse("{}") as Parsed;
  const unknowns: Record<string, unknown> = widened;
  for (const spec of [lite, vega, widened, parsed, unknowns, "chart.vl.json", new URL("a:b")]) {
    animate(spec, []);
    still(spec, []);
  }
  // @ts-expect-error a number is no spec
  animate(5, []);
  // @ts-expect-error nor is nothing
  still(undefined, []);
  // @ts-expect-error there is no such option
  animate(widened, [], { widht: 640 });

  // The spec's own types take part, so that an editor has something to complete.
  same<TopLevelSpec extends SpecSource ? true : false, true>(true);
  same<Extract<SpecSource, { mark: unknown }>, Extract<TopLevelSpec, { mark: unknown }>>(true);
  // @ts-expect-error a mark that does not exist
  const wrong: TopLevelSpec = { data: { name: "wave" }, mark: "lime" };
  return wrong;
}

/** Compiled, never called. */
function compiledUpdates(spec: object) {
  const years = sweep("year", { from: 1955, to: 2005, frames: 100 });
  const context = { steps: 100 };
  // What `update` gets is what was given.
  animate(spec, years, {
    context,
    update({ year }, frame) {
      same<[typeof year, typeof frame.context.steps, typeof frame.index], [number, number, number]>(
        true,
      );
      return {};
    },
  });
  animate(spec, 9, { context, update: (_, { context: { steps } }) => ({ steps }) });
  animate(spec, years, { update: ({ year }: { year: number }) => ({ year }) });
  animate(spec, JSON.parse("[]"), { update: ({ year }: { year: number }) => ({ year }) });
  // @ts-expect-error no such param
  still(spec, years, { update: ({ yaer }) => ({ yaer }) });
  // @ts-expect-error nothing of that name in the context
  benchmark(spec, 9, { context, update: (_, { context }) => ({ steps: context.step }) });
  // @ts-expect-error it returns nothing
  animate(spec, 9, { update() {} });
}

/** Compiled, never called. */
function compiledHelpers() {
  same<ReturnType<typeof sweep<"year", number>>, { year: number }[]>(true);
  const years = sweep("year", { from: 1955, to: 2005, frames: 100 });
  same<typeof years, Record<"year", number>[]>(true);
  const both = sweep({ year: { from: 1955, to: 2005 }, at: { from: new Date(), to: new Date() } });
  same<typeof both, { year: number; at: Date }[]>(true);
  const merged = merge(years, both.map(({ at }) => ({ at })));
  same<typeof merged, (Record<"year", number> & { at: Date })[]>(true);

  const people = [{ name: "Ada", age: 36 }];
  const plain = tween([{ people }, { people }], { frames: 10, ease: "cubicInOut" });
  same<typeof plain, { people: { name: string; age: number }[] }[]>(true);
  const timed = tween([{ at: 0, params: { people } }, { at: 2, params: { people } }]);
  same<typeof timed, typeof plain>(true);
  tween(plain, { key: ({ name }: { name: string }) => name, enter: (_: { age: number }) => ({}) });
  tween(plain, { key: { people: ["name", "age"] }, interpolate: { age: "round" } });

  same<Extract<EaseName, "linear" | "cubicInOut" | "bounceOut" | "easeLinear">, "linear">(
    // @ts-expect-error three of the four are names
    true,
  );
  // @ts-expect-error no such ease
  tween(plain, { ease: "cubic-in-out" });
  // @ts-expect-error no such option
  sweep("year", { from: 1, to: 2, frame: 10 });
}

Deno.test("animate() and the helpers have the types that an editor completes", () => {
  // `deno check` is the test; here it only has to load.
  assert.equal(typeof compiled, "function");
  assert.equal(typeof compiledUpdates, "function");
  assert.equal(typeof compiledHelpers, "function");
});
