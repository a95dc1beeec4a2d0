/** An `update` that fails, or never ends. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Animation } from "vega-reel";
import { assertRejects, assertWorks, type Expected } from "./rejects.ts";
import { fixedWaveSpec, waveFrames } from "./wave.ts";

// Workers are sent the functions below; what they are given is checked by what they return.
// deno-lint-ignore no-explicit-any
type Any = any;

const bad: Record<string, { update: unknown; expected: Expected }> = {
  "throws": {
    update(_: Any, { index }: Any) {
      if (index === 17) throw new RangeError("no such year");
      return {};
    },
    expected: {
      name: "Error",
      message: "Cannot render frame 17 as 'update' threw RangeError: no such year",
    },
  },
  "throws in the first frame": {
    update(_: Any, { index }: Any) {
      if (index === 0) throw new Error("no rows");
      return {};
    },
    expected: { name: "Error", message: "Cannot render frame 0 as 'update' threw Error: no rows" },
  },
  "throws what is no error": {
    update(_: Any, { index }: Any) {
      if (index === 17) throw "words";
      return {};
    },
    expected: { name: "Error", message: `Cannot render frame 17 as 'update' threw "words"` },
  },
  "rejects": {
    async update(_: Any, { index }: Any) {
      await 0;
      if (index === 17) throw new Error("no rows");
      return {};
    },
    expected: { name: "Error", message: "Cannot render frame 17 as 'update' threw Error: no rows" },
  },
  "recurses without end": {
    update(_: Any, { index }: Any) {
      const again = (): number => again() + 1;
      return { wave: index === 17 ? again() : [] };
    },
    expected: {
      name: "Error",
      message: /^Cannot render frame 17 as 'update' threw RangeError: Maximum call stack/,
    },
  },
  "returns nothing": {
    update: (_: Any, { index }: Any) => index === 17 ? undefined : {},
    expected: {
      name: "TypeError",
      message: "Cannot render frame 17 as 'update' must return an object: it returned undefined",
    },
  },
  "returns an array": {
    update: (_: Any, { index }: Any) => index === 17 ? [{ x: 1 }] : {},
    expected: {
      name: "TypeError",
      message: "Cannot render frame 17 as 'update' must return an object: " +
        "it returned an array of 1",
    },
  },
  "returns a name that the spec does not have": {
    update: (_: Any, { index }: Any) => index === 17 ? { wav: [] } : {},
    expected: {
      name: "TypeError",
      message: /^Cannot read the params of frame 17 as 'wav' .* the nearest is 'wave'/,
    },
  },
  "returns rows that are no objects": {
    update: (_: Any, { index }: Any) => index === 17 ? { wave: [1] } : {},
    expected: {
      name: "TypeError",
      message: "Cannot read dataset 'wave' of frame 17 as every row must be an object: row 0 is 1",
    },
  },
  "returns a function in a row of the first frame": {
    update: () => ({ wave: [{ x: 1, y: () => 1 }] }),
    expected: {
      name: "TypeError",
      message: "Cannot use what 'update' gave for frame 0 as 'wave[0].y' must be data that can " +
        "be sent to a worker: current value is the function y",
    },
  },
  "uses a variable from around it": {
    update: () => ({ wave: waveFrames(1) }),
    expected: {
      name: "TypeError",
      message: /^Cannot animate as 'update' must stand on its own, but it uses 'waveFrames' from/,
    },
  },
  "ends its thread": {
    update(_: Any, { index }: Any) {
      if (index === 17) Deno.exit();
      return {};
    },
    expected: {
      name: "Error",
      message: "Cannot render frame 17 as its worker ended while 'update' was under way",
    },
  },
};

for (const [what, { update, expected }] of Object.entries(bad)) {
  Deno.test(`animate() rejects an 'update' that ${what}`, async () => {
    await assertRejects({ params: 20, options: { update } }, expected);
  });
}

Deno.test("animate() names a frame late in the video in which 'update' throws", async () => {
  const update = (_: Any, { index }: Any) => {
    if (index === 299) throw new Error("no rows");
    return {};
  };
  await assertRejects({ params: 300, options: { update } }, {
    name: "Error",
    message: "Cannot render frame 299 as 'update' threw Error: no rows",
  });
});

Deno.test("animate() rejects with the error that 'update' leaves for nobody to catch", async () => {
  const update = (_: Any, { index }: Any) => {
    if (index === 3) Promise.reject(new Error("forgotten"));
    return new Promise((resolve) => setTimeout(() => resolve({}), 20));
  };
  await assertRejects({ params: 20, options: { update } }, {
    name: "Error",
    message:
      /^Cannot go on as an error that nobody caught ended a worker, about at frame \d+: Error: forgotten$/,
  });
});

const modules: Record<string, { source?: string } & Expected> = {
  "does not exist": {
    name: "TypeError",
    message: /^Cannot animate as the module of 'update' does not exist: '.*update\.ts'$/,
  },
  "has no default export": {
    source: "export const update = () => ({});",
    name: "TypeError",
    message:
      /^Cannot use '.*update\.ts' as 'update' as its default export must be a function: it is undefined$/,
  },
  "exports no function": {
    source: "export default { wave: [] };",
    name: "TypeError",
    message: /as its default export must be a function: it is an object with the keys \[wave\]$/,
  },
  "cannot be parsed": {
    source: "export default (((;",
    name: "Error",
    message: /^Cannot import 'update' from '.*update\.ts': /,
  },
  "throws when it is imported": {
    source: "throw new Error('not today');",
    name: "Error",
    message: /^Cannot import 'update' from '.*update\.ts': not today$/,
  },
};

for (const [what, { source, ...expected }] of Object.entries(modules)) {
  Deno.test(`animate() rejects a module of 'update' that ${what}`, async () => {
    const folder = await Deno.makeTempDir();
    try {
      const update = join(folder, "update.ts");
      if (source !== undefined) await Deno.writeTextFile(update, source);
      await assertRejects({ params: 20, options: { update } }, expected);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

Deno.test("animate() rejects a module URL of 'update' that does not exist", async () => {
  const update = pathToFileURL("/missing/update.ts");
  await assertRejects({ params: 20, options: { update } }, {
    name: "Error",
    message: /^Cannot import 'update' from 'file:\/\/\/.*missing\/update\.ts': /,
  });
});

const endless: Record<string, (_: Any, frame: Any) => unknown> = {
  "waits for ever": (_, { index }) => index === 17 ? new Promise(() => {}) : {},
  "computes for ever": (_, { index }) => {
    // Long enough: Deno 2.9 does not end a thread that computes, and other tests come after.
    for (let i = 0; index === 17 && i < 1e10; i++);
    return {};
  },
  "waits for ever in the first frame": () => new Promise(() => {}),
};

/** Cancels a job once it hangs: after so many frames, or after a second if there is none before. */
async function cancelAfter(frame: number, job: Animation) {
  if (frame === 0) await new Promise((resolve) => setTimeout(resolve, 1000));
  else for await (const { frames } of job.progress()) if (frames >= frame) break;
  job.cancel();
}

for (const [what, update] of Object.entries(endless)) {
  const frame = what.endsWith("first frame") ? 0 : 17;
  Deno.test(`Animation.cancel() ends a job whose 'update' ${what}`, async () => {
    await assertRejects({
      spec: fixedWaveSpec,
      params: 20,
      options: { update },
      during: (job: Animation) => void cancelAfter(frame, job),
    }, {
      name: "AbortError",
      message: `The animation was cancelled: ${frame} of 20 frames were done, none of them is kept`,
    });
  });

  Deno.test(`animate() rejects an 'update' that ${what}, by 'frameTimeout'`, async () => {
    await assertRejects({ params: 20, options: { update, frameTimeout: 2 } }, {
      name: "Error",
      message: `Cannot render frame ${frame} as it took longer than 'frameTimeout' allows: ` +
        "current value is 2 s, and 'update' was under way",
    });
  });
}

Deno.test("animate() works after updates that it rejected", assertWorks);
