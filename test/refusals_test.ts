/** Pictures that depend on the frames before them are refused, each with its reason. */
import assert from "node:assert/strict";
import { still } from "vega-reel";
import { type Refusal, refusalIn, REFUSALS } from "../kernel-lib/render/refusals.ts";
import { keepWorkers } from "./keep_workers.ts";

keepWorkers();

const nodes = Array.from({ length: 12 }, (_, id) => ({ id }));
const force = (isStatic: unknown) => ({
  width: 100,
  height: 100,
  signals: [{ name: "still", value: false }, { name: "computed", update: "still" }],
  data: [{ name: "nodes", values: nodes }],
  marks: [{
    type: "symbol",
    from: { data: "nodes" },
    encode: { update: { size: { value: 50 } } },
    transform: [{
      type: "force",
      ...(isStatic === undefined ? {} : { static: isStatic }),
      forces: [{ force: "center", x: 50, y: 50 }, { force: "collide", radius: 8 }],
    }],
  }],
});

/** The same in a group; its signals stay outside. */
const inGroup = ({ signals, ...spec }: ReturnType<typeof force>) => ({
  signals,
  marks: [{ type: "group", ...spec }],
});

const ticking = (events: unknown) => ({
  width: 100,
  height: 100,
  signals: [
    { name: "count", value: 0, on: [{ events, update: "count + 1" }] },
    { name: "year", value: 0, on: [{ events: { signal: "count" }, update: "year + 1" }] },
    { name: "other", value: 5 },
  ],
  marks: [{
    type: "rect",
    encode: {
      update: { width: { signal: "year + other" }, height: { value: 9 }, fill: { value: "red" } },
    },
  }],
});

const timers: unknown[] = [
  "timer{20}",
  { type: "timer", throttle: 20 },
  { merge: [{ type: "click" }, { type: "timer", throttle: 20 }] },
];

const refused: Record<Refusal, { spec: object; frame?: object }[]> = {
  "missing data": [{
    spec: { data: { name: "t", url: "no/such/file.csv" }, mark: "point", encoding: {} },
  }],
  "missing image": [{
    spec: {
      width: 10,
      height: 10,
      marks: [{ type: "image", encode: { update: { url: { value: "no/such/picture.png" } } } }],
    },
  }],
  "running force": [
    { spec: force(undefined) },
    { spec: force(false) },
    { spec: force({ signal: "still" }) },
    { spec: force({ signal: "still" }), frame: { still: false } },
    { spec: force({ signal: "computed" }), frame: { still: false } },
    { spec: force({ signal: "!computed" }), frame: { still: true } },
    // Also inside a group.
    { spec: { signals: [], marks: [{ type: "group", ...force(false), signals: [] }] } },
    { spec: inGroup(force({ signal: "still" })) },
    { spec: inGroup(force({ signal: "!computed" })), frame: { still: true } },
  ],
  "timer": [
    ...timers.slice(0, 2).map((events) => ({ spec: ticking(events) })),
    { spec: ticking(timers[2] as object), frame: { other: 7 } },
  ],
};

Deno.test("every reason to refuse a frame is tested", () => {
  assert.deepEqual(Object.keys(refused).sort(), Object.keys(REFUSALS).sort());
});

for (const [reason, cases] of Object.entries(refused)) {
  for (const [i, { spec, frame = {} }] of cases.entries()) {
    Deno.test(`still() refuses a frame because of '${reason}' (${i + 1})`, async () => {
      const error = await still(spec as Record<string, unknown>, [frame]).then(
        () => assert.fail("it was drawn"),
        (error) => error,
      );
      assert.match(error.message, /^Cannot render frame 0 as /);
      assert.equal(refusalIn(error.message), reason, error.message);
    });
  }
}

const drawn: Record<string, { spec: object; frame: object }> = {
  "missing rows that the frame gives": {
    spec: refused["missing data"][0].spec,
    frame: { t: [{ x: 1 }] },
  },
  "a static force": { spec: force(true), frame: {} },
  "a force that the frame makes static": {
    spec: force({ signal: "still" }),
    frame: { still: true },
  },
  "a force that an expression makes static": {
    spec: force({ signal: "computed" }),
    frame: { still: true },
  },
  "a force in a group that the frame makes static": {
    spec: inGroup(force({ signal: "still" })),
    frame: { still: true },
  },
  "a force in a group that an expression makes static": {
    spec: inGroup(force({ signal: "!computed" })),
    frame: { still: false },
  },
  "what a timer sets": { spec: ticking("timer{20}"), frame: { count: 3 } },
  "what depends on a timer": { spec: ticking("timer{20}"), frame: { year: 3 } },
  "a spec that waits for events": { spec: ticking("click"), frame: {} },
};

for (const [name, { spec, frame }] of Object.entries(drawn)) {
  Deno.test(`still() draws ${name}`, async () => {
    const png = await still(spec as Record<string, unknown>, [frame, frame], { frame: 1 });
    assert.ok(png.length > 0);
  });
}
